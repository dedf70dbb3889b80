// Kernels for this process that runtime/ has for other machines only. A program of any target runs
// here: what its kernels are cannot always be compiled on this machine, but each has a twin.
//
// A kernel in the intrinsics or the assembly of an instruction set (runtime/*_neon.c, *_dot.c,
// *_i8mm.c, *_mve.c, *_vfp.c) has a twin of its own name and type, as runtime/spindle.h declares
// it. A twin takes the same parameter struct and reads the same packed constants, as the kernel
// reads them and at the same addresses; it writes the same output and, where there is scratch, the
// same of it. Integer results are equal to the bit, floats up to the order of sums. What the
// kernel needs of its parameters is checked: where it does not hold, the twin throws InternalError.
//
// A portable kernel that requantizes by arrays of multipliers has two builds, because the
// compiler gives cores without an FPU multipliers in fixed point (runtime/common/spindle_requantize.h).
// The functions below take either kind.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/spindle.h"

namespace spindle::twins {

void spindle_conv_s8(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                     std::int32_t x, std::int32_t n);
void spindle_dw_s8(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                   std::int32_t x, std::int32_t n);
void spindle_stem_s8(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                     std::int32_t x, std::int32_t n);
void spindle_pw_s8(const spindle_pw_s8_params* p, const void* in, void* out, std::int32_t pixels);

// Throws InternalError with `symbol` and `what` unless `condition` holds: something that the kernel
// takes for granted.
void expect(bool condition, std::string_view symbol, std::string_view what);

}  // namespace spindle::twins
