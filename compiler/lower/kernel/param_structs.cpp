#include "compiler/lower/kernel/param_structs.h"

#include <algorithm>

#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

using Members = std::vector<ParamMember>;

Members of_type(const ParamMember& like, std::initializer_list<std::string_view> names) {
  Members members(names.size(), like);
  std::transform(names.begin(), names.end(), members.begin(), [&](std::string_view name) {
    ParamMember member = like;
    member.name = name;
    return member;
  });
  return members;
}

using Names = std::initializer_list<std::string_view>;

Members int32(Names names) {
  return of_type({.name = {}, .type = ParamType::kInt32}, names);
}
Members uint32(Names names) {
  return of_type({.name = {}, .type = ParamType::kUInt32}, names);
}
Members float32(Names names) {
  return of_type({.name = {}, .type = ParamType::kFloat}, names);
}
Members pointer(DType element, Names names) {
  return of_type({.name = {}, .type = ParamType::kPointer, .element = element}, names);
}
// Arrays with SPINDLE_MAX_RANK elements.
Members by_dimension(Names names) {
  return of_type({.name = {}, .type = ParamType::kInt32, .count = kMaxRank}, names);
}
Members nested(std::string_view type, Names names) {
  return of_type({.name = {}, .type = ParamType::kStruct, .of = type}, names);
}
Members rows(Names names) {
  return nested("spindle_rows", names);
}

