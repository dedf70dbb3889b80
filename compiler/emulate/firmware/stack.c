#include "stack.h"

/* Everything happens in one stack frame. The bytes directly below the stack pointer are unused
 * until the call: this is not a leaf function, so it has no red zone. */
__attribute__((noinline)) uintptr_t spindle_stack_lowest(void (*call)(void*), void* context,
                                                         size_t region, unsigned char paint) {
  const uintptr_t top = spindle_stack_pointer();
  const uintptr_t bottom = top - region;
  for (uintptr_t at = top; at > bottom; at--) *(volatile unsigned char*)(at - 1) = paint;
  call(context);
  uintptr_t lowest = bottom;
  while (lowest < top && *(const volatile unsigned char*)lowest == paint) lowest++;
  /* Near the end of the region it is unreliable: deeper frames may leave bytes unwritten. */
  return lowest < bottom + region / 16 ? 0 : lowest;
}
