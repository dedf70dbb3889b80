// Scratch of the kernels that need some, for the table of kernels.
#pragma once

#include "compiler/lower/kernel/kernel.h"
#include "compiler/plan/steps.h"

namespace spindle {

// Each takes a call of one of the kernels named, with all of its fields. The kernel writes the
// scratch that it needs to the last byte. `columns` is the most that it computes together (for
// kernels of pixels, pixels): a call with more of them needs no more scratch. `wide_columns` is for
// kernels whose field `chunk` says how many columns to compute together (columns_field).
ScratchNeed pw_s8_dsp_scratch(const KernelCall& call);    // spindle_pw_s8_dsp
ScratchNeed stem_s8_dsp_scratch(const KernelCall& call);  // spindle_stem_s8_dsp
ScratchNeed dw3x3_dsp_scratch(
    const KernelCall& call);  // spindle_dw3x3_s8_dsp, spindle_dw3x3_s8w_dsp
ScratchNeed dw5x5_dsp_scratch(const KernelCall& call);  // spindle_dw5x5_s8_dsp
ScratchNeed dw3x3_mve_scratch(const KernelCall& call);  // spindle_dw3x3_s8_mve
ScratchNeed stem_s8_mve_scratch(
    const KernelCall& call);  // spindle_stem_s8_mve, spindle_stem_s8w_mve
ScratchNeed stem_f32_vfp_scratch(const KernelCall& call);  // spindle_stem_f32_vfp
ScratchNeed stem_f32_mve_scratch(const KernelCall& call);  // spindle_stem_f32_mve

}  // namespace spindle
