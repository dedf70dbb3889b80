/* The part of <string.h> that kernels use, for compiling them to bitcode without the headers of a C
 * library. */
#ifndef SPINDLE_BITCODE_STRING_H
#define SPINDLE_BITCODE_STRING_H

#include <stddef.h>

void* memcpy(void* to, const void* from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);

#endif
