/* What programs share that call kernels on random cases, on a board or on the host. */
#ifndef SPINDLE_TESTS_CASES_H
#define SPINDLE_TESTS_CASES_H

#include <stdint.h>

#include "host_io.h"

/* A random number from lo to hi; the same sequence on every machine. */
static inline int32_t pick(int32_t lo, int32_t hi) {
  static uint32_t seed = 1;
  seed = seed * 1664525u + 1013904223u;
  return lo + (int32_t)((seed >> 8) % (uint32_t)(hi - lo + 1));
}

static inline void print_number(int32_t number, const char* after) {
  char text[16];
  char* at = text + sizeof text;
  uint32_t rest = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
  *--at = '\0';
  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) *--at = '-';
  host_print(at);
  host_print(after);
}

#endif /* SPINDLE_TESTS_CASES_H */
