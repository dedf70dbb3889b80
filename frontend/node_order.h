// The order in which nodes are converted.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "frontend/file/onnx_proto.h"
#include "frontend/file/report.h"

namespace spindle::frontend {

struct NodeOrder {
  // those that outputs depend on, writers before readers
  std::vector<const onnx::NodeProto*> nodes;
  std::unordered_set<std::string> used;  // tensors that these nodes or the graph outputs read
};

// Checks the graph's structure and sorts its nodes, because a file may list them in any order.
// Keeps the file's order where possible. Reports E0105 for tensors that are written twice, or read
// but never written, and for cycles; the result is then incomplete.
// What the subgraphs of a node (its attributes) read from outside of themselves counts as read by
// the node. A subgraph may read what it does not define: whoever ordered the graph around it has
// checked that somebody does.
enum class GraphLevel : std::uint8_t { kModel, kSubgraph };
[[nodiscard]] NodeOrder order_nodes(const onnx::GraphProto& graph, Report& report,
                                    GraphLevel level = GraphLevel::kModel);

}  // namespace spindle::frontend
