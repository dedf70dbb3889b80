// Shared by the files that describe kernels (kernel_*.cpp): one function a family.
#pragma once

#include <span>
#include <string_view>

#include "compiler/check/kernel_access.h"

namespace spindle {

struct KernelCallView {
  std::string_view symbol;
  const KernelParams& params;
  std::span<const std::int64_t> integers;  // of the arguments, by position

  [[nodiscard]] std::int64_t integer(std::size_t arg) const { return integers[arg]; }
  // Bytes of an element that the symbol names: "_f32" or else 8 bits.
  [[nodiscard]] std::int64_t element() const {
    return symbol.find("_f32") == std::string_view::npos ? 1 : 4;
  }
  [[nodiscard]] bool is(std::string_view ending) const { return symbol.ends_with(ending); }
};

using DescribeKernel = KernelAccess (*)(const KernelCallView&);

// Adds `bytes` bytes at `at` to what the last part reads.
void add_read(KernelAccess& access, KernelRead read);
// Begins a part.
void add_part(KernelAccess& access, std::int64_t at, std::int64_t bytes, std::int64_t row,
              std::int64_t offset);

// Bytes of scratch that spindle_pw_s8_dsp and spindle_stem_s8_dsp touch in a call for `pixels`
// pixels of `depth` inputs: the inputs of those that are computed together, widened to 16 bits, and
// the weights of two output channels, which a single pixel may take as they are packed.
[[nodiscard]] std::int64_t gemm_dsp_scratch(const KernelCallView& call, std::int64_t depth,
                                            std::int64_t pixels);

// Kernels that are not told where they stand (kernel_pixels.cpp).
KernelAccess describe_pointwise(const KernelCallView& call);
KernelAccess describe_partial_sum(const KernelCallView& call);
KernelAccess describe_requantize_sum(const KernelCallView& call);
KernelAccess describe_elementwise(const KernelCallView& call);
KernelAccess describe_table(const KernelCallView& call);
KernelAccess describe_elementwise_of_two(const KernelCallView& call);
KernelAccess describe_rows_of_two(const KernelCallView& call);
KernelAccess describe_copy(const KernelCallView& call);
KernelAccess describe_channel_slice(const KernelCallView& call);
KernelAccess describe_softmax_s8(const KernelCallView& call);
KernelAccess describe_arg_max(const KernelCallView& call);
KernelAccess describe_concat(const KernelCallView& call);

// Kernels that are told row and column (kernel_image.cpp).
KernelAccess describe_convolution(const KernelCallView& call);
KernelAccess describe_pool(const KernelCallView& call);
KernelAccess describe_mean_add(const KernelCallView& call);
KernelAccess describe_resize_nearest(const KernelCallView& call);
KernelAccess describe_resize_linear(const KernelCallView& call);
KernelAccess describe_interleave(const KernelCallView& call);
KernelAccess describe_deinterleave(const KernelCallView& call);
KernelAccess describe_image_slice(const KernelCallView& call);
KernelAccess describe_stack_rows(const KernelCallView& call);

// Kernels that make all of their output (kernel_whole.cpp).
KernelAccess describe_mean_end(const KernelCallView& call);
KernelAccess describe_strided_copy(const KernelCallView& call);
KernelAccess describe_pad(const KernelCallView& call);
KernelAccess describe_gather(const KernelCallView& call);
KernelAccess describe_reduce(const KernelCallView& call);
KernelAccess describe_reduce_s8(const KernelCallView& call);
KernelAccess describe_softmax_f32(const KernelCallView& call);
KernelAccess describe_top_k(const KernelCallView& call);
KernelAccess describe_broadcast(const KernelCallView& call);
KernelAccess describe_matmul(const KernelCallView& call);
KernelAccess describe_detections(const KernelCallView& call);
KernelAccess describe_boxes(const KernelCallView& call);

}  // namespace spindle
