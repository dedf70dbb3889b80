/* What kernels use of it, for compiling them to bitcode without a C library's headers. All of it are
 * instructions on the cores that get calls of it. */
#ifndef SPINDLE_BITCODE_MATH_H
#define SPINDLE_BITCODE_MATH_H

#define INFINITY __builtin_inff()

float fabsf(float x);
float sqrtf(float x);

#endif
