/* The part of <math.h> that kernels use, for compiling them to bitcode without the headers of a C
 * library. All of these functions are single instructions on the cores whose kernels call them. */
#ifndef SPINDLE_BITCODE_MATH_H
#define SPINDLE_BITCODE_MATH_H

#define INFINITY __builtin_inff()

float fabsf(float x);
float sqrtf(float x);

#endif
