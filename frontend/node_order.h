// The order in which nodes are converted.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "frontend/onnx_proto.h"
#include "frontend/report.h"

namespace spindle::frontend {

struct NodeOrder {
  std::vector<const onnx::NodeProto*> nodes;  // those that outputs depend on; writers first
  std::unordered_set<std::string> used;       // tensors that these nodes or the graph outputs read
};

// Checks the graph's structure and sorts its nodes (a file may list them in any order; where it can
// stay it does). Reports E0105 for tensors written twice, read but never written, and cycles; the
// result is then incomplete.
[[nodiscard]] NodeOrder order_nodes(const onnx::GraphProto& graph, Report& report);

}  // namespace spindle::frontend
