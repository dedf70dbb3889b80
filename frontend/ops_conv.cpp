#include "frontend/ops_conv.h"

#include <fmt/format.h>

#include <array>

#include "frontend/op_table.h"
#include "frontend/weights.h"
#include "frontend/window.h"

namespace spindle::frontend {
namespace {

// The window of weights [O,C/groups,KH,KW] or [O,C/groups,K].
std::array<int, 2> kernel_of(NodeContext& node, const Shape& weights) {
  check_conv_weights(node, weights);
  std::array<int, 2> kernel{1, static_cast<int>(weights.back())};
  if (weights.size() == 4) kernel[0] = static_cast<int>(weights[2]);
  const auto stated = node.attributes().integers("kernel_shape");
  if (stated && *stated != std::vector<std::int64_t>(weights.begin() + 2, weights.end())) {
    mismatch(fmt::format("kernel_shape is {}, but the weights have {}", to_string(*stated),
                         to_string(Shape(weights.begin() + 2, weights.end()))));
  }
  return kernel;
}

void convert_conv(NodeContext& node) {
  require_image(node);
  const Shape weights_shape = node.shape(1);
  check_conv_weights(node, weights_shape);
  const TensorId weights = permuted_weights(node, 1, channels_last_perm(weights_shape));
  const TensorId bias = node.input_or_none(2);
  node.bind(emit_conv(node, node.input(0), weights, bias, weights_shape, {}));
}

constexpr OpEntry kConvOperators[] = {
    {.type = "Conv", .since = 1, .inputs = {2, 3}, .convert = convert_conv},
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
  if (weights_shape.size() == 3) {  // a window of height 1
    const Shape shape = node.graph().tensor(weights).shape;
    weights = node.emit(Reshape{{shape[0], 1, shape[1], shape[2]}}, {weights}, "/weights");
  }
  std::vector<TensorId> inputs{node.to_nhwc(x), weights};
  if (bias != kNoTensor) inputs.push_back(bias);
  const TensorId y = node.emit(conv, std::move(inputs), "/conv");
  return node.from_nhwc(y, static_cast<int>(weights_shape.size()), suffix);
}

void check_conv_weights(NodeContext& node, const Shape& weights_shape) {
  if (static_cast<int>(weights_shape.size()) != node.rank(0)) {
    mismatch(fmt::format("weights have shape {}, the input {}", to_string(weights_shape),
                         to_string(node.shape(0))));
  }
  for (std::size_t i = 2; i < weights_shape.size(); ++i) {
    if (weights_shape[i] < 1 || weights_shape[i] > kAttributeLimit) {
      mismatch(fmt::format("weights have shape {}", to_string(weights_shape)));
    }
  }
}

std::vector<int> channels_last_perm(const Shape& weights_shape) {
  return weights_shape.size() == 3 ? std::vector<int>{0, 2, 1} : std::vector<int>{0, 2, 3, 1};
}

std::span<const OpEntry> conv_operators() {
  return kConvOperators;
}

}  // namespace spindle::frontend
