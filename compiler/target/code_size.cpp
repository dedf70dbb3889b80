#include "compiler/target/code_size.h"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle {
namespace {

constexpr std::int64_t kTypical = 400;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 80> kSizes{{
    {"spindle_add_f32.c", 72},
    {"spindle_add_f32_neon.c", 208},
    {"spindle_add_s8.c", 168},
    {"spindle_add_s8_mve.c", 272},
    {"spindle_add_s8_neon.c", 780},
    {"spindle_arg_max_f32.c", 260},
    {"spindle_arg_max_s8.c", 264},
    {"spindle_average_pool_f32.c", 824},
    {"spindle_average_pool_s8.c", 864},
    {"spindle_binary_f32.c", 360},
    {"spindle_binary_rows_f32.c", 248},
    {"spindle_binary_s8.c", 476},
    {"spindle_channel_slice.c", 52},
    {"spindle_clip_f32.c", 56},
    {"spindle_concat.c", 48},
    {"spindle_conv_f32.c", 1168},
    {"spindle_conv_s8.c", 1400},
    {"spindle_copy.c", 12},
    {"spindle_deinterleave.c", 172},
    {"spindle_dequantize_s8_f32.c", 52},
    {"spindle_detect_ssd_f32.c", 944},
    {"spindle_detect_ssd_s8.c", 876},
    {"spindle_dw3x3_f32_neon.c", 2052},
    {"spindle_dw3x3_s8_dot.c", 3924},
    {"spindle_dw3x3_s8_dsp.c", 6788},
    {"spindle_dw3x3_s8_mve.c", 2032},
    {"spindle_dw3x3_s8_neon.c", 5424},
    {"spindle_dw_f32.c", 1120},
    {"spindle_dw_s8.c", 1404},
    {"spindle_dw_s8_neon.c", 796},
    {"spindle_flip_sign.c", 32},
    {"spindle_gather.c", 72},
    {"spindle_gemm_s8_dsp.c", 2768},
    {"spindle_interleave.c", 164},
    {"spindle_interleave_mve.c", 348},
    {"spindle_interleave_neon.c", 524},
    {"spindle_lut_s8.c", 40},
    {"spindle_matmul_f32.c", 408},
    {"spindle_max_pool_f32.c", 444},
    {"spindle_max_pool_s8.c", 392},
    {"spindle_mean_add_f32.c", 92},
    {"spindle_mean_add_f32_neon.c", 300},
    {"spindle_mean_add_s8.c", 92},
    {"spindle_mean_add_s8_mve.c", 140},
    {"spindle_mean_add_s8_neon.c", 504},
    {"spindle_mean_end_f32.c", 84},
    {"spindle_mean_end_s8.c", 140},
    {"spindle_nms_f32.c", 904},
    {"spindle_pad.c", 216},
    {"spindle_pw_f32.c", 2880},
    {"spindle_pw_f32_neon.c", 11056},
    {"spindle_pw_s8.c", 1428},
    {"spindle_pw_s8_dot.c", 11896},
    {"spindle_pw_s8_dsp.c", 1028},
    {"spindle_pw_s8_i8mm.c", 13212},
    {"spindle_pw_s8_mve.c", 2468},
    {"spindle_pw_s8_neon.c", 4972},
    {"spindle_pw_sum_add_s8.c", 1172},
    {"spindle_pw_sum_s8.c", 876},
    {"spindle_quantize_f32_s8.c", 124},
    {"spindle_quantize_f32_s8_dsp.c", 216},
    {"spindle_quantize_f32_s8_mve.c", 592},
    {"spindle_quantize_f32_s8_neon.c", 228},
    {"spindle_reduce_f32.c", 580},
    {"spindle_requantize_s32.c", 188},
    {"spindle_resize_linear_f32.c", 360},
    {"spindle_resize_linear_s8.c", 532},
    {"spindle_resize_nearest.c", 120},
    {"spindle_softmax_f32.c", 272},
    {"spindle_softmax_s8.c", 240},
    {"spindle_stem_f32_neon.c", 10012},
    {"spindle_stem_s8.c", 1372},
    {"spindle_stem_s8_dot.c", 12696},
    {"spindle_stem_s8_dsp.c", 1544},
    {"spindle_stem_s8_i8mm.c", 12876},
    {"spindle_stem_s8_mve.c", 3032},
    {"spindle_stem_s8_neon.c", 4464},
    {"spindle_strided_copy.c", 212},
    {"spindle_top_k_f32.c", 324},
    {"spindle_unary_f32.c", 624},
}};

}  // namespace

std::int64_t kernel_code_bytes(std::string_view source) {
  const auto* found = std::find_if(kSizes.begin(), kSizes.end(),
                                   [&](const auto& entry) { return entry.first == source; });
  return found == kSizes.end() ? kTypical : found->second;
}

}  // namespace spindle
