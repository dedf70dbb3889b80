/* Start-up of a Cortex-M: vectors, the FPU, memory, main. firmware.ld defines the symbols. */
#include <stdint.h>

#include "semihosting.h"

extern uint32_t data_load[], data_start[], data_end[];
extern uint32_t bss_start[], bss_end[];
extern uint32_t stack_top[];

int main(void);

enum { exit_code_of_faults = 100 }; /* plus the exception's number: 103 is a HardFault */

static void on_fault(void) {
  uint32_t exception;
  __asm volatile("mrs %0, ipsr" : "=r"(exception));
  host_print("fault\n");
  host_exit(exit_code_of_faults + (int)(exception & 15u));
}

/* Not static: reset, in assembly, goes there by name. */
__attribute__((noreturn, used)) void firmware_start(void) {
  const uint32_t *from = data_load;
  for (uint32_t *to = data_start; to < data_end; to++) *to = *from++;
  for (uint32_t *to = bss_start; to < bss_end; to++) *to = 0;
  host_exit(main());
}

/* In assembly, since compilers may use the FPU in any function, its first instructions included:
 * it is off until CPACR gives access to the coprocessors 10 and 11. */
__attribute__((naked, noreturn)) void reset(void) {
  __asm volatile(
      "ldr r0, =0xE000ED88\n"
      "ldr r1, [r0]\n"
      "orr r1, r1, #0x00F00000\n"
      "str r1, [r0]\n"
      "dsb\n"
      "isb\n"
      "b firmware_start\n");
}

struct vector_table {
  const void *initial_stack;
  void (*handlers[15])(void);
};

__attribute__((section(".vectors"), used)) const struct vector_table vectors = {
    stack_top,
    {reset, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault,
     on_fault, on_fault, on_fault, on_fault, on_fault, on_fault}};
