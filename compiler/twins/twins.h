// Twins: replacements for kernels that this machine cannot run. A program for any target runs in
// this process, but kernels written for another instruction set may not even compile here.
//
// Every kernel in the intrinsics or the assembly of an instruction set (runtime/*_neon.c, *_dot.c,
// *_i8mm.c, *_mve.c, *_vfp.c) has a twin with the same name and type, as runtime/spindle.h declares
// it. The twin
// - takes the same parameter struct and reads the same packed constants, at the same addresses;
// - writes the same output and, if there is scratch, the same scratch;
// - gives equal results: integers to the bit, floats up to the order of sums;
// - checks what the kernel assumes about its parameters, and throws InternalError if it is not so.
//
// A portable kernel that requantizes with an array of multipliers is built twice, because cores
// without an FPU get multipliers in fixed point (runtime/common/spindle_requantize.h). The
// functions below take both kinds.
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

// Columns x, x + 1, ... x + n - 1 of output row y: what a call of a kernel with a window computes.
struct Outputs {
  std::int32_t y, x, n;
};

// Throws InternalError with `symbol` and `what` unless `condition`, an assumption of the kernel, is
// true.
void expect(bool condition, std::string_view symbol, std::string_view what);

}  // namespace spindle::twins
