// Kernels that are not told which pixels they compute: they process consecutive pixels.
#include <algorithm>

#include "compiler/check/kernel_families.h"

namespace spindle {
namespace {

constexpr std::int64_t kInt32 = 4;

// A kernel that makes `pixels` pixels from as many of one operand. It reads all of each pixel.
KernelAccess one_operand(std::int64_t pixels, std::int64_t in_bytes, std::int64_t out_bytes,
                         std::size_t in_arg, std::size_t out_arg) {
  KernelAccess access;
  access.operands = {{in_arg, in_bytes, false}};
  access.output_arg = out_arg;
  access.output_pixel_bytes = out_bytes;
  add_part(access, 0, pixels * out_bytes, 0, 0);
  add_read(access, {.bytes = pixels * in_bytes});
  return access;
}

}  // namespace

std::int64_t gemm_dsp_scratch(const KernelCallView& call, std::int64_t depth, std::int64_t pixels) {
  const std::int64_t padded = (depth + 3) / 4 * 4;
  const std::int64_t together = std::min(pixels, call.params.integer("chunk"));
  const bool zeros = call.params.constant("weight_zero") != nullptr;
  const bool as_packed = together == 1 && !zeros && padded % 8 == 0;
  return (as_packed ? 0 : 4 * ((padded + 7) / 8 * 8)) + 2 * padded * together;
}

KernelAccess describe_pointwise(const KernelCallView& call) {
  const bool scratch = call.is("_dsp");
  const std::int64_t pixels = call.integer(scratch ? 4 : 3);
  const std::int64_t inputs = call.params.integer("in_channels");
  KernelAccess access = one_operand(pixels, inputs * call.element(),
                                    call.params.integer("out_channels") * call.element(), 1, 2);
  if (scratch) {
    access.scratch_arg = 3;
    access.scratch_bytes = gemm_dsp_scratch(call, inputs, pixels);
  }
  return access;
}

KernelAccess describe_partial_sum(const KernelCallView& call) {
  const bool adds = call.is("_add_s8");
  const std::int64_t pixels = call.integer(adds ? 4 : 3);
  const std::int64_t out_bytes = call.params.integer("out_channels") * kInt32;
  KernelAccess access =
      one_operand(pixels, call.params.integer("in_channels"), out_bytes, 1, adds ? 3 : 2);
  if (adds) {
    access.operands.push_back({2, out_bytes, true});
    add_read(access, {.operand = 1, .bytes = pixels * out_bytes});
  }
  return access;
}

KernelAccess describe_requantize_sum(const KernelCallView& call) {
  const std::int64_t channels = call.params.integer("channels");
  return one_operand(call.integer(3), channels * kInt32, channels, 1, 2);
}

KernelAccess describe_elementwise(const KernelCallView& call) {
  const bool quantizes = call.symbol.starts_with("spindle_quantize_");
  const bool dequantizes = call.symbol.starts_with("spindle_dequantize_");
  const std::int64_t in_bytes = dequantizes ? 1 : call.element();
  const std::int64_t out_bytes = quantizes ? 1 : call.element();
  KernelAccess access = one_operand(call.integer(3), in_bytes, out_bytes, 1, 2);
  access.operands[0].in_place = in_bytes == out_bytes;
  return access;
}

KernelAccess describe_table(const KernelCallView& call) {
  const std::int64_t channels = call.params.integer("channels");
  KernelAccess access = one_operand(call.integer(3), channels, channels * call.element(), 1, 2);
  access.operands[0].in_place = call.element() == 1;
  return access;
}

KernelAccess describe_elementwise_of_two(const KernelCallView& call) {
  const std::int64_t bytes = call.integer(4) * call.element();
  KernelAccess access = one_operand(call.integer(4), call.element(), call.element(), 1, 3);
  access.operands[0].in_place = true;
  access.operands.push_back({2, call.element(), true});
  add_read(access, {.operand = 1, .bytes = bytes});
  return access;
}

KernelAccess describe_rows_of_two(const KernelCallView& call) {
  const std::int64_t element = call.element();
  const std::int64_t pixels = call.integer(4);
  const std::int64_t channels = call.params.integer("channels");
  KernelAccess access;
  access.output_arg = 3;
  access.output_pixel_bytes = channels * element;
  add_part(access, 0, pixels * channels * element, 0, 0);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t pixel = call.params.integer(i == 0 ? "a_pixel" : "b_pixel") * element;
    const std::int64_t channel = call.params.integer(i == 0 ? "a_channel" : "b_channel") * element;
    access.operands.push_back({1 + i, pixel, pixel > 0 && channel > 0});
    const std::int64_t count = channel == 0 ? 1 : channels;
    if (channel > element) {  // the channels do not lie side by side
      for (std::int64_t p = 0; p < (pixel == 0 ? 1 : pixels); ++p) {
        for (std::int64_t c = 0; c < count; ++c) {
          add_read(access, {.operand = i,
                            .at = p * pixel + c * channel,
                            .bytes = element,
                            .offset = p * pixel + c * channel});
        }
      }
    } else if (pixel == 0 || pixel == count * element) {
      add_read(access, {.operand = i, .bytes = count * element * (pixel == 0 ? 1 : pixels)});
    } else {
      for (std::int64_t p = 0; p < pixels; ++p) {
        add_read(access,
                 {.operand = i, .at = p * pixel, .bytes = count * element, .offset = p * pixel});
      }
    }
  }
  return access;
}

