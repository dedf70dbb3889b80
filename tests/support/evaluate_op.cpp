#include "tests/support/evaluate_op.h"

#include <string>
#include <utility>

#include "compiler/reference/interpreter.h"

namespace spindle::testing {

namespace {

Quant per_tensor(float scale, std::int32_t zero_point) {
  return {{scale}, {zero_point}, -1};
}

}  // namespace

Value f32(Shape shape, std::vector<float> values) {
  return {Constant::floats(std::move(shape), std::move(values)), {}};
}
Value s8(Shape shape, const std::vector<std::int64_t>& values, float scale,
         std::int32_t zero_point) {
  return {Constant::ints(DType::kI8, std::move(shape), values), per_tensor(scale, zero_point)};
}
Value u8(Shape shape, const std::vector<std::int64_t>& values, float scale,
         std::int32_t zero_point) {
  return {Constant::ints(DType::kU8, std::move(shape), values), per_tensor(scale, zero_point)};
}
Value s32(Shape shape, const std::vector<std::int64_t>& values) {
  return {Constant::ints(DType::kI32, std::move(shape), values), {}};
}
Value s64(Shape shape, const std::vector<std::int64_t>& values) {
  return {Constant::ints(DType::kI64, std::move(shape), values), {}};
}

Output as_s8(float scale, std::int32_t zero_point) {
  return {DType::kI8, per_tensor(scale, zero_point)};
}
Output as_u8(float scale, std::int32_t zero_point) {
  return {DType::kU8, per_tensor(scale, zero_point)};
}

Graph graph_of_op(const Op& op, const std::vector<Value>& inputs,
                  const std::optional<Output>& output) {
  Graph graph;
  std::vector<TensorId> ids;
  for (const Value& input : inputs) {
    if (input.data == nullptr) {
      ids.push_back(kNoTensor);
      continue;
    }
    Tensor tensor;
    tensor.name = "in" + std::to_string(ids.size());
    tensor.type = input.data->type();
    tensor.shape = input.data->shape();
    tensor.quant = input.quant;
    if (input.constant) tensor.constant = input.data;
    ids.push_back(graph.add_tensor(std::move(tensor)));
    if (!input.constant) graph.inputs.push_back(ids.back());
  }
  const TensorId out = graph.append("out", op, ids);
  graph.outputs = {out};
  if (output) {
    graph.tensor(out).type = output->type;
    graph.tensor(out).quant = output->quant;
  }
  return graph;
}

ConstantPtr evaluate_op(const Op& op, const std::vector<Value>& inputs,
                        const std::optional<Output>& output) {
  const Graph graph = graph_of_op(op, inputs, output);
  std::vector<ConstantPtr> values;
  for (const Value& input : inputs) values.push_back(input.data);
  return evaluate(graph, graph.nodes.back(), values);
}

std::vector<float> floats_of(const ConstantPtr& value) {
  const auto floats = value->as<float>();
  return {floats.begin(), floats.end()};
}

}  // namespace spindle::testing