Members operator+(Members a, const Members& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

constexpr DType kI8 = DType::kI8;
constexpr DType kI32 = DType::kI32;
constexpr DType kF32 = DType::kF32;

std::vector<ParamStruct> pointwise_s8() {
  return {
      {"spindle_pw_s8_params", pointer(kI8, {"weights"}) + pointer(kI32, {"bias"}) +
                                   pointer(kF32, {"multiplier"}) + pointer(kI32, {"weight_zero"}) +
                                   int32({"in_channels", "out_channels", "out_zero", "lo", "hi"})},
      {"spindle_pw_sum_s8_params", pointer(kI8, {"weights"}) +
                                       pointer(kI32, {"bias", "weight_zero"}) +
                                       int32({"in_channels", "out_channels"})},
      {"spindle_requantize_s32_params",
       pointer(kF32, {"multiplier"}) + int32({"channels", "out_zero", "lo", "hi"})},
      {"spindle_gemm_s8_dsp_params", pointer(kI32, {"weights", "weight_zero"}) +
                                         int32({"depth", "out_channels", "out_zero", "lo", "hi"})},
      {"spindle_pw_s8_dsp_params",
       pointer(kI32, {"weights", "weight_zero"}) +
           int32({"in_channels", "out_channels", "out_zero", "lo", "hi", "chunk"})},
      {"spindle_pw_s8_neon_params",
       pointer(kI8, {"panels"}) + pointer(kI32, {"weight_zero"}) +
           int32({"in_channels", "out_channels", "out_zero", "lo", "hi", "narrow"})},
      {"spindle_pw_s8_mve_params",
       pointer(kI32, {"weights"}) + int32({"in_channels", "out_channels", "out_zero", "lo", "hi"})},
  };
}

// The geometry of a first convolution.
Members stem_window() {
  return rows({"in"}) + int32({"in_width", "in_channels", "out_channels", "kernel_h", "kernel_w",
                               "stride_h", "stride_w", "pad_top", "pad_left"});
}

std::vector<ParamStruct> windows_s8() {
  return {
      {"spindle_conv_s8_params",
       pointer(kI8, {"weights"}) + pointer(kI32, {"bias"}) + pointer(kF32, {"multiplier"}) +
           pointer(kI32, {"weight_zero"}) + rows({"in"}) +
           int32({"in_width", "in_channels", "out_width", "out_channels", "groups", "kernel_h",
                  "kernel_w", "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top",
                  "pad_left", "in_zero", "out_zero", "lo", "hi"})},
      {"spindle_stem_s8_dsp_params", pointer(kI32, {"weights", "weight_zero"}) + stem_window() +
                                         int32({"in_zero", "out_zero", "lo", "hi", "chunk"})},
      {"spindle_dw3x3_s8_dsp_params", pointer(kI32, {"weights", "multiplier"}) + rows({"in"}) +
                                          int32({"in_width", "channels", "stride", "pad_top",
                                                 "pad_left", "in_zero", "out_zero", "lo", "hi"})},
      {"spindle_stem_s8_neon_params", pointer(kI8, {"panels"}) + pointer(kI32, {"weight_zero"}) +
                                          stem_window() +
                                          int32({"in_zero", "out_zero", "lo", "hi", "narrow"})},
      {"spindle_dw3x3_s8_neon_params",
       pointer(kI8, {"weights"}) + pointer(kI32, {"bias"}) + pointer(kF32, {"multiplier"}) +
           rows({"in"}) +
           int32({"in_width", "channels", "block", "stride_h", "stride_w", "pad_top", "pad_left",
                  "in_zero", "out_zero", "lo", "hi", "narrow"})},
      {"spindle_dw3x3_s8_mve_params", pointer(kI32, {"weights"}) + rows({"in"}) +
                                          int32({"in_width", "channels", "stride", "pad_top",
                                                 "pad_left", "in_zero", "out_zero", "lo", "hi"})},
      {"spindle_dw_s8_mve_params",
       pointer(kI32, {"weights"}) + rows({"in"}) +
           int32({"in_width", "channels", "kernel_h", "kernel_w", "stride_h", "stride_w",
                  "dilation_h", "dilation_w", "pad_top", "pad_left", "in_zero", "out_zero", "lo",
                  "hi"})},
      {"spindle_stem_s8_mve_params",
       pointer(kI32, {"weights"}) + stem_window() + int32({"in_zero", "out_zero", "lo", "hi"})},
  };
}

// How two operands advance from channel to channel and from pixel to pixel.
Members operand_strides() {
  return int32({"channels", "a_pixel", "a_channel", "b_pixel", "b_channel"});
}

std::vector<ParamStruct> elementwise_s8() {
  const Members add = float32({"a_scale", "b_scale", "bias"}) +
                      int32({"a_offset", "b_offset", "out_offset", "lo", "hi"});
  return {
      {"spindle_add_s8_params", add},
      {"spindle_add_rows_s8_params", operand_strides() + add},
      {"spindle_mul_s8_params",
       operand_strides() + float32({"multiplier"}) +
           int32({"a_zero", "b_zero", "out_zero", "out_offset", "lo", "hi"})},
      {"spindle_binary_s8_params", int32({"kind"}) + operand_strides() +
                                       float32({"a_scale", "b_scale", "out_scale"}) +
                                       int32({"a_zero", "b_zero", "out_zero", "lo", "hi"})},
      {"spindle_mean_s8_params", int32({"rows", "width", "channels"}) + float32({"multiplier"}) +
                                     int32({"in_zero", "out_zero", "lo", "hi"})},
      {"spindle_mean_s8_f32_params",
       int32({"channels"}) + float32({"scale", "divisor", "lo", "hi"})},
      {"spindle_lut_s8_params", pointer(kI8, {"table"})},
      {"spindle_table_s8_params", pointer(kI8, {"table"}) + int32({"channels"})},
      {"spindle_table_f32_params", pointer(kF32, {"table"}) + int32({"channels"})},
      {"spindle_reduce_s8_params",
       int32({"order", "reduced_rank", "kept_rank"}) +
           by_dimension({"reduced_extent", "reduced_stride", "kept_extent", "kept_stride",
                         "kept_position"}) +
           int32({"count", "run", "run_position"}) +
           float32({"in_scale", "divisor", "out_scale", "multiplier"}) +
           int32({"in_zero", "out_zero", "lo", "hi"})},
      {"spindle_reduce_s8_f32_params",
       int32({"reduced_rank", "kept_rank"}) +
           by_dimension({"reduced_extent", "reduced_stride", "kept_extent", "kept_stride"}) +
           int32({"in_zero"}) + float32({"scale", "divisor", "lo", "hi"})},
      {"spindle_softmax_s8_params", pointer(kF32, {"exp_table"}) + int32({"classes"}) +
                                        float32({"steps"}) + int32({"out_zero", "inner"})},
      {"spindle_quantize_params", float32({"scale"}) + int32({"zero"})},
  };
}

std::vector<ParamStruct> float_kernels() {
  const Members limits = float32({"lo", "hi"});
  return {
      {"spindle_pw_f32_params",
       pointer(kF32, {"weights", "bias"}) + int32({"in_channels", "out_channels"}) + limits},
      {"spindle_conv_f32_params",
       pointer(kF32, {"weights", "bias"}) + rows({"in"}) +
           int32({"in_width", "in_channels", "out_width", "out_channels", "groups", "kernel_h",
                  "kernel_w", "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top",
                  "pad_left"}) +
           limits},
      {"spindle_clip_f32_params", limits},
      {"spindle_binary_f32_params",
       int32({"kind", "rank"}) + by_dimension({"extent", "a_stride", "b_stride"}) + limits},
      {"spindle_binary_rows_f32_params", int32({"kind"}) + operand_strides() + limits},
      {"spindle_matmul_f32_params", int32({"rows", "depth", "columns", "rank"}) +
                                        by_dimension({"extent", "a_stride", "b_stride"})},
      {"spindle_unary_f32_params", int32({"kind"}) + float32({"alpha", "beta"})},
      {"spindle_mean_f32_params", int32({"rows", "width", "channels"}) + limits},
      {"spindle_reduce_f32_params",
       int32({"kind", "rank"}) + by_dimension({"extent", "reduced"}) + limits},
      {"spindle_softmax_f32_params", int32({"outer", "classes", "inner"})},
  };
}

std::vector<ParamStruct> images() {
  return {
      {"spindle_pool_params",
       rows({"in"}) + int32({"in_width", "channels", "out_width", "kernel_h", "kernel_w",
                             "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top",
                             "pad_left", "pad_bottom", "pad_right", "count_include_pad"})},
      {"spindle_average_pool_s8_params", nested("spindle_pool_params", {"window"}) +
                                             float32({"in_scale", "out_scale"}) +
                                             int32({"in_zero", "out_zero", "out_offset"})},
      {"spindle_resize_nearest_params",
       pointer(kI32, {"row_from", "column_from"}) + rows({"in"}) + int32({"pixel_bytes"})},
      {"spindle_resize_linear_params",
       pointer(kF32, {"row_at", "column_at"}) + rows({"in"}) + int32({"in_width", "channels"}) +
           float32({"in_scale", "out_scale"}) + int32({"in_zero", "out_zero"})},
      {"spindle_depth_to_space_params",
       rows({"in"}) +
           int32({"block_rows", "block_columns", "crop_top", "crop_left", "runs", "run_bytes"})},
      {"spindle_image_slice_params",
       rows({"in"}) + int32({"first_row", "row_step", "first_column", "column_step", "pixel_bytes",
                             "offset", "bytes"})},
      {"spindle_stack_rows_params", rows({"in"}) + int32({"first_row"})},
  };
}

std::vector<ParamStruct> movements() {
  return {
      {"spindle_arg_max_params", int32({"classes", "inner", "last_index", "minimum", "out_bytes"})},
      {"spindle_planar_params", int32({"rows", "width", "channels", "element_bytes"})},
      {"spindle_strided_copy_params",
       int32({"rank", "element_bytes", "offset"}) + by_dimension({"extent", "stride"})},
      {"spindle_pad_params", int32({"rank", "element_bytes"}) +
                                 by_dimension({"in_extent", "out_extent", "before"}) +
                                 uint32({"fill"})},
      {"spindle_concat_params", int32({"outer", "chunk_bytes", "out_stride", "out_offset"})},
      {"spindle_channel_slice_params", int32({"pixel_bytes", "offset", "bytes"})},
      {"spindle_gather_params",
       pointer(kI32, {"index"}) + int32({"outer", "extent", "count", "inner_bytes"})},
  };
}

std::vector<ParamStruct> detections() {
  return {
      {"spindle_detect_ssd_params",
       pointer(kF32, {"anchors", "offset_table", "variance"}) +
           int32({"anchor_count", "classes", "background", "most", "corners"}) +
           float32({"overlap", "least"}) + int32({"least_s8"}) + float32({"score_scale"}) +
           int32({"score_zero"})},
      {"spindle_nms_f32_params",
       int32({"boxes", "classes", "most", "centered"}) + float32({"overlap", "least"})},
      {"spindle_top_k_f32_params", int32({"outer", "extent", "inner", "k", "smallest", "indices"})},
  };
}

}  // namespace

const std::vector<ParamStruct>& param_structs() {
  static const std::vector<ParamStruct> all = [] {
    std::vector<ParamStruct> list{{"spindle_rows", int32({"rows", "ring", "row_bytes"})}};
    for (const auto family :
         {pointwise_s8, windows_s8, elementwise_s8, float_kernels, images, movements, detections}) {
      const std::vector<ParamStruct> more = family();
      list.insert(list.end(), more.begin(), more.end());
    }
    return list;
  }();
  return all;
}

const ParamStruct& param_struct(std::string_view name) {
  const std::vector<ParamStruct>& all = param_structs();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const ParamStruct& s) { return s.name == name; });
  check_internal(found != all.end(), "no parameter struct " + std::string(name));
  return *found;
}

}  // namespace spindle
