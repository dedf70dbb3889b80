#include "compiler/lower/kernel/scratch.h"

#include <algorithm>

#include "runtime/spindle.h"

namespace spindle {
namespace {

// The inputs of a window.
std::int64_t taps_of(const KernelCall& call) {
  return int_value(call, "kernel_h") * int_value(call, "kernel_w") * int_value(call, "in_channels");
}

// The number of pixels whose inputs are widened together, at least: enough to make widening the
// weights worth it, few enough to keep the scratch small.
std::int64_t chunk_of(std::int64_t depth) {
  constexpr std::int64_t kBytes = 1024;
  constexpr std::int64_t kLeast = 8;
  return std::clamp<std::int64_t>(kBytes / (2 * depth), kLeast, SPINDLE_GEMM_S8_DSP_PIXELS);
}

// The kernels that use spindle_gemm_s8_dsp: the inputs, and the weights of two output channels,
// widened to 16 bits.
ScratchNeed gemm_dsp(const KernelCall& call, std::int64_t inputs) {
  const std::int64_t depth = (inputs + 3) / 4 * 4;
  const std::int64_t widened = 4 * ((depth + 7) / 8 * 8);
  ScratchNeed scratch;
  // A call with a single pixel reads such weights as they are packed, and widens none.
  const bool packed = !field_of(call, "weight_zero")->constant && depth % 8 == 0;
  (packed ? scratch.several_bytes : scratch.bytes) = widened;
  scratch.column_bytes = 2 * depth;
  scratch.columns = chunk_of(depth);
  scratch.wide_columns = SPINDLE_GEMM_S8_DSP_PIXELS;
  return scratch;
}

// The input columns that the windows cover, `stride` more for each output, with `column` bytes
// each; and `output` bytes for each output.
ScratchNeed covered_columns(const KernelCall& call, std::int64_t side, std::int64_t column,
                            std::int64_t output, std::int64_t together) {
  const std::int64_t stride = int_value(call, "stride");
  ScratchNeed scratch;
  scratch.bytes = column * (side - stride);
  scratch.column_bytes = column * stride + output;
  scratch.columns = together;
  return scratch;
}

// The windows of `together` outputs.
ScratchNeed windows(const KernelCall& call, std::int64_t element_bytes, std::int64_t together) {
  ScratchNeed scratch;
  scratch.column_bytes = element_bytes * taps_of(call);
  scratch.columns = together;
  return scratch;
}

// Bytes of the sums of one output in the depthwise kernels for the DSP extension.
constexpr std::int64_t kDspSums = 16;

}  // namespace

ScratchNeed pw_s8_dsp_scratch(const KernelCall& call) {
  return gemm_dsp(call, int_value(call, "in_channels"));
}

ScratchNeed stem_s8_dsp_scratch(const KernelCall& call) {
  return gemm_dsp(call, taps_of(call));
}

ScratchNeed dw3x3_dsp_scratch(const KernelCall& call) {
  return covered_columns(call, 3, 24, kDspSums, SPINDLE_DW3X3_S8_DSP_TILE);
}

ScratchNeed dw5x5_dsp_scratch(const KernelCall& call) {
  return covered_columns(call, 5, 40, kDspSums, SPINDLE_DW3X3_S8_DSP_TILE);
}

ScratchNeed dw3x3_mve_scratch(const KernelCall& call) {
  return covered_columns(call, 3, 64, 0, int_value(call, "stride") == 1 ? 8 : 4);
}

ScratchNeed stem_s8_mve_scratch(const KernelCall& call) {
  return windows(call, 1, SPINDLE_STEM_S8_MVE_PIXELS);
}

ScratchNeed stem_f32_vfp_scratch(const KernelCall& call) {
  return windows(call, 4, SPINDLE_STEM_F32_VFP_PIXELS);
}

ScratchNeed stem_f32_mve_scratch(const KernelCall& call) {
  return windows(call, 4, SPINDLE_STEM_F32_MVE_PIXELS);
}

}  // namespace spindle
