// Gemm and MatMul.
#include <fmt/format.h>

#include "frontend/op_table.h"
#include "frontend/scalars.h"
#include "frontend/weights.h"

namespace spindle::frontend {
namespace {

ConstantPtr scaled(const Constant& data, float factor, Shape shape) {
  std::vector<float> values;
  for (float value : data.as<float>()) values.push_back(value * factor);
  return Constant::floats(std::move(shape), std::move(values));
}

struct GemmForm {
  float alpha, beta;
  bool transpose_a, transpose_b;
};

// The weights as [outputs, depth], and the factor by which the product must still be multiplied.
struct GemmWeights {
  TensorId id;
  float alpha;
};

GemmWeights gemm_weights(NodeContext& node, const GemmForm& form) {
  const ConstantPtr data = node.constant(1);
  if (data != nullptr && data->type() == DType::kF32 && form.alpha != 1) {
    const ConstantPtr turned = form.transpose_b ? data : permute(*data, {1, 0});
    return {node.add_constant("/weights", scaled(*turned, form.alpha, turned->shape())), 1};
  }
  if (form.transpose_b) return {node.input(1), form.alpha};
  return {permuted_weights(node, 1, {1, 0}), form.alpha};
}

// C as the bias [outputs] of a Dense; kNoTensor if a separate node must add it.
TensorId gemm_bias(NodeContext& node, const GemmForm& form, float rest_alpha,
                   std::int64_t outputs) {
  if (rest_alpha != 1) return kNoTensor;
  const ConstantPtr data = node.constant(2);
  if (data == nullptr) {
    const bool vector = node.shape(2) == Shape{outputs};
    const bool constant = node.context().from_constants(node.input(2));
    return vector && constant && form.beta == 1 ? node.input(2) : kNoTensor;
  }
  if (data->type() != DType::kF32) return kNoTensor;
  const Shape& shape = data->shape();
  if (shape == Shape{outputs} && form.beta == 1) return node.input(2);
  const bool row =
      (shape.size() == 1 || (shape.size() == 2 && shape[0] == 1)) && shape.back() == outputs;
  if (row) return node.add_constant("/bias", scaled(*data, form.beta, {outputs}));
  if (data->size() != 1 || shape.size() > 2) return kNoTensor;
  node.context().budget.charge(outputs * 4);  // before the scalar is repeated `outputs` times
  const std::vector<float> values(outputs, data->as<float>()[0] * form.beta);
  return node.add_constant("/bias", Constant::floats({outputs}, values));
}

TensorId times(NodeContext& node, TensorId x, float factor, std::string_view suffix) {
  if (factor == 1) return x;
  return node.emit(Binary{BinaryKind::kMul, {}}, {x, scalar(node, factor)}, suffix);
}

void convert_gemm(NodeContext& node) {
  Attributes& attributes = node.attributes();
  const GemmForm form{.alpha = attributes.real("alpha", 1),
                      .beta = attributes.real("beta", 1),
                      .transpose_a = attributes.integer("transA", 0) != 0,
                      .transpose_b = attributes.integer("transB", 0) != 0};
  attributes.ignore({"broadcast"});
  if (node.rank(0) != 2 || node.rank(1) != 2) {
    mismatch(fmt::format("{} and {} are not two matrices", to_string(node.shape(0)),
                         to_string(node.shape(1))));
  }
  TensorId a = node.input(0);
  if (form.transpose_a) a = node.emit(Transpose{{1, 0}}, {a}, "/a");
  const std::int64_t outputs = node.shape(1)[form.transpose_b ? 0 : 1];
  TensorId y = kNoTensor;
  float alpha = form.alpha;
  bool add_c = node.has(2) && form.beta != 0;
  if (node.constant(1) != nullptr || node.context().from_constants(node.input(1))) {
    const GemmWeights weights = gemm_weights(node, form);
    alpha = weights.alpha;
    const TensorId bias = add_c ? gemm_bias(node, form, alpha, outputs) : kNoTensor;
    std::vector<TensorId> inputs{a, weights.id};
    if (bias != kNoTensor) inputs.push_back(bias);
    add_c = add_c && bias == kNoTensor;
    y = node.emit(Dense{}, std::move(inputs), alpha != 1 || add_c ? "/dense" : "");
  } else {
    TensorId b = node.input(1);
    if (form.transpose_b) b = node.emit(Transpose{{1, 0}}, {b}, "/b");
    y = node.emit(MatMul{}, {a, b}, alpha != 1 || add_c ? "/product" : "");
  }
  y = times(node, y, alpha, add_c ? "/scaled" : "");
  if (add_c) {
    const TensorId c = times(node, node.input(2), form.beta, "/c");
    const Shape product = node.graph().tensor(y).shape;
    y = node.emit(Binary{BinaryKind::kAdd, {}}, {y, c});
    if (node.graph().tensor(y).shape != product) mismatch("C does not broadcast to the product");
  }
  node.bind(y);
}

void convert_matmul(NodeContext& node) {
  const bool constant = node.constant(1) != nullptr || node.context().from_constants(node.input(1));
  if (node.rank(1) == 2 && node.rank(0) >= 1 && constant) {
    const TensorId weights = permuted_weights(node, 1, {1, 0});
    node.bind(node.emit(Dense{}, {node.input(0), weights}));
    return;
  }
  node.bind(node.emit(MatMul{}, {node.input(0), node.input(1)}));
}

constexpr OpEntry kDenseOperators[] = {
    {.type = "Gemm", .since = 1, .inputs = {2, 3}, .convert = convert_gemm},
    {.type = "MatMul", .since = 1, .inputs = {2, 2}, .convert = convert_matmul},
};

}  // namespace

std::span<const OpEntry> dense_operators() {
  return kDenseOperators;
}

}  // namespace spindle::frontend
