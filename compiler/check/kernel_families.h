// What the files kernel_*.cpp share. They describe kernels, with one function for each family.
#pragma once

#include <span>
#include <string_view>

#include "compiler/check/kernel_access.h"

namespace spindle {

struct KernelCallView {
  std::string_view symbol;
  const KernelParams& params;
  std::span<const std::int64_t> integers;  // arguments by position, 0 for pointers

  [[nodiscard]] std::int64_t integer(std::size_t arg) const { return integers[arg]; }
  // Bytes of an element, from the name of the kernel: 4 for "_f32", else 1.
  [[nodiscard]] std::int64_t element() const {
    return symbol.find("_f32") == std::string_view::npos ? 1 : 4;
  }
  [[nodiscard]] bool is(std::string_view ending) const { return symbol.ends_with(ending); }
};

using DescribeKernel = KernelAccess (*)(const KernelCallView&);

// Adds a read to the last part, or to the call if it has no parts.
void add_read(KernelAccess& access, KernelRead read);
// Begins a part of the output; its reads are then added with add_read().
void add_part(KernelAccess& access, std::int64_t at, std::int64_t bytes, std::int64_t row,
              std::int64_t offset);

// Bytes of scratch that spindle_pw_s8_dsp and spindle_stem_s8_dsp use in a call for `pixels` pixels
// of `depth` inputs each. It holds the inputs of the pixels that are computed together and the
// weights of two output channels, both widened to 16 bits. A call for a single pixel may read the
// packed weights directly, and needs no room for them then.
[[nodiscard]] std::int64_t gemm_dsp_scratch(const KernelCallView& call, std::int64_t depth,
                                            std::int64_t pixels);

// KernelPlace::kPixels (kernel_pixels.cpp).
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

// KernelPlace::kPixels (kernel_reduce.cpp).
KernelAccess describe_reduce(const KernelCallView& call);
KernelAccess describe_reduce_s8(const KernelCallView& call);

// KernelPlace::kImage (kernel_image.cpp).
KernelAccess describe_convolution(const KernelCallView& call);
KernelAccess describe_pool(const KernelCallView& call);
KernelAccess describe_mean_add(const KernelCallView& call);
KernelAccess describe_resize_nearest(const KernelCallView& call);
KernelAccess describe_depth_to_space(const KernelCallView& call);
KernelAccess describe_resize_linear(const KernelCallView& call);
KernelAccess describe_interleave(const KernelCallView& call);
KernelAccess describe_deinterleave(const KernelCallView& call);
KernelAccess describe_image_slice(const KernelCallView& call);
KernelAccess describe_stack_rows(const KernelCallView& call);

// KernelPlace::kWhole (kernel_whole.cpp).
KernelAccess describe_mean_end(const KernelCallView& call);
KernelAccess describe_strided_copy(const KernelCallView& call);
KernelAccess describe_pad(const KernelCallView& call);
KernelAccess describe_gather(const KernelCallView& call);
KernelAccess describe_softmax_f32(const KernelCallView& call);
KernelAccess describe_top_k(const KernelCallView& call);
KernelAccess describe_broadcast(const KernelCallView& call);
KernelAccess describe_matmul(const KernelCallView& call);
KernelAccess describe_detections(const KernelCallView& call);
KernelAccess describe_boxes(const KernelCallView& call);

}  // namespace spindle
