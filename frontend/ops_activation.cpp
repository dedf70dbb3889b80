// Activations: Relu and Clip in all their forms, sigmoids, Softmax.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "frontend/op_table.h"
#include "frontend/ops_activation.h"

namespace spindle::frontend {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Clips the codes of an 8-bit tensor that is computed at run time, as quantizers write it that use
// a part of the codes only. Changes nothing and returns false if the input is another tensor, or if
// it is not known yet what its codes stand for.
bool clip_codes(NodeContext& node, std::optional<float> lo, std::optional<float> hi) {
  const TensorId x = node.input(0);
  const Tensor& tensor = node.graph().tensor(x);
  if (tensor.constant != nullptr || !is_per_tensor_8bit(tensor)) return false;
  const auto real = [&](float code) {
    return (code - static_cast<float>(tensor.quant->zero_point[0])) * tensor.quant->scale[0];
  };
  Activation act;
  if (lo) act.lo = real(*lo);
  if (hi) act.hi = real(*hi);
  node.bind(node.emit_on_codes(Clip{act}, x));
  return true;
}

void convert_relu(NodeContext& node) {
  if (clip_codes(node, 0.0F, std::nullopt)) return;
  const TensorId x = node.input(0);
  if (node.type(0) == DType::kF32) {
    node.bind(node.emit(Clip{{0, kInfinity}}, {x}));
  } else {
    const TensorId zero = node.add_constant("/zero", Constant::ints(node.type(0), {}, {0}));
    node.bind(node.emit(Binary{BinaryKind::kMax, {}}, {x, zero}));
  }
}

// A limit that is a constant; nullopt if it is absent or computed at run time.
std::optional<float> constant_limit(NodeContext& node, int index) {
  const ConstantPtr data = node.known(index);
  if (data == nullptr) return std::nullopt;
  if (data->size() != 1) malformed("the limits of Clip must be scalars");
  const auto value = static_cast<float>(data->as_double(0));
  if (std::isnan(value)) malformed("a limit of Clip is not a number");
  return value;
}

void clip_by_attributes(NodeContext& node) {
  Activation act;
  act.lo = node.attributes().real("min", -kInfinity);
  act.hi = node.attributes().real("max", kInfinity);
  node.bind(node.emit(Clip{act}, {node.input(0)}));
}

void convert_clip(NodeContext& node) {
  if (node.opset() < 11) {
    clip_by_attributes(node);
    return;
  }
  for (int i = 1; i < 3; ++i) {
    if (node.has(i) && node.type(i) != node.type(0)) {
      mismatch("limits have another type than the input");
    }
  }
  const auto lo = constant_limit(node, 1);
  const auto hi = constant_limit(node, 2);
  TensorId x = node.input(0);
  const bool known = (!node.has(1) || lo) && (!node.has(2) || hi);
  if (known && clip_codes(node, lo, hi)) return;
  // Limits of integers may be such that float cannot hold them.
  const bool integers = node.type(0) != DType::kF32;
  if (known && !integers) {
    node.bind(node.emit(Clip{{lo.value_or(-kInfinity), hi.value_or(kInfinity)}}, {x}));
    return;
  }
  if (node.has(1)) {
    x = node.emit(Binary{BinaryKind::kMax, {}}, {x, node.input(1)}, node.has(2) ? "/lower" : "");
  }
  if (node.has(2)) x = node.emit(Binary{BinaryKind::kMin, {}}, {x, node.input(2)});
  node.bind(x);
}

template <UnaryKind kind>
void convert_activation(NodeContext& node) {
  node.bind(node.emit(Unary{kind, 0, 0}, {node.input(0)}));
}

void convert_hard_sigmoid(NodeContext& node) {
  const float alpha = node.attributes().real("alpha", 0.2F);
  const float beta = node.attributes().real("beta", 0.5F);
  node.bind(node.emit(Unary{UnaryKind::kHardSigmoid, alpha, beta}, {node.input(0)}));
}

void convert_leaky_relu(NodeContext& node) {
  const float alpha = node.attributes().real("alpha", 0.01F);
  node.bind(node.emit(Unary{UnaryKind::kLeakyRelu, alpha, 0}, {node.input(0)}));
}

// Slopes may be computed at run time; they broadcast to the input.
void convert_prelu(NodeContext& node) {
  TensorId x = node.input(0);
  const ConstantPtr slopes = node.known(1);
  if (slopes != nullptr && slopes->type() == DType::kF32 && slopes->size() == 1 &&
      slopes->shape().size() <= node.shape(0).size()) {
    node.bind(node.emit(Unary{UnaryKind::kLeakyRelu, slopes->as<float>()[0], 0}, {x}));
    return;
  }
  const TensorId slope = slopes != nullptr && node.constant(1) == nullptr
                             ? node.add_constant("/slopes", slopes)
                             : node.input(1);
  const Shape shape = node.shape(0);
  const TensorId y = node.emit(Binary{BinaryKind::kPrelu, {}}, {x, slope});
  if (node.graph().tensor(y).shape != shape) mismatch("the slopes do not broadcast to the input");
  node.bind(y);
}

void convert_elu(NodeContext& node) {
  const float alpha = node.attributes().real("alpha", 1.0F);
  node.bind(node.emit(Unary{UnaryKind::kElu, alpha, 0}, {node.input(0)}));
}

void convert_selu(NodeContext& node) {
  const float alpha = node.attributes().real("alpha", 1.67326319217681884765625F);
  const float gamma = node.attributes().real("gamma", 1.05070102214813232421875F);
  node.bind(node.emit(Unary{UnaryKind::kSelu, alpha, gamma}, {node.input(0)}));
}

void convert_gelu(NodeContext& node) {
  const std::string approximate = node.attributes().text("approximate", "none");
  if (approximate != "none" && approximate != "tanh") {
    malformed(fmt::format("attribute 'approximate' is '{}'", printable(approximate)));
  }
  const UnaryKind kind = approximate == "tanh" ? UnaryKind::kGeluTanh : UnaryKind::kGelu;
  node.bind(node.emit(Unary{kind, 0, 0}, {node.input(0)}));
}

template <bool logarithm>
void convert_softmax(NodeContext& node) {
  const bool flattens = node.opset() < 13;
  const std::int64_t axis = node.attributes().integer("axis", flattens ? 1 : -1);
  TensorId y = emit_softmax(node, node.input(0), axis, flattens, logarithm ? "/softmax" : "");
  if (logarithm) y = node.emit(Unary{UnaryKind::kLog, 0, 0}, {y});
  node.bind(y);
}

constexpr OpEntry kActivationOperators[] = {
    {.type = "Relu", .since = 6, .inputs = {1, 1}, .convert = convert_relu},
    {.type = "Clip", .since = 6, .inputs = {1, 3}, .convert = convert_clip},
    {.type = "Sigmoid",
     .since = 6,
     .inputs = {1, 1},
     .convert = convert_activation<UnaryKind::kSigmoid>},
    {.type = "Tanh", .since = 6, .inputs = {1, 1}, .convert = convert_activation<UnaryKind::kTanh>},
    {.type = "Softplus",
     .since = 1,
     .inputs = {1, 1},
     .convert = convert_activation<UnaryKind::kSoftplus>},
    {.type = "HardSwish",
     .since = 14,
     .inputs = {1, 1},
     .convert = convert_activation<UnaryKind::kHardSwish>},
    {.type = "HardSigmoid", .since = 6, .inputs = {1, 1}, .convert = convert_hard_sigmoid},
    {.type = "LeakyRelu", .since = 6, .inputs = {1, 1}, .convert = convert_leaky_relu},
    {.type = "Elu", .since = 6, .inputs = {1, 1}, .convert = convert_elu},
    {.type = "PRelu", .since = 7, .inputs = {2, 2}, .convert = convert_prelu},
    {.type = "Selu", .since = 6, .inputs = {1, 1}, .convert = convert_selu},
    {.type = "Gelu", .since = 20, .inputs = {1, 1}, .convert = convert_gelu},
    {.type = "Mish",
     .since = 18,
     .inputs = {1, 1},
     .convert = convert_activation<UnaryKind::kMish>},
    {.type = "Softmax", .since = 1, .inputs = {1, 1}, .convert = convert_softmax<false>},
    {.type = "LogSoftmax", .since = 1, .inputs = {1, 1}, .convert = convert_softmax<true>},
};

}  // namespace

TensorId emit_softmax(NodeContext& node, TensorId x, std::int64_t given_axis, bool flattens,
                      std::string_view suffix) {
  const Shape shape = node.graph().tensor(x).shape;
  const int axis = NodeContext::from_front(given_axis, static_cast<int>(shape.size()));
  const auto from = shape.begin() + axis;
  const bool one_dimension =
      std::accumulate(from, shape.end(), std::int64_t{1}, std::multiplies<>()) == *from;
  if (!flattens || one_dimension) return node.emit(Softmax{axis}, {x}, suffix);
  const std::int64_t rows =
      std::accumulate(shape.begin(), from, std::int64_t{1}, std::multiplies<>());
  const std::int64_t columns =
      std::accumulate(from, shape.end(), std::int64_t{1}, std::multiplies<>());
  x = node.emit(Reshape{{rows, columns}}, {x}, "/rows");
  x = node.emit(Softmax{1}, {x}, "/normalized");
  return node.emit(Reshape{shape}, {x}, suffix);
}

std::span<const OpEntry> activation_operators() {
  return kActivationOperators;
}

}  // namespace spindle::frontend
