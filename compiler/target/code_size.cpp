#include "compiler/target/code_size.h"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle {
namespace {

constexpr std::int64_t kTypical = 400;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 32> kSizes{{
    {"spindle_add_f32.c", 72},
    {"spindle_add_s8.c", 168},
    {"spindle_average_pool_f32.c", 824},
    {"spindle_binary_f32.c", 364},
    {"spindle_clip_f32.c", 56},
    {"spindle_concat.c", 48},
    {"spindle_conv_f32.c", 1168},
    {"spindle_conv_s8.c", 1400},
    {"spindle_copy.c", 12},
    {"spindle_deinterleave.c", 172},
    {"spindle_dequantize_s8_f32.c", 52},
    {"spindle_dw_f32.c", 1120},
    {"spindle_dw_s8.c", 1404},
    {"spindle_flip_sign.c", 32},
    {"spindle_interleave.c", 164},
    {"spindle_lut_s8.c", 40},
    {"spindle_max_pool_f32.c", 444},
    {"spindle_max_pool_s8.c", 392},
    {"spindle_mean_add_f32.c", 92},
    {"spindle_mean_add_s8.c", 92},
    {"spindle_mean_end_f32.c", 84},
    {"spindle_mean_end_s8.c", 140},
    {"spindle_pad.c", 216},
    {"spindle_pw_f32.c", 2880},
    {"spindle_pw_s8.c", 1428},
    {"spindle_quantize_f32_s8.c", 124},
    {"spindle_reduce_f32.c", 580},
    {"spindle_softmax_f32.c", 272},
    {"spindle_softmax_s8.c", 232},
    {"spindle_stem_s8.c", 1372},
    {"spindle_strided_copy.c", 212},
    {"spindle_unary_f32.c", 624},
}};

}  // namespace

std::int64_t kernel_code_bytes(std::string_view source) {
  const auto* found = std::find_if(kSizes.begin(), kSizes.end(),
                                   [&](const auto& entry) { return entry.first == source; });
  return found == kSizes.end() ? kTypical : found->second;
}

}  // namespace spindle
