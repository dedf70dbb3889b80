// What the importer knows while it walks through a file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/ir/graph.h"
#include "frontend/file/budget.h"
#include "frontend/file/external_data.h"
#include "frontend/file/onnx_proto.h"

namespace spindle::frontend {

// What an ONNX tensor name stands for.
struct Value {
  ConstantPtr constant;         // set if the value is known at compile time
  TensorId tensor = kNoTensor;  // constants get one when a node first needs it
  bool poisoned = false;        // its producer failed, which was reported: readers are skipped
};

class ImportContext {
 public:
  ImportContext(std::string name, std::filesystem::path folder, std::int64_t file_bytes)
      : budget(file_bytes), external(std::move(folder), budget) {
    graph.name = std::move(name);
  }

  // Appends a node and returns its output. The two names and the type are those of the ONNX node.
  // The operator must be valid for its inputs.
  TensorId append(const std::string& tensor_name, const std::string& node_name,
                  const std::string& onnx_type, Op op, std::vector<TensorId> inputs);

  // The node that writes `id`; none if none does.
  [[nodiscard]] NodeId producer(TensorId id) const;
  // Whether `id` is a constant or computed from constants only.
  [[nodiscard]] bool from_constants(TensorId id) const;
  // The value of `id` if it is computed from constants only, for arguments that must be known at
  // compile time; else nullptr. The nodes that compute it stay in the graph.
  [[nodiscard]] ConstantPtr known_value(TensorId id);

  // The graph tensor of a value that is not poisoned.
  TensorId tensor_of(const std::string& name, Value& value);

  // The name of the graph tensor that holds ONNX tensor `name`. If only Identity and Dropout nodes
  // lie between it and a graph output, that is the name of the output.
  [[nodiscard]] const std::string& tensor_name(const std::string& name) const;
  // What the file's tensor `name` is called in reports and in file names, where no two tensors have
  // the same name.
  [[nodiscard]] const std::string& origin_name(const std::string& name) const;

  Graph graph;
  Budget budget;
  ExternalData external;
  std::unordered_map<std::string, Value> values;
  std::unordered_map<std::string, std::string> output_alias;  // see tensor_name()

  // Permuted weights that exist already, by their original. So layers that share weights in the
  // file share the permuted weights, too.
  struct Rearranged {
    std::vector<int> perm;
    std::optional<Quant> quant;
    TensorId tensor;
  };
  std::unordered_map<const Constant*, std::vector<Rearranged>> rearranged_constants;
  std::unordered_map<TensorId, std::vector<Rearranged>> rearranged_tensors;

  // Fill values of 8-bit Pad nodes that are still raw integers, because the
  // Quant of the tensor is not known yet.
  std::unordered_map<NodeId, float> raw_fill;

  // Names of tensors in the branches that are being converted, where a tensor outside of them or in
  // an earlier branch has the same name; and what they are called instead. See origin_name().
  std::unordered_map<std::string, std::string> branch_names;

  // Converts the nodes of a subgraph, which may read all tensors known so far, and returns what its
  // outputs stand for. Set by the importer.
  std::function<std::vector<Value>(const onnx::GraphProto&)> inline_subgraph;

  // QuantizeLinear and DequantizeLinear nodes that state no zero point.
  std::unordered_set<NodeId> no_zero_point;

  // Nodes whose number of results depends on the input in ONNX. Here it is fixed.
  std::vector<const onnx::NodeProto*> fixed_counts;

  bool other_floats = false;  // some tensor of the file is float16, bfloat16 or double

 private:
  std::unordered_map<TensorId, NodeId> producers_;
  std::unordered_set<TensorId> derived_;             // computed from constants only
  std::unordered_map<TensorId, ConstantPtr> known_;  // values of some of these
};

}  // namespace spindle::frontend
