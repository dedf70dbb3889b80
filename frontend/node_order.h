// The order in which nodes are converted.
#pragma once

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "frontend/onnx_proto.h"
#include "frontend/report.h"

namespace spindle::frontend {

struct NodeOrder {
  // those that outputs depend on, writers before readers
  std::vector<const onnx::NodeProto*> nodes;
  std::unordered_set<std::string> used;  // tensors that these nodes or the graph outputs read
};

// Whether a tensor of this name exists outside of a subgraph.
using KnownOutside = std::function<bool(const std::string& name)>;

// Checks the graph's structure and sorts its nodes, because a file may list them in any order.
// Keeps the file's order where possible. Reports E0105 for tensors that are written twice, or read
// but never written, and for cycles; the result is then incomplete.
// What the subgraphs of a node (its attributes) read from outside of themselves counts as read by
// the node. If `graph` is a subgraph, `outside` says which tensors it may read without defining
// them.
[[nodiscard]] NodeOrder order_nodes(const onnx::GraphProto& graph, Report& report,
                                    const KnownOutside& outside = {});

}  // namespace spindle::frontend
