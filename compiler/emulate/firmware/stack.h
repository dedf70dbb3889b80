/* Measures how much stack a call uses: fills the stack below the caller with a pattern, calls, and
 * looks for the lowest byte that changed. Bytes of a frame that are never written are not seen. */
#ifndef SPINDLE_STACK_H
#define SPINDLE_STACK_H

#include <stddef.h>
#include <stdint.h>

/* The stack pointer of the function that calls this. */
static inline __attribute__((always_inline)) uintptr_t spindle_stack_pointer(void) {
  uintptr_t sp;
#if defined(__arm__) || defined(__aarch64__)
  __asm volatile("mov %0, sp" : "=r"(sp));
#elif defined(__x86_64__)
  __asm volatile("mov %%rsp, %0" : "=r"(sp));
#else
  sp = (uintptr_t)__builtin_frame_address(0);
#endif
  return sp;
}

/* Fills `region` bytes below its own frame with the byte `paint` and calls `call(context)`. Returns
 * the lowest address that was written during the call. Returns 0 if that is in the last sixteenth
 * of the region, because the call may then have gone deeper. The stack must have `region` bytes
 * left. To measure a function f alone, let `call` read spindle_stack_pointer() before it calls f,
 * and subtract the returned address from that. */
uintptr_t spindle_stack_lowest(void (*call)(void*), void* context, size_t region,
                               unsigned char paint);

#endif
