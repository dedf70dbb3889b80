/* Kernels that write down how they were called, for tests of the emitters. C99, also C++. */
#ifndef SPINDLE_TESTS_PROBE_H
#define SPINDLE_TESTS_PROBE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "runtime/spindle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes down all of its arguments: the parameters' values, where the addresses are and what is
 * there, the integers. Writes a byte to `b` that depends on them all. */
void spindle_probe(const spindle_quantize_params* p, const void* a, void* b, int32_t u, int32_t v,
                   int32_t w);
/* The same with integers only. */
void spindle_probe_ints(int32_t u, int32_t v);
/* What the program says is the buffer `id`: to be called before others are. */
void spindle_probe_base(const void* a, int32_t id);
/* What SPINDLE_TRACE becomes. */
void spindle_mark(int32_t step);

/* The buffers by id, in the order of these calls; `at` is NULL where only the program knows. */
void probe_add_base(const char* name, const void* at, size_t size, int readable);
/* Forgets the buffers; lines go to `file` from here on. Traces are written if `traced`. */
void probe_start(FILE* file, int traced);

#ifdef __cplusplus
}
#endif

#endif
