// Builds the messages of an ONNX model: nodes, attributes and initializers.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/tensor.h"
#include "frontend/file/onnx_proto.h"

namespace spindle::frontend {

// The ONNX element type (TensorProto.DataType) of tensors held as `type`.
[[nodiscard]] int element_type_of(DType type);

// A node to which attributes can be added.
class NodeWriter {
 public:
  explicit NodeWriter(onnx::NodeProto& node) : node_(&node) {}

  NodeWriter& set(std::string_view name, std::int64_t value);
  NodeWriter& set(std::string_view name, float value);
  NodeWriter& set(std::string_view name, std::string_view value);
  NodeWriter& set(std::string_view name, const std::vector<std::int64_t>& values);

 private:
  onnx::AttributeProto& attribute(std::string_view name, onnx::AttributeProto::AttributeType type);

  onnx::NodeProto* node_;
};

class ModelWriter {
 public:
  ModelWriter();

  // Makes the name one that no other tensor of the model has.
  [[nodiscard]] std::string unique(const std::string& name);
  // Reserves the name of an input or output.
  void reserve(const std::string& name) { names_.insert(name); }

  // Appends a node. It needs the operator set `since` or a later one.
  NodeWriter node(std::string_view type, const std::vector<std::string>& inputs,
                  const std::string& output, int since = 13);

  // Adds constant data; equal data is stored once. Returns its name, which is `name` or made from
  // it.
  std::string constant(const std::string& name, const Constant& data);
  std::string integers(const std::string& name, const std::vector<std::int64_t>& values);
  std::string scalar(const std::string& name, float value);

  void input(const std::string& name, DType type, const Shape& shape);
  void output(const std::string& name, DType type, const Shape& shape);

  // Renames a tensor that nodes write and read. `to` is a reserved name.
  void rename(const std::string& from, const std::string& to);

  [[nodiscard]] int opset() const { return opset_; }
  [[nodiscard]] onnx::ModelProto& model() { return model_; }
  // The model's bytes. Equal models give equal bytes.
  [[nodiscard]] std::string bytes(const std::string& graph_name);

 private:
  onnx::ModelProto model_;
  int opset_ = 13;
  std::set<std::string> names_;
  std::map<std::string, std::string> constants_;  // names by content
};

}  // namespace spindle::frontend
