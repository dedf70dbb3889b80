#include "compiler/passes/qdq_reductions.h"

namespace spindle {
namespace {

// So many codes add up to less than 2^31.
constexpr std::int64_t kMostTerms = std::int64_t{1} << 23;
constexpr std::size_t kMostDimensions = 6;  // that kernels take

std::int64_t terms_of(const Reduce& op, const Shape& shape) {
  std::int64_t terms = 1;
  for (int axis : op.axes) terms *= shape[axis];
  return terms;
}

}  // namespace

void read_codes_in_reductions(Graph& graph) {
  const Uses uses(graph);
  for (Node& node : graph.nodes) {
    auto* op = node.as<Reduce>();
    if (op == nullptr || (op->kind != ReduceKind::kMean && op->kind != ReduceKind::kSum)) continue;
    const NodeId producer = uses.producer(node.inputs[0]);
    if (!producer || graph.nodes[producer].as<Dequantize>() == nullptr) continue;
    const TensorId codes = graph.nodes[producer].inputs[0];
    const Tensor& x = graph.tensor(codes);
    if (!is_per_tensor_8bit(x) || x.constant != nullptr || x.shape.size() > kMostDimensions ||
        terms_of(*op, x.shape) > kMostTerms) {
      continue;
    }
    op->to_float = true;
    op->float_sum = false;
    op->file_dims.clear();
    node.inputs[0] = codes;
  }
  graph.remove_dead();
}

}  // namespace spindle
