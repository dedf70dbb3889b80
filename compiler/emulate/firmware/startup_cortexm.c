/* Start-up code for every Cortex-M that is emulated: vectors, reset, fault reports. The exit code
 * is the result of main or, after a fault, one of the fault_* constants. */
#include <stdint.h>

#include "host_io.h"

extern uint32_t spindle_data_load[], spindle_data_start[], spindle_data_end[];
extern uint32_t spindle_bss_start[], spindle_bss_end[];
extern uint32_t spindle_stack_top[];

int main(void);

#define CCR (*(volatile uint32_t*)0xE000ED14u)
#define SHCSR (*(volatile uint32_t*)0xE000ED24u)
#define CFSR (*(volatile uint32_t*)0xE000ED28u)
#define HFSR (*(volatile uint32_t*)0xE000ED2Cu)
#define BFAR (*(volatile uint32_t*)0xE000ED38u)
#define CPACR (*(volatile uint32_t*)0xE000ED88u)

#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
#define HAS_COPROCESSOR 1
#else
#define HAS_COPROCESSOR 0
#endif

#if __ARM_ARCH_ISA_THUMB >= 2 && !defined(__ARM_ARCH_8M_BASE__)
#define HAS_FAULT_STATUS 1
#else
#define HAS_FAULT_STATUS 0
#endif

enum {
  fault_hard = 101,
  fault_memory = 102,
  fault_bus = 103,
  fault_usage = 104,
  fault_secure = 105,
  fault_unexpected = 106
};

static char* append_text(char* at, const char* text) {
  while (*text != '\0') *at++ = *text++;
  return at;
}

static char* append_hex(char* at, const char* label, uint32_t value) {
  at = append_text(at, label);
  for (int shift = 28; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[(value >> shift) & 15u];
  return at;
}

/* `frame` is what the core stacked on entry: r0-r3, r12, lr, pc, xpsr. */
__attribute__((used, noreturn)) void spindle_report_fault(const uint32_t* frame) {
  static const struct {
    const char* name;
    int code;
  } faults[] = {{"HardFault", fault_hard},
                {"MemManage fault", fault_memory},
                {"BusFault", fault_bus},
                {"UsageFault", fault_usage},
                {"SecureFault", fault_secure}};
  uint32_t exception;
  __asm volatile("mrs %0, ipsr" : "=r"(exception));
  const char* name = "unexpected exception";
  int code = fault_unexpected;
  if (exception >= 3u && exception <= 7u) {
    name = faults[exception - 3u].name;
    code = faults[exception - 3u].code;
  }
  char line[128];
  char* at = append_text(line, "fault: ");
  at = append_text(at, name);
  at = append_hex(at, " pc=0x", frame[6]);
  at = append_hex(at, " lr=0x", frame[5]);
#if HAS_FAULT_STATUS
  at = append_hex(at, " cfsr=0x", CFSR);
  at = append_hex(at, " hfsr=0x", HFSR);
  at = append_hex(at, " bfar=0x", BFAR);
#endif
  at = append_text(at, "\n");
  *at = '\0';
  host_print(line);
  host_exit(code);
}

__attribute__((naked, used)) static void on_fault(void) {
  __asm volatile(
      "mrs r0, msp\n"
      "ldr r1, =spindle_report_fault\n"
      "bx r1\n");
}

static void copy_words(uint32_t* to, const uint32_t* from, const uint32_t* end) {
  while (to < end) *to++ = *from++;
}

static void clear_words(uint32_t* at, const uint32_t* end) {
  while (at < end) *at++ = 0;
}

__attribute__((noinline, noreturn, used)) static void start(void) {
  copy_words(spindle_data_start, spindle_data_load, spindle_data_end);
  clear_words(spindle_bss_start, spindle_bss_end);
#if HAS_FAULT_STATUS
  SHCSR |= 7u << 16; /* MemManage, BusFault and UsageFault get handlers of their own */
#else
  CCR |= 1u << 3; /* makes unaligned accesses fault, as on the real cores */
#endif
  host_exit(main());
}

/* A function of its own, because a compiler may use vector registers in the prologue of start(). */
__attribute__((noreturn)) void spindle_reset(void) {
#if HAS_COPROCESSOR
  CPACR |= 0xFu << 20; /* full access to CP10 and CP11: FPU and MVE */
  __asm volatile("dsb\n isb" ::: "memory");
#endif
  start();
}

struct vector_table {
  const void* initial_stack;
  void (*handlers[15])(void);
};

__attribute__((section(".vectors"), used)) const struct vector_table spindle_vectors = {
    spindle_stack_top,
    {spindle_reset, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault,
     on_fault, on_fault, on_fault, on_fault, on_fault, on_fault}};