KernelAccess describe_copy(const KernelCallView& call) {
  KernelAccess access = one_operand(call.integer(2), 1, 1, 0, 1);
  access.flips = call.is("_sign");
  access.copies = true;
  access.operands[0].in_place = access.flips;
  return access;
}

KernelAccess describe_channel_slice(const KernelCallView& call) {
  const std::int64_t pixel = call.params.integer("pixel_bytes");
  const std::int64_t bytes = call.params.integer("bytes");
  const std::int64_t offset = call.params.integer("offset");
  KernelAccess access;
  access.operands = {{1, pixel, false}};
  access.output_arg = 2;
  access.output_pixel_bytes = bytes;
  add_part(access, 0, call.integer(3) * bytes, 0, 0);
  for (std::int64_t p = 0; p < call.integer(3); ++p) {
    add_read(access, {.at = p * pixel + offset, .bytes = bytes, .offset = p * pixel + offset});
  }
  return access;
}

// Here a pixel is [classes][inner]: the `inner` vectors whose elements are interleaved.
KernelAccess describe_softmax_s8(const KernelCallView& call) {
  const std::int64_t inner = call.params.integer("inner");
  const std::int64_t pixel = call.params.integer("classes") * inner;
  return one_operand(call.integer(3) / std::max<std::int64_t>(inner, 1), pixel, pixel, 1, 2);
}

KernelAccess describe_arg_max(const KernelCallView& call) {
  const std::int64_t inner = call.params.integer("inner");
  return one_operand(call.integer(3), call.params.integer("classes") * inner * call.element(),
                     inner * call.params.integer("out_bytes"), 1, 2);
}

// Here a pixel is one chunk of the operand, and in the output the chunks of all operands together.
KernelAccess describe_concat(const KernelCallView& call) {
  const std::int64_t chunk = call.params.integer("chunk_bytes");
  const std::int64_t stride = call.params.integer("out_stride");
  const std::int64_t offset = call.params.integer("out_offset");
  KernelAccess access;
  access.operands = {{1, chunk, false}};
  access.output_arg = 2;
  access.output_pixel_bytes = stride;
  for (std::int64_t i = 0; i < call.params.integer("outer"); ++i) {
    add_part(access, i * stride + offset, chunk, 0, i * stride + offset);
    add_read(access, {.at = i * chunk, .bytes = chunk, .offset = i * chunk});
  }
  return access;
}

}  // namespace spindle
