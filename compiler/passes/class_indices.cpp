#include "compiler/passes/class_indices.h"

#include <algorithm>
#include <vector>

#include "compiler/ir/op_traits.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

std::int64_t classes_of(const Graph& graph, const Node& arg_max) {
  return graph.tensor(arg_max.inputs[0]).shape[arg_max.as<ArgMax>()->axis];
}

// The ArgMax that output `id` comes from, through reshapes and casts that keep its indices
// and that nothing else reads; none if there is none, or if it has more than 256 classes.
NodeId index_behind(const Graph& graph, const Uses& uses, TensorId id) {
  std::vector<DType> casts;
  for (bool last = true;; last = false) {
    const NodeId producer = uses.producer(id);
    if (!producer || (!last && !uses.single_use(id)) || (last && !uses.users(id).empty())) {
      return {};
    }
    const Node& node = graph.nodes[producer];
    if (node.as<ArgMax>() != nullptr) {
      const std::int64_t classes = classes_of(graph, node);
      const bool kept = std::all_of(casts.begin(), casts.end(),
                                    [&](DType type) { return holds_indices(type, classes); });
      return kept && classes <= 256 ? producer : NodeId();
    }
    if (const auto* cast = node.as<Cast>()) {
      casts.push_back(cast->to);
    } else if (!traits_of(node.op).same_elements()) {
      return {};
    }
    id = node.inputs[0];
  }
}

void retype(Graph& graph, TensorId output, NodeId arg_max) {
  for (TensorId id = output;;) {
    Tensor& tensor = graph.tensor(id);
    tensor.type = DType::kU8;
    for (Origin& origin : tensor.origins) origin.type = DType::kU8;
    const NodeId producer = graph.producer(id);
    if (producer == arg_max) return;
    Node& node = graph.nodes[producer];
    if (auto* cast = node.as<Cast>()) cast->to = DType::kU8;
    id = node.inputs[0];
  }
}

}  // namespace

bool take_indices_as_u8(Graph& graph, Diagnostics& diagnostics) {
  bool any = false;
  const Uses uses(graph);
  for (TensorId id : graph.outputs) {
    const NodeId index = index_behind(graph, uses, id);
    if (!index) continue;
    retype(graph, id, index);
    any = true;
  }
  if (any) return true;
  Diagnostic& error = diagnostics.error(
      "E0407", "--output-u8 is for models that give the index of one of at most 256 classes",
      graph.name);
  error.notes.emplace_back("no output is an ArgMax");
  error.helps.emplace_back("omit `--output-u8`");
  return false;
}

}  // namespace spindle
