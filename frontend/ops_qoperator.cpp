// Operators on quantized tensors (QLinearConv and others). They become Dequantize - operator -
// Quantize, so that one pass lowers these and Q/DQ graphs alike.
#include <fmt/format.h>

#include <cmath>

#include "frontend/op_table.h"
#include "frontend/ops_activation.h"
#include "frontend/ops_conv.h"
#include "frontend/ops_pool.h"
#include "frontend/quant_links.h"
#include "frontend/quantization.h"
#include "frontend/weights.h"
#include "frontend/window.h"

namespace spindle::frontend {
namespace {

// The indices of the inputs that hold a tensor's scale and zero point.
struct QuantInputs {
  int scale, zero_point;
};

TensorId float_input(NodeContext& node, int index, QuantInputs q, std::string_view suffix) {
  return dequantized(node, index, q.scale, q.zero_point, -1, suffix);
}

void bind_output(NodeContext& node, TensorId y, QuantInputs q) {
  bind_quantized(node, y, q.scale, q.zero_point, node.type(0), -1);
}

// Weights (input `index`) as float, with their dimensions permuted. The axis of `quant` is that in
// the file.
TensorId float_weights(NodeContext& node, int index, const Quant& quant,
                       const std::vector<int>& perm) {
  if (node.constant(index) != nullptr) {
    const TensorId id = permuted_weights(node, index, perm, quant);
    return node.emit(Dequantize{}, {id}, "/weights");
  }
  const TensorId id = node.input(index);
  if (!node.context().from_constants(id))
    refuse("its weights are computed at run time, but must be constants");
  return node.emit(Transpose{perm}, {dequantized(node, id, quant, "/w")}, "/weights");
}

// An int32 bias as float. ONNX defines its scale as input scale * weight scale, and its zero point
// as 0.
TensorId float_bias(NodeContext& node, int index, float input_scale, const Quant& weights) {
  if (!node.has(index)) return kNoTensor;
  if (node.type(index) != DType::kI32 || node.rank(index) != 1) {
    mismatch("the bias must be a vector of int32");
  }
  Quant quant;
  for (float scale : weights.scale) quant.scale.push_back(input_scale * scale);
  quant.zero_point.assign(quant.scale.size(), 0);
  quant.axis = quant.per_tensor() ? -1 : 0;
  const auto count = static_cast<std::int64_t>(quant.scale.size());
  if (!quant.per_tensor() && node.shape(index)[0] != count) {
    mismatch(fmt::format("the bias has shape {}, but {} is needed", to_string(node.shape(index)),
                         count));
  }
  for (float scale : quant.scale) {
    if (!(scale > 0) || !std::isfinite(scale)) {
      bad_quantization("the product of input and weight scale is 0 or infinite in float32");
    }
  }
  return dequantized(node, node.input(index), quant, "/bias");
}

void check_8bit(NodeContext& node, int index) {
  if (!is_quantized_type(node.type(index))) {
    refuse(fmt::format("input {} is {}; only int8 and uint8 are supported", index,
                       spindle::name_of(node.type(index))));
  }
}

void convert_qlinear_conv(NodeContext& node) {
  require_image(node);
  check_8bit(node, 0);
  check_8bit(node, 3);
  const Shape weights_shape = node.shape(3);
  const Quant wq = read_quant(node, 4, 5, node.type(3), weights_shape, 0);
  const TensorId x = float_input(node, 0, {1, 2}, "/x");
  const Quant xq = read_quant(node, 1, 2, node.type(0), node.shape(0), -1);
  check_conv_weights(node, weights_shape);
  const TensorId weights = float_weights(node, 3, wq, channels_last_perm(weights_shape));
  const TensorId bias = float_bias(node, 8, xq.scale[0], wq);
  bind_output(node, emit_conv(node, x, weights, bias, weights_shape, "/float"), {6, 7});
}

void convert_qlinear_matmul(NodeContext& node) {
  check_8bit(node, 0);
  check_8bit(node, 3);
  const TensorId a = float_input(node, 0, {1, 2}, "/a");
  const Shape shape = node.shape(3);
  const int last = static_cast<int>(shape.size()) - 1;
  const Quant bq = read_quant(node, 4, 5, node.type(3), shape, last);
  const bool constant = node.constant(3) != nullptr || node.context().from_constants(node.input(3));
  TensorId y = kNoTensor;
  if (constant && shape.size() == 2) {
    y = node.emit(Dense{}, {a, float_weights(node, 3, bq, {1, 0})}, "/float");
  } else {
    y = node.emit(MatMul{}, {a, dequantized(node, node.input(3), bq, "/b")}, "/float");
  }
  bind_output(node, y, {6, 7});
}

// The inputs are A, a_scale, a_zp, B, b_scale, b_zp, C, y_scale, y_zp. Without y_scale the output
// is float.
void convert_qlinear_gemm(NodeContext& node) {
  const float alpha = node.attributes().real("alpha", 1);
  const bool transpose_a = node.attributes().integer("transA", 0) != 0;
  const bool transpose_b = node.attributes().integer("transB", 0) != 0;
  check_8bit(node, 0);
  check_8bit(node, 3);
  if (node.rank(0) != 2 || node.rank(3) != 2) mismatch("two matrices are needed");
  if (!(alpha > 0) || !std::isfinite(alpha)) refuse(fmt::format("alpha is {}", alpha));
  const Quant aq = read_quant(node, 1, 2, node.type(0), node.shape(0), -1);
  Quant bq = read_quant(node, 4, 5, node.type(3), node.shape(3), transpose_b ? 0 : 1);
  for (float& scale : bq.scale) {
    scale *= alpha;
    if (!(scale > 0) || !std::isfinite(scale)) bad_quantization("alpha * scale is 0 or infinite");
  }
  TensorId a = float_input(node, 0, {1, 2}, "/a");
  if (transpose_a) a = node.emit(Transpose{{1, 0}}, {a}, "/transposed");
  const std::vector<int> perm = transpose_b ? std::vector<int>{0, 1} : std::vector<int>{1, 0};
  std::vector<TensorId> inputs{a, float_weights(node, 3, bq, perm)};
  if (node.has(6) && node.rank(6) != 1) refuse("C must be a vector");
  const TensorId bias = float_bias(node, 6, aq.scale[0], bq);
  if (bias != kNoTensor) inputs.push_back(bias);
  const bool to_float = !node.has(7);
  const TensorId y = node.emit(Dense{}, std::move(inputs), to_float ? "" : "/float");
  if (to_float) {
    node.bind(y);
  } else {
    bind_output(node, y, {7, 8});
  }
}

template <BinaryKind kind>
void convert_qlinear_binary(NodeContext& node) {
  check_8bit(node, 0);
  check_8bit(node, 3);
  const TensorId a = float_input(node, 0, {1, 2}, "/a");
  const TensorId b = float_input(node, 3, {4, 5}, "/b");
  bind_output(node, node.emit(Binary{kind, {}}, {a, b}, "/float"), {6, 7});
}

// Applies an operator on NHWC images to the float image or sequence `x`, whose channels are last if
// `channels_last` and else follow the batch. The result has the layout of `x`.
TensorId on_image(NodeContext& node, Op op, TensorId x, bool channels_last) {
  const Shape shape = node.graph().tensor(x).shape;
  if (!channels_last) {
    const TensorId y = node.emit(std::move(op), {node.to_nhwc(x)}, "/pool");
    return node.from_nhwc(y, node.rank(0), "/float");
  }
  if (shape.size() == 4) return node.emit(std::move(op), {x}, "/float");
  x = node.emit(Reshape{{shape[0], 1, shape[1], shape[2]}}, {x}, "/image");
  const TensorId y = node.emit(std::move(op), {x}, "/pool");
  return node.emit(Reshape{{shape[0], node.graph().tensor(y).shape[2], shape[2]}}, {y}, "/float");
}

void convert_global_pool(NodeContext& node) {
  check_8bit(node, 0);
  const bool channels_last = node.attributes().flag("channels_last", false);
  require_image(node);
  const TensorId x = float_input(node, 0, {1, 2}, "/x");
  const Reduce mean{.kind = ReduceKind::kMean, .axes = {1, 2}};
  bind_output(node, on_image(node, mean, x, channels_last), {3, 4});
}

void convert_average_pool(NodeContext& node) {
  check_8bit(node, 0);
  const bool channels_last = node.attributes().flag("channels_last", false);
  const Pool pool = read_pool(node, PoolKind::kAverage, channels_last);
  const TensorId x = float_input(node, 0, {1, 2}, "/x");
  bind_output(node, on_image(node, pool, x, channels_last), {3, 4});
}

void convert_sigmoid(NodeContext& node) {
  check_8bit(node, 0);
  const TensorId x = float_input(node, 0, {1, 2}, "/x");
  bind_output(node, node.emit(Unary{UnaryKind::kSigmoid, 0, 0}, {x}, "/float"), {3, 4});
}

void convert_qlinear_leaky_relu(NodeContext& node) {
  check_8bit(node, 0);
  const float alpha = node.attributes().real("alpha", 0.01F);
  const TensorId x = float_input(node, 0, {1, 2}, "/x");
  bind_output(node, node.emit(Unary{UnaryKind::kLeakyRelu, alpha, 0}, {x}, "/float"), {3, 4});
}

void convert_softmax(NodeContext& node) {
  check_8bit(node, 0);
  const bool flattens = node.attributes().integer("opset", 13) < 13;
  const std::int64_t axis = node.attributes().integer("axis", flattens ? 1 : -1);
  const TensorId x = float_input(node, 0, {1, 2}, "/x");
  bind_output(node, emit_softmax(node, x, axis, flattens, "/float"), {3, 4});
}

// The inputs are Y_scale and Y_zero_point, then tensor, scale and zero point of each part.
void convert_qlinear_concat(NodeContext& node) {
  if (node.inputs() % 3 != 2)
    malformed("after the first two, inputs must come in threes (tensor, scale, zero point)");
  if (!node.attributes().has("axis")) malformed("attribute 'axis' is missing");
  const int axis = NodeContext::from_front(node.attributes().integer("axis", 0), node.rank(2));
  std::vector<TensorId> parts;
  for (int i = 2; i < node.inputs(); i += 3) {
    check_8bit(node, i);
    parts.push_back(float_input(node, i, {i + 1, i + 2}, "/part"));
  }
  const TensorId y = node.emit(Concat{axis}, std::move(parts), "/float");
  bind_quantized(node, y, 0, 1, node.type(2), -1);
}

constexpr OpEntry kStandard[] = {
    {.type = "QLinearConv", .since = 10, .inputs = {8, 9}, .convert = convert_qlinear_conv},
    {.type = "QLinearMatMul", .since = 10, .inputs = {8, 8}, .convert = convert_qlinear_matmul},
};

constexpr OpEntry kMicrosoft[] = {
    {.type = "QLinearAdd",
     .since = 1,
     .inputs = {7, 8},
     .convert = convert_qlinear_binary<BinaryKind::kAdd>},
    {.type = "QLinearMul",
     .since = 1,
     .inputs = {7, 8},
     .convert = convert_qlinear_binary<BinaryKind::kMul>},
    {.type = "QLinearGlobalAveragePool",
     .since = 1,
     .inputs = {4, 5},
     .convert = convert_global_pool},
    {.type = "QLinearAveragePool", .since = 1, .inputs = {4, 5}, .convert = convert_average_pool},
    {.type = "QGemm", .since = 1, .inputs = {6, 9}, .convert = convert_qlinear_gemm},
    {.type = "QLinearSigmoid", .since = 1, .inputs = {4, 5}, .convert = convert_sigmoid},
    {.type = "QLinearLeakyRelu",
     .since = 1,
     .inputs = {4, 5},
     .convert = convert_qlinear_leaky_relu},
    {.type = "QLinearSoftmax", .since = 1, .inputs = {4, 5}, .convert = convert_softmax},
    {.type = "QLinearConcat",
     .since = 1,
     .inputs = {5, kAnyNumber},
     .convert = convert_qlinear_concat},
};

}  // namespace

std::span<const OpEntry> qlinear_operators() {
  return kStandard;
}
std::span<const OpEntry> microsoft_operators() {
  return kMicrosoft;
}

}  // namespace spindle::frontend
