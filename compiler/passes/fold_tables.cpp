#include "compiler/passes/fold_tables.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "compiler/passes/live_uses.h"
#include "compiler/passes/qdq_util.h"
#include "compiler/passes/util.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

constexpr std::int64_t kCodes = 256;

// Whether the node's results can be entries of a table. Each must be a function of the elements at
// its place, and a table must be able to have the output's type and quantization.
bool is_tabulated(const Graph& graph, const Node& node) {
  const Tensor& out = graph.tensor(node.output());
  return traits_of(node.op).elementwise && (out.type == DType::kF32 || is_per_tensor_8bit(out));
}

// The dimension of `out` along which a constant of shape `shape` varies, or -1 if it is a single
// value. Returns nothing if it varies along several dimensions.
std::optional<int> varying_axis(const Shape& shape, const Shape& out) {
  int axis = -1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 1) continue;
    if (axis >= 0) return std::nullopt;
    axis = static_cast<int>(out.size() - shape.size() + i);
  }
  return axis;
}

// For a node with two inputs, the index of the one that is not `x`, if it is constant.
std::optional<std::size_t> constant_operand(const Graph& graph, const Node& node, TensorId x) {
  if (node.inputs.size() != 2) return std::nullopt;
  const std::size_t other = node.inputs[0] == x ? 1 : 0;
  if (!graph.is_constant(node.inputs[other])) return std::nullopt;
  return other;
}

// Applies `node` to the values of a table, laid out as [256,functions]. The result has the same
// layout.
ConstantPtr apply(const Graph& graph, const Node& node, std::optional<std::size_t> operand,
                  const ConstantPtr& values) {
  std::vector<ConstantPtr> inputs;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const bool other = operand && *operand == i;
    const ConstantPtr& constant = graph.tensor(node.inputs[i]).constant;
    inputs.push_back(other ? reshaped(*constant, {constant->size()}) : values);
  }
  Tensor out;
  out.type = graph.tensor(node.output()).type;
  out.quant = graph.tensor(node.output()).quant;
  out.shape = values->shape();
  return evaluate(node.op, inputs, out);
}

// Repeats a table of one function `count` times.
ConstantPtr repeated(const Constant& table, std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto row = table.as<float>();
    values.insert(values.end(), row.begin(), row.end());
  }
  return Constant::floats({count, kCodes}, std::move(values));
}

// Turns `next`, the only user of `table`'s output, into the merged table. Changes nothing and
// returns false if that is not possible.
bool fold(Graph& graph, const Node& table, Node& next) {
  const TensorId x = table.output();
  const Tensor& out = graph.tensor(next.output());
  if (!is_tabulated(graph, next) || out.shape != graph.tensor(x).shape) return false;
  const auto operand = constant_operand(graph, next, x);
  if (next.inputs.size() == 2 && !operand) return false;
  int axis = table.as<Table>()->axis;
  if (operand) {
    const Shape& shape = graph.tensor(next.inputs[*operand]).shape;
    const auto varies = varying_axis(shape, out.shape);
    if (!varies || graph.tensor(next.inputs[*operand]).type != DType::kF32) return false;
    if (*varies >= 0 && axis >= 0 && *varies != axis) return false;
    axis = std::max(axis, *varies);
  }
  ConstantPtr values = graph.tensor(table.inputs[1]).constant;
  if (axis >= 0) {
    const std::int64_t functions = out.shape[axis];
    if (values->shape()[0] != functions) values = repeated(*values, functions);
  }
  const ConstantPtr results = apply(graph, next, operand, permuted(*values, {1, 0}));
  const std::string name = graph.tensor(table.inputs[1]).name;
  const std::optional<Quant> quant = out.quant;
  const TensorId constant = graph.add_constant(name, permuted(*results, {1, 0}), quant);
  next.op = Table{axis};
  next.inputs = {table.inputs[0], constant};
  return true;
}

}  // namespace

void fold_tables(Graph& graph) {
  LiveUses uses(graph);
  for (const NodeId i : graph.nodes.ids()) {
    const Node& node = graph.nodes[i];
    if (node.as<Table>() == nullptr || !uses.single_use(node.output())) continue;
    if (graph.tensor(node.output()).type != DType::kF32) continue;
    const NodeId user = uses.users(node.output()).front();
    if (!fold(graph, node, graph.nodes[user])) continue;
    // The new table reads what the dead one read.
    uses.replace_user(node.inputs[0], i, user);
  }
  graph.remove_dead();
}

}  // namespace spindle
