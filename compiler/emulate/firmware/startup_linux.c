/* The entry point of a static Linux program without a C library. */
#include "host_io.h"

int main(void);

#if defined(__x86_64__)
__asm(".text\n .globl _start\n_start:\n xor %ebp, %ebp\n and $-16, %rsp\n call spindle_start\n");
#elif defined(__aarch64__)
__asm(".text\n .globl _start\n_start:\n mov x29, xzr\n bl spindle_start\n");
#elif defined(__arm__)
__asm(
    ".text\n .syntax unified\n .thumb\n .globl _start\n .type _start, %function\n .thumb_func\n"
    "_start:\n bl spindle_start\n");
#endif

__attribute__((noreturn)) void spindle_start(void) {
  host_exit(main());
}
