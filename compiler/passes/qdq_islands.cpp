#include "compiler/passes/qdq_islands.h"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <string_view>
#include <vector>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

bool computes_in_float(const Graph& graph, const Node& node) {
  if (traits_of(node.op).eight_bit == EightBit::kBoundary) return false;
  return graph.tensor(node.inputs[0]).type == DType::kF32;
}

struct Island {
  std::vector<NodeId> nodes;  // ascending
  bool reads_quantized = false;
  bool feeds_quantized = false;
};

// Disjoint sets of nodes.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), NodeId(0));
  }
  NodeId find(NodeId i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(NodeId a, NodeId b) { parent_[find(b)] = find(a); }

 private:
  IdVector<NodeId, NodeId> parent_;
};

std::vector<Island> find_islands(const Graph& graph) {
  const Uses uses(graph);
  const auto& nodes = graph.nodes;
  Sets sets(nodes.size());
  for (const NodeId i : nodes.ids()) {
    if (!computes_in_float(graph, nodes[i])) continue;
    for (NodeId user : uses.users(nodes[i].output())) {
      if (computes_in_float(graph, nodes[user])) sets.join(i, user);
    }
  }
  std::map<NodeId, Island> islands;
  for (const NodeId i : nodes.ids()) {
    if (!computes_in_float(graph, nodes[i])) continue;
    Island& island = islands[sets.find(i)];
    island.nodes.push_back(i);
    for (TensorId in : nodes[i].inputs) {
      const NodeId producer = in == kNoTensor ? NodeId() : uses.producer(in);
      island.reads_quantized |= producer && nodes[producer].as<Dequantize>() != nullptr;
    }
    for (NodeId user : uses.users(nodes[i].output())) {
      island.feeds_quantized |= nodes[user].as<Quantize>() != nullptr;
    }
  }
  std::vector<Island> result;
  for (auto& [root, island] : islands) result.push_back(std::move(island));
  return result;
}

std::string list_of(const Graph& graph, const Island& island) {
  constexpr std::size_t kMost = 8;
  std::string text;
  for (std::size_t i = 0; i < island.nodes.size() && i < kMost; ++i) {
    const Node& node = graph.nodes[island.nodes[i]];
    const std::string_view type =
        node.onnx_type.empty() ? name_of(node.op) : std::string_view(node.onnx_type);
    text += fmt::format("{}'{}' ({})", i == 0 ? "" : ", ", node.name, type);
  }
  if (island.nodes.size() > kMost) {
    text += fmt::format(" and {} more", island.nodes.size() - kMost);
  }
  return text;
}

}  // namespace

void report_float_islands(const Graph& graph, const LoweringReasons& reasons,
                          Diagnostics& diagnostics) {
  for (const Island& island : find_islands(graph)) {
    if (!island.reads_quantized || !island.feeds_quantized) continue;
    const Node& first = graph.nodes[island.nodes.front()];
    Diagnostic& warning = diagnostics.warning(
        "W0201", "computed in float between quantized operators", place_of(graph, first));
    warning.notes.push_back("operators: " + list_of(graph, island));
    for (NodeId i : island.nodes) {
      const Node& node = graph.nodes[i];
      const auto reason = reasons.find(node.output());
      if (reason == reasons.end()) continue;
      warning.notes.push_back(fmt::format("'{}' stays in float: {}", node.name, reason->second));
    }
  }
}

}  // namespace spindle
