// Scratch of the kernels that need some, for the table of kernels.
#pragma once

#include <cstdint>

#include "compiler/lower/kernel/kernel.h"

namespace spindle {

// The scratch that a kernel needs, and writes to the last byte, in a call that computes n columns together (for kernels of
// pixels: n pixels), in bytes:
//
//   bytes + (n > 1 ? several_bytes : 0) + column_bytes * n
struct Scratch {
  std::int64_t bytes = 0;
  std::int64_t several_bytes = 0;
  std::int64_t column_bytes = 0;
  // How many columns the kernel computes together at most: a call with more of them needs no more
  // scratch.
  std::int64_t columns = 0;
  // A kernel whose field `chunk` says how many columns to compute together (columns_field) may be
  // given up to this number, and is faster with more. 0 for other kernels.
  std::int64_t wide_columns = 0;

  [[nodiscard]] std::int64_t for_columns(std::int64_t count) const {
    return bytes + (count > 1 ? several_bytes : 0) + column_bytes * count;
  }
};

// Each takes a call of one of the kernels named, with all of its fields.
Scratch pw_s8_dsp_scratch(const KernelCall& call);    // spindle_pw_s8_dsp
Scratch stem_s8_dsp_scratch(const KernelCall& call);  // spindle_stem_s8_dsp
Scratch dw3x3_dsp_scratch(const KernelCall& call);    // spindle_dw3x3_s8_dsp, spindle_dw3x3_s8w_dsp
Scratch dw5x5_dsp_scratch(const KernelCall& call);    // spindle_dw5x5_s8_dsp
Scratch dw3x3_mve_scratch(const KernelCall& call);    // spindle_dw3x3_s8_mve
Scratch stem_s8_mve_scratch(const KernelCall& call);  // spindle_stem_s8_mve, spindle_stem_s8w_mve
Scratch stem_f32_vfp_scratch(const KernelCall& call);  // spindle_stem_f32_vfp
Scratch stem_f32_mve_scratch(const KernelCall& call);  // spindle_stem_f32_mve

}  // namespace spindle
