// What the importer knows while it walks through a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/ir/graph.h"
#include "frontend/budget.h"
#include "frontend/external_data.h"
#include "frontend/onnx_proto.h"

namespace spindle::frontend {

// What an ONNX tensor name stands for.
struct Value {
  ConstantPtr constant;         // set when the value is known now
  TensorId tensor = kNoTensor;  // constants become graph tensors when a node first needs one
  bool poisoned = false;        // its producer failed and was reported: readers are skipped
};

class ImportContext {
 public:
  ImportContext(std::string name, std::filesystem::path folder, std::int64_t file_bytes)
      : budget(file_bytes), external(std::move(folder), budget) {
    graph.name = std::move(name);
  }

  // Appends a node. `name` and `onnx_type` are the ONNX node's. The operator must be valid.
  TensorId append(const std::string& tensor_name, const std::string& node_name,
                  const std::string& onnx_type, Op op, std::vector<TensorId> inputs);

  // Index of the node that wrote `id`, or -1.
  [[nodiscard]] int producer(TensorId id) const;
  // Whether `id` is a constant or computed from constants only.
  [[nodiscard]] bool from_constants(TensorId id) const;

  // The graph tensor of a value that is not poisoned.
  TensorId tensor_of(const std::string& name, Value& value);

  // The name for the tensor that holds ONNX tensor `name`: that of the graph output when only
  // Identity nodes lie between the two.
  [[nodiscard]] const std::string& tensor_name(const std::string& name) const;

  Graph graph;
  Budget budget;
  ExternalData external;
  std::unordered_map<std::string, Value> values;
  std::unordered_map<std::string, std::string> output_alias;  // see tensor_name()

  // Rearranged weights by their original, so that layers that share weights share them here too.
  struct Rearranged {
    std::vector<int> perm;
    std::optional<Quant> quant;
    TensorId tensor;
  };
  std::unordered_map<const Constant*, std::vector<Rearranged>> rearranged_constants;
  std::unordered_map<TensorId, std::vector<Rearranged>> rearranged_tensors;

  // Pads of 8-bit tensors whose fill is still the raw integer, as no Quant is known yet (by node).
  std::unordered_map<int, float> raw_fill;

  // Nodes whose results ONNX counts at run time; here their number is fixed.
  std::vector<const onnx::NodeProto*> fixed_counts;

  bool other_floats = false;  // the file computes in float16, bfloat16 or double somewhere

 private:
  std::unordered_map<TensorId, int> producers_;
  std::unordered_set<TensorId> derived_;  // computed from constants only
};

}  // namespace spindle::frontend
