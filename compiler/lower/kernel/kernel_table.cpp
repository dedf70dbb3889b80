// More than 400 lines: one row for each of the kernels.
#include "compiler/lower/kernel/kernel_table.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/kernel/scratch.h"

namespace spindle {
namespace {

// spindle_add_s8_neon fuses a product and a sum.
bool has_fused_multiply_add(const KernelCall& /*call*/, const Target& target) {
  return target.a64 || target.fma;
}

// spindle_quantize_f32_s8_neon needs a division instruction for vectors.
bool is_64_bit(const KernelCall& /*call*/, const Target& target) {
  return target.a64;
}

// spindle_dw_s8_neon computes eight channels together and keeps at most eight rows.
bool is_plain_depthwise(const KernelCall& call, const Target& /*target*/) {
  const std::int64_t channels = int_value(call, "out_channels");
  return channels >= 8 && int_value(call, "in_channels") == channels &&
         int_value(call, "kernel_h") <= 8;
}

bool has_three_channels(const KernelCall& call, const Target& /*target*/) {
  const std::int64_t bytes = int_value(call, "element_bytes");
  return int_value(call, "channels") == 3 && (bytes == 1 || bytes == 4);
}

// For spindle_quantize_f32_s8_mve, neither the reciprocal of the scale nor the products may be
// subnormal or infinite.
bool has_moderate_scale(const KernelCall& call, const Target& /*target*/) {
  constexpr float kMost = 0x1p100F;
  const Field* scale = field_of(call, "scale");
  return scale != nullptr && scale->real >= 1 / kMost && scale->real <= kMost;
}

constexpr std::array kKernels{
    // runtime/portable
    KernelInfo{.symbol = "spindle_add_f32", .params = "spindle_clip_f32_params", .code_bytes = 72},
    KernelInfo{
        .symbol = "spindle_add_rows_s8", .params = "spindle_add_rows_s8_params", .code_bytes = 428},
    KernelInfo{.symbol = "spindle_add_s8", .params = "spindle_add_s8_params", .code_bytes = 168},
    KernelInfo{
        .symbol = "spindle_arg_max_f32", .params = "spindle_arg_max_params", .code_bytes = 268},
    KernelInfo{
        .symbol = "spindle_arg_max_s8", .params = "spindle_arg_max_params", .code_bytes = 460},
    KernelInfo{
        .symbol = "spindle_average_pool_f32", .params = "spindle_pool_params", .code_bytes = 788},
    KernelInfo{.symbol = "spindle_average_pool_s8",
               .params = "spindle_average_pool_s8_params",
               .code_bytes = 692},
    KernelInfo{
        .symbol = "spindle_binary_f32", .params = "spindle_binary_f32_params", .code_bytes = 2056},
    KernelInfo{.symbol = "spindle_binary_rows_f32",
               .params = "spindle_binary_rows_f32_params",
               .code_bytes = 2180},
    KernelInfo{
        .symbol = "spindle_binary_s8", .params = "spindle_binary_s8_params", .code_bytes = 292},
    KernelInfo{.symbol = "spindle_channel_slice",
               .params = "spindle_channel_slice_params",
               .code_bytes = 52},
    KernelInfo{.symbol = "spindle_clip_f32", .params = "spindle_clip_f32_params", .code_bytes = 56},
    KernelInfo{
        .symbol = "spindle_composed_f32", .params = "spindle_unary_f32_params", .code_bytes = 2900},
    KernelInfo{.symbol = "spindle_concat", .params = "spindle_concat_params", .code_bytes = 48},
    KernelInfo{
        .symbol = "spindle_conv_f32", .params = "spindle_conv_f32_params", .code_bytes = 1168},
    KernelInfo{.symbol = "spindle_conv_s8", .params = "spindle_conv_s8_params", .code_bytes = 1404},
    KernelInfo{.symbol = "spindle_copy", .code_bytes = 12},
    KernelInfo{
        .symbol = "spindle_deinterleave", .params = "spindle_planar_params", .code_bytes = 172},
    KernelInfo{.symbol = "spindle_depth_to_space",
               .params = "spindle_depth_to_space_params",
               .code_bytes = 224},
    KernelInfo{.symbol = "spindle_dequantize_s8_f32",
               .params = "spindle_quantize_params",
               .code_bytes = 52},
    KernelInfo{.symbol = "spindle_detect_ssd_f32",
               .params = "spindle_detect_ssd_params",
               .code_bytes = 1244},
    KernelInfo{.symbol = "spindle_detect_ssd_s8",
               .params = "spindle_detect_ssd_params",
               .code_bytes = 864},
    KernelInfo{.symbol = "spindle_dw_f32", .params = "spindle_conv_f32_params", .code_bytes = 1120},
    KernelInfo{.symbol = "spindle_dw_s8", .params = "spindle_conv_s8_params", .code_bytes = 1436},
    KernelInfo{.symbol = "spindle_flip_sign", .code_bytes = 124},
    KernelInfo{.symbol = "spindle_gather", .params = "spindle_gather_params", .code_bytes = 72},
    KernelInfo{
        .symbol = "spindle_image_slice", .params = "spindle_image_slice_params", .code_bytes = 104},
    KernelInfo{
        .symbol = "spindle_interleave", .params = "spindle_planar_params", .code_bytes = 264},
    KernelInfo{.symbol = "spindle_lut_s8", .params = "spindle_lut_s8_params", .code_bytes = 40},
    KernelInfo{
        .symbol = "spindle_matmul_f32", .params = "spindle_matmul_f32_params", .code_bytes = 404},
    KernelInfo{
        .symbol = "spindle_max_pool_f32", .params = "spindle_pool_params", .code_bytes = 444},
    KernelInfo{.symbol = "spindle_max_pool_s8", .params = "spindle_pool_params", .code_bytes = 380},
    KernelInfo{
        .symbol = "spindle_mean_add_f32", .params = "spindle_mean_f32_params", .code_bytes = 92},
    KernelInfo{
        .symbol = "spindle_mean_add_s8", .params = "spindle_mean_s8_params", .code_bytes = 252},
    KernelInfo{
        .symbol = "spindle_mean_end_f32", .params = "spindle_mean_f32_params", .code_bytes = 84},
    KernelInfo{
        .symbol = "spindle_mean_end_s8", .params = "spindle_mean_s8_params", .code_bytes = 140},
    KernelInfo{.symbol = "spindle_mean_end_s8_f32",
               .params = "spindle_mean_s8_f32_params",
               .code_bytes = 84},
    KernelInfo{.symbol = "spindle_mul_s8", .params = "spindle_mul_s8_params", .code_bytes = 424},
    KernelInfo{.symbol = "spindle_nms_f32", .params = "spindle_nms_f32_params", .code_bytes = 904},
    KernelInfo{.symbol = "spindle_pad", .params = "spindle_pad_params", .code_bytes = 216},
    KernelInfo{.symbol = "spindle_pw_f32", .params = "spindle_pw_f32_params", .code_bytes = 2880},
    KernelInfo{.symbol = "spindle_pw_s8", .params = "spindle_pw_s8_params", .code_bytes = 1496},
    KernelInfo{
        .symbol = "spindle_pw_s8_lanes", .params = "spindle_pw_s8_params", .code_bytes = 2588},
    KernelInfo{.symbol = "spindle_pw_sum_add_s8",
               .params = "spindle_pw_sum_s8_params",
               .code_bytes = 1176},
    KernelInfo{
        .symbol = "spindle_pw_sum_s8", .params = "spindle_pw_sum_s8_params", .code_bytes = 864},
    KernelInfo{.symbol = "spindle_quantize_f32_s8",
               .params = "spindle_quantize_params",
               .code_bytes = 124},
    KernelInfo{
        .symbol = "spindle_reduce_f32", .params = "spindle_reduce_f32_params", .code_bytes = 580},
    KernelInfo{
        .symbol = "spindle_reduce_s8", .params = "spindle_reduce_s8_params", .code_bytes = 2484},
    KernelInfo{.symbol = "spindle_reduce_s8_f32",
               .params = "spindle_reduce_s8_f32_params",
               .code_bytes = 412},
    KernelInfo{.symbol = "spindle_requantize_s32",
               .params = "spindle_requantize_s32_params",
               .code_bytes = 188},
    KernelInfo{.symbol = "spindle_resize_codes_s8",
               .params = "spindle_resize_linear_params",
               .code_bytes = 420},
    KernelInfo{.symbol = "spindle_resize_linear_f32",
               .params = "spindle_resize_linear_params",
               .code_bytes = 360},
    KernelInfo{.symbol = "spindle_resize_linear_s8",
               .params = "spindle_resize_linear_params",
               .code_bytes = 2224},
    KernelInfo{.symbol = "spindle_resize_nearest",
               .params = "spindle_resize_nearest_params",
               .code_bytes = 120},
    KernelInfo{
        .symbol = "spindle_softmax_f32", .params = "spindle_softmax_f32_params", .code_bytes = 556},
    KernelInfo{
        .symbol = "spindle_softmax_s8", .params = "spindle_softmax_s8_params", .code_bytes = 240},
    KernelInfo{
        .symbol = "spindle_stack_rows", .params = "spindle_stack_rows_params", .code_bytes = 56},
    KernelInfo{.symbol = "spindle_stem_s8", .params = "spindle_conv_s8_params", .code_bytes = 1344},
    KernelInfo{.symbol = "spindle_strided_copy",
               .params = "spindle_strided_copy_params",
               .code_bytes = 212},
    KernelInfo{
        .symbol = "spindle_table_f32", .params = "spindle_table_f32_params", .code_bytes = 60},
    KernelInfo{.symbol = "spindle_table_s8", .params = "spindle_table_s8_params", .code_bytes = 56},
    KernelInfo{
        .symbol = "spindle_top_k_f32", .params = "spindle_top_k_f32_params", .code_bytes = 324},
    KernelInfo{
        .symbol = "spindle_unary_f32", .params = "spindle_unary_f32_params", .code_bytes = 3628},
    // runtime/dsp
    KernelInfo{.symbol = "spindle_add_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_add_s8_params",
               .code_bytes = 540,
               .instead_of = "spindle_add_s8"},
    KernelInfo{.symbol = "spindle_dw3x3_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_dw3x3_s8_dsp_params",
               .code_bytes = 6792,
               .scratch = dw3x3_dsp_scratch},
    KernelInfo{.symbol = "spindle_dw3x3_s8w_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_dw3x3_s8_dsp_params",
               .code_bytes = 6276,
               .scratch = dw3x3_dsp_scratch},
    KernelInfo{.symbol = "spindle_dw5x5_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_dw3x3_s8_dsp_params",
               .code_bytes = 3508,
               .scratch = dw5x5_dsp_scratch},
    KernelInfo{.symbol = "spindle_gemm_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_gemm_s8_dsp_params",
               .code_bytes = 3144},
    KernelInfo{.symbol = "spindle_pw_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_pw_s8_dsp_params",
               .code_bytes = 1056,
               .calls = "spindle_gemm_s8_dsp",
               .scratch = pw_s8_dsp_scratch},
    KernelInfo{.symbol = "spindle_quantize_f32_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_quantize_params",
               .code_bytes = 216,
               .instead_of = "spindle_quantize_f32_s8"},
    KernelInfo{.symbol = "spindle_stem_s8_dsp",
               .isa = Isa::kDsp,
               .params = "spindle_stem_s8_dsp_params",
               .code_bytes = 1616,
               .calls = "spindle_gemm_s8_dsp",
               .scratch = stem_s8_dsp_scratch},
    // runtime/vfp
    KernelInfo{.symbol = "spindle_dw3x3_f32_vfp",
               .isa = Isa::kVfp,
               .params = "spindle_conv_f32_params",
               .code_bytes = 1728},
    KernelInfo{.symbol = "spindle_pw_f32_vfp",
               .isa = Isa::kVfp,
               .params = "spindle_pw_f32_params",
               .code_bytes = 2156,
               .instead_of = "spindle_pw_f32"},
    KernelInfo{.symbol = "spindle_stem_f32_vfp",
               .isa = Isa::kVfp,
               .params = "spindle_conv_f32_params",
               .code_bytes = 524,
               .calls = "spindle_pw_f32_vfp",
               .scratch = stem_f32_vfp_scratch},
    // runtime/mve
    KernelInfo{.symbol = "spindle_add_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_add_s8_params",
               .code_bytes = 272,
               .instead_of = "spindle_add_s8"},
    KernelInfo{.symbol = "spindle_dw3x3_f32_mve",
               .isa = Isa::kMve,
               .params = "spindle_conv_f32_params",
               .code_bytes = 1484},
    KernelInfo{.symbol = "spindle_dw3x3_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_dw3x3_s8_mve_params",
               .code_bytes = 2032,
               .scratch = dw3x3_mve_scratch},
    KernelInfo{.symbol = "spindle_dw_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_dw_s8_mve_params",
               .code_bytes = 1876},
    KernelInfo{.symbol = "spindle_interleave_mve",
               .isa = Isa::kMve,
               .params = "spindle_planar_params",
               .code_bytes = 348,
               .instead_of = "spindle_interleave",
               .takes = has_three_channels},
    KernelInfo{.symbol = "spindle_mean_add_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_mean_s8_params",
               .code_bytes = 140,
               .instead_of = "spindle_mean_add_s8"},
    KernelInfo{.symbol = "spindle_pw_f32_mve",
               .isa = Isa::kMve,
               .params = "spindle_pw_f32_params",
               .code_bytes = 1208,
               .instead_of = "spindle_pw_f32"},
    KernelInfo{.symbol = "spindle_pw_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_pw_s8_mve_params",
               .code_bytes = 2468},
    KernelInfo{.symbol = "spindle_pw_s8w_mve",
               .isa = Isa::kMve,
               .params = "spindle_pw_s8_mve_params",
               .code_bytes = 3472},
    KernelInfo{.symbol = "spindle_quantize_f32_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_quantize_params",
               .code_bytes = 592,
               .instead_of = "spindle_quantize_f32_s8",
               .takes = has_moderate_scale},
    KernelInfo{.symbol = "spindle_stem_f32_mve",
               .isa = Isa::kMve,
               .params = "spindle_conv_f32_params",
               .code_bytes = 460,
               .calls = "spindle_pw_f32_mve",
               .scratch = stem_f32_mve_scratch},
    KernelInfo{.symbol = "spindle_stem_s8_mve",
               .isa = Isa::kMve,
               .params = "spindle_stem_s8_mve_params",
               .code_bytes = 3028,
               .scratch = stem_s8_mve_scratch},
    KernelInfo{.symbol = "spindle_stem_s8w_mve",
               .isa = Isa::kMve,
               .params = "spindle_stem_s8_mve_params",
               .code_bytes = 4056,
               .scratch = stem_s8_mve_scratch},
    // runtime/neon
    KernelInfo{.symbol = "spindle_add_f32_neon",
               .isa = Isa::kNeon,
               .params = "spindle_clip_f32_params",
               .code_bytes = 168,
               .instead_of = "spindle_add_f32"},
    KernelInfo{.symbol = "spindle_add_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_add_s8_params",
               .code_bytes = 676,
               .instead_of = "spindle_add_s8",
               .takes = has_fused_multiply_add},
    KernelInfo{.symbol = "spindle_dw3x3_f32_neon",
               .isa = Isa::kNeon,
               .params = "spindle_conv_f32_params",
               .code_bytes = 1836},
    KernelInfo{.symbol = "spindle_dw3x3_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_dw3x3_s8_neon_params",
               .code_bytes = 5412},
    KernelInfo{.symbol = "spindle_dw3x3_s8w_neon",
               .isa = Isa::kNeon,
               .params = "spindle_conv_s8_params",
               .code_bytes = 1776},
    KernelInfo{.symbol = "spindle_dw_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_conv_s8_params",
               .code_bytes = 744,
               .instead_of = "spindle_dw_s8",
               .takes = is_plain_depthwise},
    KernelInfo{.symbol = "spindle_interleave_neon",
               .isa = Isa::kNeon,
               .params = "spindle_planar_params",
               .code_bytes = 484,
               .instead_of = "spindle_interleave",
               .takes = has_three_channels},
    KernelInfo{.symbol = "spindle_mean_add_f32_neon",
               .isa = Isa::kNeon,
               .params = "spindle_mean_f32_params",
               .code_bytes = 260,
               .instead_of = "spindle_mean_add_f32"},
    KernelInfo{.symbol = "spindle_mean_add_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_mean_s8_params",
               .code_bytes = 424,
               .instead_of = "spindle_mean_add_s8"},
    KernelInfo{.symbol = "spindle_pw_f32_neon",
               .isa = Isa::kNeon,
               .params = "spindle_pw_f32_params",
               .code_bytes = 11068,
               .instead_of = "spindle_pw_f32"},
    KernelInfo{.symbol = "spindle_pw_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_pw_s8_neon_params",
               .code_bytes = 5332},
    KernelInfo{.symbol = "spindle_quantize_f32_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_quantize_params",
               .code_bytes = 188,
               .instead_of = "spindle_quantize_f32_s8",
               .takes = is_64_bit},
    KernelInfo{.symbol = "spindle_resize_linear_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_resize_linear_params",
               .code_bytes = 1940,
               .instead_of = "spindle_resize_linear_s8"},
    KernelInfo{.symbol = "spindle_stem_f32_neon",
               .isa = Isa::kNeon,
               .params = "spindle_conv_f32_params",
               .code_bytes = 9780},
    KernelInfo{.symbol = "spindle_stem_s8_neon",
               .isa = Isa::kNeon,
               .params = "spindle_stem_s8_neon_params",
               .code_bytes = 4700},
    // runtime/dot
    KernelInfo{.symbol = "spindle_dw3x3_s8_dot",
               .isa = Isa::kDot,
               .params = "spindle_dw3x3_s8_neon_params",
               .code_bytes = 4980},
    KernelInfo{.symbol = "spindle_pw_s8_dot",
               .isa = Isa::kDot,
               .params = "spindle_pw_s8_neon_params",
               .code_bytes = 9692},
    KernelInfo{.symbol = "spindle_stem_s8_dot",
               .isa = Isa::kDot,
               .params = "spindle_stem_s8_neon_params",
               .code_bytes = 9612},
    // runtime/i8mm
    KernelInfo{.symbol = "spindle_pw_s8_i8mm",
               .isa = Isa::kI8mm,
               .params = "spindle_pw_s8_neon_params",
               .code_bytes = 6360},
    KernelInfo{.symbol = "spindle_stem_s8_i8mm",
               .isa = Isa::kI8mm,
               .params = "spindle_stem_s8_neon_params",
               .code_bytes = 6676},
};

}  // namespace

std::string_view name_of(Isa isa) {
  switch (isa) {
    case Isa::kPortable:
      return "portable";
    case Isa::kDsp:
      return "dsp";
    case Isa::kVfp:
      return "vfp";
    case Isa::kMve:
      return "mve";
    case Isa::kNeon:
      return "neon";
    case Isa::kDot:
      return "dot";
    case Isa::kI8mm:
      return "i8mm";
  }
  throw InternalError("an instruction set without a name");
}

bool uses(const Target& target, Isa isa) {
  switch (isa) {
    case Isa::kPortable:
      return true;
    case Isa::kDsp:
    case Isa::kVfp:
      return target.dsp && target.fpu && !target.mve;
    case Isa::kMve:
      return target.mve;
    case Isa::kNeon:
      return target.neon;
    case Isa::kDot:
      return target.dotprod;
    case Isa::kI8mm:
      return target.i8mm;
  }
  throw InternalError("an instruction set that no target was asked for");
}

std::span<const KernelInfo> kernels() {
  return kKernels;
}

const KernelInfo& find_kernel_info(std::string_view symbol) {
  const auto* found = std::find_if(kKernels.begin(), kKernels.end(),
                                   [&](const KernelInfo& info) { return info.symbol == symbol; });
  check_internal(found != kKernels.end(), "no kernel " + std::string(symbol));
  return *found;
}

KernelCall kernel(std::string_view symbol, std::vector<Field> fields, std::vector<KernelArg> args) {
  const KernelInfo& info = find_kernel_info(symbol);
  KernelCall call;
  call.symbol = symbol;
  call.sources = {std::string(symbol) + ".c"};
  if (!info.calls.empty()) call.sources.push_back(std::string(info.calls) + ".c");
  call.params_type = info.params;
  call.fields = std::move(fields);
  call.args = std::move(args);
  return call;
}

const KernelInfo* better_kernel(const KernelCall& call, const Target& target) {
  for (const KernelInfo& info : kKernels) {
    if (info.instead_of != call.symbol || call.symbol.empty() || !uses(target, info.isa)) continue;
    if (info.takes == nullptr || info.takes(call, target)) return &info;
  }
  return nullptr;
}

}  // namespace spindle
