/* What kernels use of it, for compiling them to bitcode without a C library's headers. */
#ifndef SPINDLE_BITCODE_MATH_H
#define SPINDLE_BITCODE_MATH_H

#define INFINITY __builtin_inff()

float ceilf(float x);
float erff(float x);
float expf(float x);
float expm1f(float x);
float fabsf(float x);
float floorf(float x);
float log1pf(float x);
float logf(float x);
float powf(float x, float y);
float rintf(float x);
float sqrtf(float x);
float tanhf(float x);

#endif
