#include "compiler/check/kernel_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/check/kernel_families.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

const Field* KernelParams::find(std::string_view name) const {
  if (block_ == nullptr) return nullptr;
  for (const Field& field : block_->fields) {
    // The name of a nested struct's member begins with the name of the struct and a dot.
    const std::string_view full = field.name;
    const std::size_t dot = full.rfind('.');
    if ((dot == std::string_view::npos ? full : full.substr(dot + 1)) == name) return &field;
  }
  return nullptr;
}

std::int64_t KernelParams::integer(std::string_view name) const {
  const Field* field = find(name);
  check_internal(field != nullptr, fmt::format("a kernel's parameters lack '{}'", name));
  return field->value;
}

std::int64_t KernelParams::integer(std::string_view name, std::int64_t otherwise) const {
  const Field* field = find(name);
  return field == nullptr ? otherwise : field->value;
}

std::span<const std::int64_t> KernelParams::integers(std::string_view name) const {
  const Field* field = find(name);
  check_internal(field != nullptr, fmt::format("a kernel's parameters lack '{}'", name));
  return field->ints;
}

const ConstArray* KernelParams::constant(std::string_view name) const {
  const Field* field = find(name);
  check_internal(field != nullptr && field->kind == Field::Kind::kPointer,
                 fmt::format("a kernel's parameters lack the pointer '{}'", name));
  return field->constant ? &program_.constants[field->constant] : nullptr;
}

void add_part(KernelAccess& access, std::int64_t at, std::int64_t bytes, std::int64_t row,
              std::int64_t offset) {
  access.parts.push_back({at, bytes, row, offset, access.reads.size(), access.reads.size()});
}

void add_read(KernelAccess& access, KernelRead read) {
  access.reads.push_back(read);
  if (!access.parts.empty()) access.parts.back().end_read = access.reads.size();
}

namespace {

// Variants of a kernel for different instruction sets read and write the same. Their suffixes are
// removed to get the names of the table below.
constexpr std::string_view kInstructionSets[] = {"_neon", "_dot", "_i8mm", "_mve",
                                                 "_dsp",  "_vfp", "_lanes"};

constexpr std::pair<std::string_view, DescribeKernel> kFamilies[] = {
    {"spindle_pw_s8", describe_pointwise},
    {"spindle_pw_s8w", describe_pointwise},
    {"spindle_pw_f32", describe_pointwise},
    {"spindle_pw_sum_s8", describe_partial_sum},
    {"spindle_pw_sum_add_s8", describe_partial_sum},
    {"spindle_requantize_s32", describe_requantize_sum},
    {"spindle_lut_s8", describe_elementwise},
    {"spindle_table_s8", describe_table},
    {"spindle_table_f32", describe_table},
    {"spindle_clip_f32", describe_elementwise},
    {"spindle_unary_f32", describe_elementwise},
    {"spindle_composed_f32", describe_elementwise},
    {"spindle_quantize_f32_s8", describe_elementwise},
    {"spindle_dequantize_s8_f32", describe_elementwise},
    {"spindle_add_s8", describe_elementwise_of_two},
    {"spindle_add_f32", describe_elementwise_of_two},
    {"spindle_binary_s8", describe_rows_of_two},
    {"spindle_add_rows_s8", describe_rows_of_two},
    {"spindle_mul_s8", describe_rows_of_two},
    {"spindle_binary_rows_f32", describe_rows_of_two},
    {"spindle_flip_sign", describe_copy},
    {"spindle_copy", describe_copy},
    {"spindle_channel_slice", describe_channel_slice},
    {"spindle_softmax_s8", describe_softmax_s8},
    {"spindle_arg_max_s8", describe_arg_max},
    {"spindle_arg_max_f32", describe_arg_max},
    {"spindle_concat", describe_concat},
    {"spindle_conv_s8", describe_convolution},
    {"spindle_conv_f32", describe_convolution},
    {"spindle_stem_s8", describe_convolution},
    {"spindle_stem_s8w", describe_convolution},
    {"spindle_stem_f32", describe_convolution},
    {"spindle_dw_s8", describe_convolution},
    {"spindle_dw_f32", describe_convolution},
    {"spindle_dw3x3_s8", describe_convolution},
    {"spindle_dw3x3_s8w", describe_convolution},
    {"spindle_dw3x3_f32", describe_convolution},
    {"spindle_dw5x5_s8", describe_convolution},
    {"spindle_max_pool_s8", describe_pool},
    {"spindle_max_pool_f32", describe_pool},
    {"spindle_average_pool_s8", describe_pool},
    {"spindle_average_pool_f32", describe_pool},
    {"spindle_mean_add_s8", describe_mean_add},
    {"spindle_mean_add_f32", describe_mean_add},
    {"spindle_mean_end_s8", describe_mean_end},
    {"spindle_mean_end_f32", describe_mean_end},
    {"spindle_mean_end_s8_f32", describe_mean_end},
    {"spindle_resize_nearest", describe_resize_nearest},
    {"spindle_resize_linear_s8", describe_resize_linear},
    {"spindle_resize_linear_f32", describe_resize_linear},
    {"spindle_resize_codes_s8", describe_resize_linear},
    {"spindle_depth_to_space", describe_depth_to_space},
    {"spindle_interleave", describe_interleave},
    {"spindle_deinterleave", describe_deinterleave},
    {"spindle_image_slice", describe_image_slice},
    {"spindle_stack_rows", describe_stack_rows},
    {"spindle_strided_copy", describe_strided_copy},
    {"spindle_pad", describe_pad},
    {"spindle_gather", describe_gather},
    {"spindle_reduce_f32", describe_reduce},
    {"spindle_reduce_s8", describe_reduce_s8},
    {"spindle_reduce_s8_f32", describe_reduce_s8},
    {"spindle_softmax_f32", describe_softmax_f32},
    {"spindle_top_k_f32", describe_top_k},
    {"spindle_binary_f32", describe_broadcast},
    {"spindle_matmul_f32", describe_matmul},
    {"spindle_detect_ssd_s8", describe_detections},
    {"spindle_detect_ssd_f32", describe_detections},
    {"spindle_nms_f32", describe_boxes},
};

DescribeKernel family_of(std::string_view symbol) {
  for (std::string_view set : kInstructionSets) {
    if (symbol.ends_with(set)) symbol.remove_suffix(set.size());
  }
  const auto* found = std::find_if(std::begin(kFamilies), std::end(kFamilies),
                                   [&](const auto& family) { return family.first == symbol; });
  return found == std::end(kFamilies) ? nullptr : found->second;
}

}  // namespace

bool has_access(std::string_view symbol) {
  return family_of(symbol) != nullptr;
}

KernelAccess access_of(std::string_view symbol, const KernelParams& params,
                       std::span<const std::int64_t> integers) {
  const DescribeKernel describe = family_of(symbol);
  check_internal(describe != nullptr, fmt::format("nothing says what '{}' reads", symbol));
  return describe({symbol, params, integers});
}

}  // namespace spindle
