#include "frontend/export/model_writer.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>

namespace spindle::frontend {
namespace {

// The first version of the format (IR version) whose files may declare the operator set.
int ir_version_for(int opset) {
  if (opset <= 13) return 7;
  return opset <= 18 ? 8 : 9;
}

void set_value(onnx::ValueInfoProto& value, const std::string& name, DType type,
               const Shape& shape) {
  value.set_name(name);
  auto* tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(element_type_of(type));
  auto* dims = tensor->mutable_shape();  // present even for a scalar
  for (const std::int64_t extent : shape) dims->add_dim()->set_dim_value(extent);
}

}  // namespace

int element_type_of(DType type) {
  using T = onnx::TensorProto;
  switch (type) {
    case DType::kF32:
      return T::FLOAT;
    case DType::kI8:
      return T::INT8;
    case DType::kU8:
      return T::UINT8;
    case DType::kI16:
      return T::INT16;
    case DType::kI32:
      return T::INT32;
    case DType::kI64:
      return T::INT64;
    case DType::kBool:
      return T::BOOL;
  }
  return T::UNDEFINED;
}

onnx::AttributeProto& NodeWriter::attribute(std::string_view name,
                                            onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node_->add_attribute();
  attribute.set_name(std::string(name));
  attribute.set_type(type);
  return attribute;
}

NodeWriter& NodeWriter::set(std::string_view name, std::int64_t value) {
  attribute(name, onnx::AttributeProto::INT).set_i(value);
  return *this;
}

NodeWriter& NodeWriter::set(std::string_view name, float value) {
  attribute(name, onnx::AttributeProto::FLOAT).set_f(value);
  return *this;
}

NodeWriter& NodeWriter::set(std::string_view name, std::string_view value) {
  attribute(name, onnx::AttributeProto::STRING).set_s(std::string(value));
  return *this;
}

NodeWriter& NodeWriter::set(std::string_view name, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& all = attribute(name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) all.add_ints(value);
  return *this;
}

ModelWriter::ModelWriter() {
  model_.set_producer_name("Spindle");
}

std::string ModelWriter::unique(const std::string& name) {
  std::string result = name;
  for (int i = 2; !names_.insert(result).second; ++i) result = fmt::format("{}_{}", name, i);
  return result;
}

NodeWriter ModelWriter::node(std::string_view type, const std::vector<std::string>& inputs,
                             const std::string& output, int since) {
  opset_ = std::max(opset_, since);
  onnx::NodeProto& node = *model_.mutable_graph()->add_node();
  node.set_op_type(std::string(type));
  node.set_name(fmt::format("{}_{}", type, model_.graph().node_size()));
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return NodeWriter(node);
}

std::string ModelWriter::constant(const std::string& name, const Constant& data) {
  const std::span<const std::byte> bytes = data.bytes();
  const std::string raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string key = fmt::format("{}|{}|", name_of(data.type()), to_string(data.shape()));
  key += raw;
  const auto found = constants_.find(key);
  if (found != constants_.end()) return found->second;
  onnx::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
  tensor.set_name(unique(name));
  tensor.set_data_type(element_type_of(data.type()));
  for (const std::int64_t extent : data.shape()) tensor.add_dims(extent);
  tensor.set_raw_data(raw);
  constants_.emplace(std::move(key), tensor.name());
  return tensor.name();
}

std::string ModelWriter::integers(const std::string& name,
                                  const std::vector<std::int64_t>& values) {
  return constant(name,
                  *Constant::ints(DType::kI64, {static_cast<std::int64_t>(values.size())}, values));
}

std::string ModelWriter::scalar(const std::string& name, float value) {
  return constant(name, *Constant::floats({}, {value}));
}

void ModelWriter::input(const std::string& name, DType type, const Shape& shape) {
  set_value(*model_.mutable_graph()->add_input(), name, type, shape);
}

void ModelWriter::output(const std::string& name, DType type, const Shape& shape) {
  set_value(*model_.mutable_graph()->add_output(), name, type, shape);
}

void ModelWriter::rename(const std::string& from, const std::string& to) {
  for (onnx::NodeProto& node : *model_.mutable_graph()->mutable_node()) {
    for (std::string& name : *node.mutable_input()) {
      if (name == from) name = to;
    }
    for (std::string& name : *node.mutable_output()) {
      if (name == from) name = to;
    }
  }
}

std::string ModelWriter::bytes(const std::string& graph_name) {
  model_.set_ir_version(ir_version_for(opset_));
  model_.clear_opset_import();
  model_.add_opset_import()->set_version(opset_);
  model_.mutable_graph()->set_name(graph_name);
  std::string result;
  {
    google::protobuf::io::StringOutputStream stream(&result);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    model_.SerializeToCodedStream(&coded);
  }
  return result;
}

}  // namespace spindle::frontend
