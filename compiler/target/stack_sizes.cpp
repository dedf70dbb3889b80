#include "compiler/target/stack_sizes.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "compiler/target/target.h"

namespace spindle {
namespace {

// With the flags of compiler/target/target.cpp.
constexpr std::array<std::string_view, 15> kTargets{
    "cortex-m0plus", "cortex-m3",  "cortex-m23", "cortex-m4",       "cortex-m7",
    "cortex-m33",    "cortex-m55", "cortex-a7",  "cortex-a9",       "cortex-a53",
    "cortex-a72",    "cortex-a55", "cortex-a76", "cortex-a76+i8mm", "host"};

struct Row {
  std::string_view kernel;
  // By target, as tests/bench/stack_table prints it; -1: not measured, as for kernels of another
  // instruction set. The sum of the frames that GCC 12.2 reports at -O2 (-fcallgraph-info=su) along
  // the deepest chain of calls, of what assembly pushes, and of kLibraryStackBytes if the chain
  // ends in the library.
  std::array<std::int16_t, kTargets.size()> bytes;
};

// clang-format off
constexpr std::array<Row, 107> kRows{{
    {"spindle_add_f32", {104, 96, 104, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 8}},
    {"spindle_add_f32_neon", {-1, -1, -1, -1, -1, -1, -1, 24, 24, 0, 0, 0, 0, 0, -1}},
    {"spindle_add_rows_s8", {184, 184, 184, 48, 56, 48, 48, 48, 48, 0, 0, 0, 0, 0, 64}},
    {"spindle_add_s8", {144, 144, 144, 20, 20, 20, 20, 20, 20, 0, 0, 0, 0, 0, 16}},
    {"spindle_add_s8_dsp", {120, 120, 120, 120, 120, 120, 152, 152, 16, 0, 0, 0, 0, 0, 8}},
    {"spindle_add_s8_mve", {-1, -1, -1, -1, -1, -1, 64, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_add_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 248, -1, 288, 288, 288, 288, 288, -1}},
    {"spindle_arg_max_f32", {152, 136, 152, 48, 48, 48, 48, 48, 48, 0, 0, 0, 0, 0, 56}},
    {"spindle_arg_max_s8", {136, 56, 136, 56, 48, 56, 56, 56, 56, 16, 16, 16, 16, 16, 64}},
    {"spindle_average_pool_f32", {216, 232, 216, 208, 208, 208, 216, 208, 216, 272, 256, 272, 256, 256, 240}},
    {"spindle_average_pool_s8", {280, 280, 272, 264, 264, 264, 272, 168, 264, 192, 176, 192, 176, 176, 224}},
    {"spindle_binary_f32", {200, 200, 200, 88, 96, 104, 104, 112, 112, 48, 48, 48, 64, 64, 80}},
    {"spindle_binary_rows_f32", {192, 184, 192, 80, 80, 104, 112, 112, 112, 96, 112, 96, 112, 112, 128}},
    {"spindle_binary_s8", {128, 120, 128, 28, 32, 28, 28, 28, 28, 0, 0, 0, 0, 0, 24}},
    {"spindle_channel_slice", {88, 88, 88, 88, 88, 88, 88, 88, 88, 112, 112, 112, 112, 112, 112}},
    {"spindle_clip_f32", {96, 96, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8}},
    {"spindle_composed_f32", {152, 144, 152, 28, 36, 68, 72, 76, 76, 32, 48, 32, 48, 48, 32}},
    {"spindle_concat", {88, 80, 88, 80, 80, 80, 80, 80, 80, 112, 112, 112, 112, 112, 96}},
    {"spindle_conv_f32", {296, 304, 296, 200, 192, 200, 200, 192, 280, 304, 320, 304, 320, 320, 400}},
    {"spindle_conv_s8", {464, 200, 464, 200, 200, 200, 200, 200, 280, 336, 336, 336, 336, 336, 352}},
    {"spindle_copy", {72, 64, 72, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 72}},
    {"spindle_deinterleave", {120, 120, 120, 120, 120, 120, 120, 120, 120, 176, 192, 176, 192, 192, 176}},
    {"spindle_depth_to_space", {120, 112, 112, 112, 112, 112, 112, 112, 120, 176, 176, 176, 176, 176, 160}},
    {"spindle_dequantize_s8_f32", {88, 88, 88, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 8}},
    {"spindle_detect_ssd_f32", {248, 256, 248, 200, 200, 200, 200, 160, 248, 160, 160, 160, 144, 144, 144}},
    {"spindle_detect_ssd_s8", {248, 256, 248, 168, 168, 168, 192, 136, 208, 80, 64, 80, 64, 64, 192}},
    {"spindle_dw3x3_f32_mve", {-1, -1, -1, -1, -1, -1, 216, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_dw3x3_f32_neon", {-1, -1, -1, -1, -1, -1, -1, 272, 336, 240, 240, 240, 240, 240, -1}},
    {"spindle_dw3x3_f32_vfp", {-1, -1, -1, 200, 200, 200, 200, 216, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_dw3x3_s8_dot", {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 304, 304, 304, -1}},
    {"spindle_dw3x3_s8_dsp", {536, 376, 536, 216, 216, 216, 216, 216, 280, 384, 384, 384, 384, 384, 528}},
    {"spindle_dw3x3_s8_mve", {-1, -1, -1, -1, -1, -1, 328, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_dw3x3_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 304, 368, 464, 448, 464, 480, 480, -1}},
    {"spindle_dw3x3_s8w_dsp", {544, 392, 544, 232, 232, 232, 232, 240, 296, 400, 384, 400, 400, 400, 528}},
    {"spindle_dw3x3_s8w_neon", {-1, -1, -1, -1, -1, -1, -1, -1, -1, 160, 160, 160, 160, 160, -1}},
    {"spindle_dw5x5_s8_dsp", {800, 648, 792, 560, 560, 552, 584, 616, 688, 784, 800, 784, 800, 800, 736}},
    {"spindle_dw_f32", {280, 272, 280, 184, 184, 184, 184, 192, 288, 304, 304, 304, 320, 320, 400}},
    {"spindle_dw_s8", {600, 192, 600, 192, 192, 192, 184, 192, 280, 240, 240, 240, 240, 240, 336}},
    {"spindle_dw_s8_mve", {-1, -1, -1, -1, -1, -1, 360, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_dw_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 120, 304, 128, 128, 128, 128, 128, -1}},
    {"spindle_flip_sign", {12, 12, 12, 12, 12, 12, 4, 0, 0, 0, 0, 0, 0, 0, 8}},
    {"spindle_gather", {88, 88, 88, 88, 88, 88, 88, 88, 88, 112, 112, 112, 112, 112, 112}},
    {"spindle_gemm_s8_dsp", {608, 500, 608, 368, 368, 368, 400, 392, 400, 560, 560, 560, 560, 560, 576}},
    {"spindle_image_slice", {88, 88, 88, 88, 88, 88, 88, 88, 88, 112, 112, 112, 112, 112, 112}},
    {"spindle_interleave", {144, 136, 144, 144, 144, 136, 136, 144, 144, 224, 224, 224, 224, 224, 224}},
    {"spindle_interleave_mve", {-1, -1, -1, -1, -1, -1, 64, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_interleave_neon", {-1, -1, -1, -1, -1, -1, -1, 28, 28, 0, 0, 0, 0, 0, -1}},
    {"spindle_lut_s8", {12, 4, 12, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 8}},
    {"spindle_matmul_f32", {200, 200, 200, 184, 184, 184, 184, 184, 184, 304, 256, 304, 288, 288, 256}},
    {"spindle_max_pool_f32", {208, 216, 208, 112, 112, 112, 120, 120, 192, 112, 112, 112, 112, 112, 136}},
    {"spindle_max_pool_s8", {136, 128, 136, 128, 128, 128, 136, 128, 136, 176, 176, 176, 176, 176, 160}},
    {"spindle_mean_add_f32", {96, 104, 96, 88, 88, 88, 88, 88, 88, 112, 112, 112, 112, 112, 96}},
    {"spindle_mean_add_f32_neon", {-1, -1, -1, -1, -1, -1, -1, 32, 32, 0, 0, 0, 0, 0, -1}},
    {"spindle_mean_add_s8", {120, 112, 120, 112, 112, 112, 112, 112, 112, 128, 128, 128, 128, 128, 144}},
    {"spindle_mean_add_s8_mve", {-1, -1, -1, -1, -1, -1, 24, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_mean_add_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 128, 128, 128, 128, 128, 128, 128, -1}},
    {"spindle_mean_end_f32", {112, 104, 112, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8}},
    {"spindle_mean_end_s8", {216, 64, 216, 12, 16, 12, 12, 12, 12, 0, 0, 0, 0, 0, 8}},
    {"spindle_mean_end_s8_f32", {104, 96, 104, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8}},
    {"spindle_mul_s8", {152, 152, 152, 56, 56, 56, 56, 56, 56, 0, 0, 0, 0, 0, 72}},
    {"spindle_nms_f32", {296, 296, 296, 176, 176, 176, 208, 208, 200, 128, 128, 128, 128, 128, 176}},
    {"spindle_pad", {128, 128, 128, 128, 128, 128, 120, 128, 128, 144, 144, 144, 144, 144, 160}},
    {"spindle_pw_f32", {312, 312, 312, 248, 248, 248, 344, 344, 344, 464, 464, 464, 464, 464, 464}},
    {"spindle_pw_f32_mve", {-1, -1, -1, -1, -1, -1, 264, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_pw_f32_neon", {-1, -1, -1, -1, -1, -1, -1, 376, 376, 864, 848, 864, 880, 880, -1}},
    {"spindle_pw_f32_vfp", {-1, -1, -1, 312, 304, 304, 312, 320, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_pw_s8", {800, 120, 792, 96, 96, 96, 96, 96, 96, 480, 480, 480, 480, 480, 528}},
    {"spindle_pw_s8_dot", {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 704, 768, 768, -1}},
    {"spindle_pw_s8_dsp", {760, 716, 768, 592, 592, 592, 648, 648, 656, 944, 944, 944, 928, 928, 944}},
    {"spindle_pw_s8_i8mm", {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 704, -1}},
    {"spindle_pw_s8_lanes", {1256, 192, 1256, 192, 192, 176, 176, 192, 192, 496, 512, 496, 512, 512, 720}},
    {"spindle_pw_s8_mve", {-1, -1, -1, -1, -1, -1, 200, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_pw_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 384, 452, 672, 688, 672, 704, 704, -1}},
    {"spindle_pw_s8w_mve", {-1, -1, -1, -1, -1, -1, 224, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_pw_sum_add_s8", {136, 136, 136, 128, 128, 136, 128, 128, 128, 240, 240, 240, 240, 240, 320}},
    {"spindle_pw_sum_s8", {128, 120, 128, 112, 112, 120, 112, 120, 120, 176, 176, 176, 176, 176, 232}},
    {"spindle_quantize_f32_s8", {104, 104, 104, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 8}},
    {"spindle_quantize_f32_s8_dsp", {96, 104, 96, 36, 36, 36, 36, 32, 32, 0, 0, 0, 0, 0, 8}},
    {"spindle_quantize_f32_s8_mve", {-1, -1, -1, -1, -1, -1, 176, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_quantize_f32_s8_neon", {-1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, -1}},
    {"spindle_reduce_f32", {272, 272, 272, 192, 192, 192, 192, 192, 192, 144, 160, 144, 144, 144, 272}},
    {"spindle_reduce_s8", {376, 304, 376, 216, 216, 216, 216, 240, 248, 256, 240, 256, 256, 256, 336}},
    {"spindle_reduce_s8_f32", {200, 200, 200, 128, 128, 128, 136, 136, 136, 80, 48, 80, 80, 80, 160}},
    {"spindle_requantize_s32", {224, 72, 224, 28, 32, 28, 28, 28, 32, 0, 0, 0, 0, 0, 8}},
    {"spindle_resize_codes_s8", {152, 160, 152, 48, 48, 48, 56, 48, 120, 16, 16, 16, 16, 16, 64}},
    {"spindle_resize_linear_f32", {152, 160, 152, 48, 48, 48, 48, 48, 120, 0, 0, 0, 0, 0, 56}},
    {"spindle_resize_linear_s8", {480, 480, 480, 360, 352, 368, 368, 360, 432, 432, 416, 432, 416, 416, 448}},
    {"spindle_resize_linear_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 360, 424, 400, 400, 400, 400, 400, -1}},
    {"spindle_resize_nearest", {96, 96, 96, 96, 96, 96, 96, 96, 96, 128, 144, 128, 144, 144, 128}},
    {"spindle_softmax_f32", {152, 160, 152, 80, 80, 80, 80, 64, 80, 0, 0, 0, 0, 0, 72}},
    {"spindle_softmax_s8", {144, 144, 144, 36, 36, 36, 36, 36, 120, 0, 0, 0, 0, 0, 64}},
    {"spindle_stack_rows", {80, 72, 80, 72, 72, 72, 72, 72, 88, 64, 64, 64, 64, 64, 72}},
    {"spindle_stem_f32_mve", {-1, -1, -1, -1, -1, -1, 368, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_stem_f32_neon", {-1, -1, -1, -1, -1, -1, -1, 1656, 1656, 3312, 3328, 3312, 3344, 3344, -1}},
    {"spindle_stem_f32_vfp", {-1, -1, -1, 416, 416, 408, 416, 432, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_stem_s8", {592, 192, 600, 184, 184, 184, 184, 184, 264, 240, 240, 240, 240, 240, 336}},
    {"spindle_stem_s8_dot", {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1568, 1584, 1584, -1}},
    {"spindle_stem_s8_dsp", {784, 724, 776, 584, 600, 584, 632, 656, 664, 848, 848, 848, 848, 848, 832}},
    {"spindle_stem_s8_i8mm", {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1568, -1}},
    {"spindle_stem_s8_mve", {-1, -1, -1, -1, -1, -1, 280, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_stem_s8_neon", {-1, -1, -1, -1, -1, -1, -1, 624, 616, 1232, 1248, 1232, 1232, 1232, -1}},
    {"spindle_stem_s8w_mve", {-1, -1, -1, -1, -1, -1, 296, -1, -1, -1, -1, -1, -1, -1, -1}},
    {"spindle_strided_copy", {128, 112, 128, 112, 112, 112, 120, 120, 120, 144, 144, 144, 144, 144, 144}},
    {"spindle_table_f32", {28, 20, 28, 20, 20, 20, 20, 20, 20, 0, 0, 0, 0, 0, 40}},
    {"spindle_table_s8", {20, 16, 20, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 32}},
    {"spindle_top_k_f32", {160, 152, 160, 56, 56, 56, 56, 56, 56, 0, 0, 0, 0, 0, 88}},
    {"spindle_unary_f32", {160, 168, 160, 96, 112, 120, 120, 128, 128, 144, 144, 144, 144, 144, 136}},
}};
// clang-format on

}  // namespace

std::optional<std::int64_t> kernel_stack_bytes(std::string_view kernel, std::string_view target) {
  const Target* known = find_target(target);
  const bool borrows = known != nullptr && !known->stack_of.empty();
  const std::string_view column = borrows ? known->stack_of : target;
  const auto* at = std::find(kTargets.begin(), kTargets.end(), column);
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [&](const Row& entry) { return entry.kernel == kernel; });
  if (at == kTargets.end() || row == kRows.end()) return std::nullopt;
  const std::int16_t bytes = row->bytes[at - kTargets.begin()];
  if (bytes < 0) return std::nullopt;
  return bytes;
}

std::span<const std::string_view> stack_targets() {
  return kTargets;
}

std::string stack_compiler(std::string_view target) {
  const Target* known = find_target(target);
  if (known == nullptr) return {};
  if (known->emulator.kind == EmulatorUse::Kind::kNative) return "gcc 12.2.0 -O2";
  const bool board = known->emulator.kind == EmulatorUse::Kind::kBoard;
  return std::string(known->compiler.program) + (board ? " 12.2.1 -O2" : " 12.2.0 -O2");
}

}  // namespace spindle
