#include "frontend/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::frontend {
namespace {

// Padding before and after the image in one dimension.
struct Ends {
  int before, after;
};

Ends same_padding(std::int64_t in, int kernel, int stride, int dilation, bool upper) {
  const std::int64_t out = (in + stride - 1) / stride;
  const std::int64_t reach = std::int64_t{dilation} * (kernel - 1) + 1;
  const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * stride + reach - in);
  if (total > kAttributeLimit) malformed("the padding is too large");
  const auto half = static_cast<int>(total / 2);
  const auto rest = static_cast<int>(total) - half;
  return upper ? Ends{half, rest} : Ends{rest, half};
}

}  // namespace

void require_image(NodeContext& node) {
  const Shape& shape = node.shape(0);
  if (shape.size() != 3 && shape.size() != 4) {
    refuse(
        fmt::format("the input has shape {}; only images of rank 4 and sequences of rank 3 are "
                    "supported",
                    to_string(shape)));
  }
}

ImageSize image_size(NodeContext& node, bool channels_last) {
  require_image(node);
  const Shape& shape = node.shape(0);
  if (shape.size() == 3) return {1, shape[channels_last ? 1 : 2]};
  return channels_last ? ImageSize{shape[1], shape[2]} : ImageSize{shape[2], shape[3]};
}

std::array<int, 2> spatial_sizes(NodeContext& node, std::string_view name, int otherwise,
                                 int for_rows) {
  const std::size_t dimensions = node.shape(0).size() - 2;
  const auto values = node.attributes().sizes(name, dimensions, otherwise, 1);
  return dimensions == 1 ? std::array<int, 2>{for_rows, values[0]}
                         : std::array<int, 2>{values[0], values[1]};
}

Window read_window(NodeContext& node, std::array<int, 2> kernel, std::int64_t height,
                   std::int64_t width) {
  Attributes& attributes = node.attributes();
  const auto strides = spatial_sizes(node, "strides", 1, 1);
  const auto dilations = spatial_sizes(node, "dilations", 1, 1);
  const std::size_t dimensions = node.shape(0).size() - 2;
  auto pads = attributes.sizes("pads", 2 * dimensions, 0, 0);  // top, left, bottom, right
  if (dimensions == 1) pads = {0, pads[0], 0, pads[1]};
  const std::string mode = attributes.text("auto_pad", "NOTSET");
  Window window{.kernel = kernel, .stride = strides, .dilation = dilations, .pad = {}};
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    const bool upper = mode == "SAME_UPPER";
    const Ends rows = same_padding(height, kernel[0], strides[0], dilations[0], upper);
    const Ends columns = same_padding(width, kernel[1], strides[1], dilations[1], upper);
    window.pad = {
        .top = rows.before, .left = columns.before, .bottom = rows.after, .right = columns.after};
  } else if (mode == "NOTSET" || mode.empty()) {
    window.pad = {.top = pads[0], .left = pads[1], .bottom = pads[2], .right = pads[3]};
  } else if (mode != "VALID") {
    malformed(fmt::format("attribute 'auto_pad' is '{}'", printable(mode)));
  }
  return window;
}

}  // namespace spindle::frontend
