#include "frontend/ops_conv.h"

#include <fmt/format.h>

#include <array>

#include "frontend/op_table.h"
#include "frontend/weights.h"
#include "frontend/window.h"

namespace spindle::frontend {
namespace {

std::array<int, 2> kernel_of(NodeContext& node, const Shape& weights) {
  if (weights.size() != 4) {
    refuse(fmt::format("weights have shape {}; only 2-d convolutions are supported",
                       to_string(weights)));
  }
  if (weights[2] < 1 || weights[3] < 1 || weights[2] > kAttributeLimit ||
      weights[3] > kAttributeLimit) {
    mismatch(fmt::format("weights have shape {}", to_string(weights)));
  }
  const std::array<int, 2> kernel{static_cast<int>(weights[2]), static_cast<int>(weights[3])};
  const auto stated = node.attributes().integers("kernel_shape");
  if (stated && *stated != std::vector<std::int64_t>{kernel[0], kernel[1]}) {
    mismatch(fmt::format("kernel_shape is {}, but the weights have {}x{}", to_string(*stated),
                         kernel[0], kernel[1]));
  }
  return kernel;
}

void convert_conv(NodeContext& node) {
  require_image(node);
  const Shape weights_shape = node.shape(1);
  if (weights_shape.size() != 4) kernel_of(node, weights_shape);
  const TensorId weights = permuted_weights(node, 1, {0, 2, 3, 1});
  const TensorId bias = node.input_or_none(2);
  node.bind(emit_conv(node, node.input(0), weights, bias, weights_shape, {}));
}

constexpr OpEntry kConvOperators[] = {
    {"Conv", 1, 2, 3, convert_conv},
};

}  // namespace

TensorId emit_conv(NodeContext& node, TensorId x, TensorId weights, TensorId bias,
                   const Shape& weights_shape, std::string_view suffix) {
  const ImageSize size = image_size(node);
  const std::array<int, 2> kernel = kernel_of(node, weights_shape);
  const Window window = read_window(node, kernel, size.height, size.width);
  Conv conv;
  conv.stride = window.stride;
  conv.dilation = window.dilation;
  conv.pad = window.pad;
  conv.groups = static_cast<int>(node.attributes().integer("group", 1, 1));
  std::vector<TensorId> inputs{node.to_nhwc(x), weights};
  if (bias != kNoTensor) inputs.push_back(bias);
  const TensorId y = node.emit(conv, std::move(inputs), "/conv");
  return node.emit(Transpose{{0, 3, 1, 2}}, {y}, suffix);
}

std::span<const OpEntry> conv_operators() {
  return kConvOperators;
}

}  // namespace spindle::frontend
