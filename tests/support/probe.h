/* Kernels that log how they were called, for tests of the emitters. C99, also C++. */
#ifndef SPINDLE_TESTS_PROBE_H
#define SPINDLE_TESTS_PROBE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "runtime/spindle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Logs all arguments: the values of the parameters, the addresses (as buffer and offset) with the
 * bytes there, and the integers. Writes a byte to `b` that depends on all of them. */
void spindle_probe(const spindle_quantize_params* p, const void* a, void* b, int32_t u, int32_t v,
                   int32_t w);
/* Logs two integers. */
void spindle_probe_ints(int32_t u, int32_t v);
/* Tells the log where the program has put the buffer `id`. Called before the other probes. */
void spindle_probe_base(const void* a, int32_t id);
/* SPINDLE_TRACE calls this, so that traces are logged too. */
void spindle_mark(int32_t step);

/* Adds a buffer; ids count from 0 in the order of these calls. `at` is NULL if only the program
 * knows the address, which it then tells by spindle_probe_base. */
void probe_add_base(const char* name, const void* at, size_t size, int readable);
/* Starts a log that goes to `file`, and forgets all buffers. Logs traces too if `traced`. */
void probe_start(FILE* file, int traced);

#ifdef __cplusplus
}
#endif

#endif
