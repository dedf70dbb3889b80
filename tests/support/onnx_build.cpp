#include "tests/support/onnx_build.h"

#ifndef ONNX_ML
#define ONNX_ML 1
#endif
#ifndef ONNX_NAMESPACE
#define ONNX_NAMESPACE onnx
#endif
#include <onnx/onnx_pb.h>

#include <cstring>
#include <fstream>

#include "frontend/file/failure.h"
#include "frontend/file/tensors.h"

namespace spindle::testing {
namespace {

template <typename T>
void append(std::vector<std::byte>& bytes, T value) {
  const auto* first = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof(T));
}

void fill(onnx::TensorProto& proto, const OnnxTensor& data) {
  proto.set_data_type(data.type);
  for (std::int64_t extent : data.shape) proto.add_dims(extent);
  proto.set_raw_data(data.raw.data(), data.raw.size());
}

void fill(onnx::ValueInfoProto& proto, const std::string& name, int type,
          const std::vector<Dim>& shape) {
  proto.set_name(name);
  auto* tensor = proto.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  auto* dims = tensor->mutable_shape();
  for (const Dim& dim : shape) {
    auto* added = dims->add_dim();
    if (const auto* value = std::get_if<std::int64_t>(&dim)) {
      added->set_dim_value(*value);
    } else {
      added->set_dim_param(std::get<std::string>(dim));
    }
  }
}

struct SetValue {
  onnx::AttributeProto& proto;

  void operator()(std::int64_t value) const {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(value);
  }
  void operator()(float value) const {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(value);
  }
  void operator()(const std::string& value) const {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(value);
  }
  void operator()(const Ints& values) const {
    proto.set_type(onnx::AttributeProto::INTS);
    for (std::int64_t value : values) proto.add_ints(value);
  }
  void operator()(const Floats& values) const {
    proto.set_type(onnx::AttributeProto::FLOATS);
    for (float value : values) proto.add_floats(value);
  }
  void operator()(const OnnxTensor& value) const {
    proto.set_type(onnx::AttributeProto::TENSOR);
    fill(*proto.mutable_t(), value);
  }
  void operator()(const ModelBuilder* value) const;
};

}  // namespace

std::vector<std::byte> with_constant_inputs(const std::filesystem::path& model,
                                            const std::vector<std::filesystem::path>& values,
                                            std::size_t first) {
  onnx::ModelProto proto;
  std::ifstream stream(model, std::ios::binary);
  proto.ParseFromIstream(&stream);
  // ONNX's tests of an operator that never changed use the opset that introduced it. That may be
  // older than the oldest supported one, so it is raised.
  constexpr int kOldestOpset = 7;
  for (auto& opset : *proto.mutable_opset_import()) {
    if (opset.version() < kOldestOpset) opset.set_version(kOldestOpset);
  }
  auto* graph = proto.mutable_graph();
  for (std::size_t i = first; i < values.size(); ++i) {
    auto* added = graph->add_initializer();
    std::ifstream value(values[i], std::ios::binary);
    added->ParseFromIstream(&value);
    added->set_name(graph->input(static_cast<int>(i)).name());
  }
  std::vector<std::byte> result(proto.ByteSizeLong());
  proto.SerializeToArray(result.data(), static_cast<int>(result.size()));
  return result;
}

ConstantPtr read_onnx_tensor(const std::filesystem::path& file) {
  onnx::TensorProto proto;
  std::ifstream stream(file, std::ios::binary);
  if (!proto.ParseFromIstream(&stream)) return nullptr;
  frontend::Budget budget(static_cast<std::int64_t>(std::filesystem::file_size(file)));
  frontend::ExternalData nothing({}, budget);
  try {
    return frontend::load_tensor(proto, nothing, budget);
  } catch (const frontend::ImportFailure&) {
    return nullptr;
  }
}

std::set<std::string> operators_of(const std::filesystem::path& model) {
  onnx::ModelProto proto;
  std::ifstream stream(model, std::ios::binary);
  proto.ParseFromIstream(&stream);
  std::set<std::string> result;
  for (const auto& node : proto.graph().node()) result.insert(node.op_type());
  return result;
}

OnnxTensor floats(Ints shape, const Floats& values) {
  OnnxTensor tensor{kFloat, std::move(shape), {}};
  for (float value : values) append(tensor.raw, value);
  return tensor;
}

OnnxTensor ints(int type, Ints shape, const Ints& values) {
  OnnxTensor tensor{type, std::move(shape), {}};
  for (std::int64_t value : values) {
    switch (type) {
      case kInt64:
        append(tensor.raw, value);
        break;
      case kInt32:
        append(tensor.raw, static_cast<std::int32_t>(value));
        break;
      case kFloat16:
      case kBfloat16:
        append(tensor.raw, static_cast<std::uint16_t>(value));
        break;
      default:
        append(tensor.raw, static_cast<std::uint8_t>(value));
    }
  }
  return tensor;
}

struct ModelBuilder::Proto {
  onnx::ModelProto model;
};

void SetValue::operator()(const ModelBuilder* value) const {
  proto.set_type(onnx::AttributeProto::GRAPH);
  *proto.mutable_g() = value->proto().model.graph();
}

ModelBuilder::ModelBuilder(int version, int ir_version) : proto_(std::make_unique<Proto>()) {
  proto_->model.set_ir_version(ir_version);
  proto_->model.mutable_graph()->set_name("test");
  opset("", version);
}

ModelBuilder::~ModelBuilder() = default;

ModelBuilder& ModelBuilder::opset(const std::string& domain, int version) {
  auto* added = proto_->model.add_opset_import();
  added->set_domain(domain);
  added->set_version(version);
  return *this;
}

ModelBuilder& ModelBuilder::input(const std::string& name, int type,
                                  const std::vector<Dim>& shape) {
  fill(*proto_->model.mutable_graph()->add_input(), name, type, shape);
  return *this;
}

ModelBuilder& ModelBuilder::output(const std::string& name) {
  proto_->model.mutable_graph()->add_output()->set_name(name);
  return *this;
}

ModelBuilder& ModelBuilder::output(const std::string& name, int type,
                                   const std::vector<Dim>& shape) {
  fill(*proto_->model.mutable_graph()->add_output(), name, type, shape);
  return *this;
}

ModelBuilder& ModelBuilder::constant(const std::string& name, const OnnxTensor& data) {
  auto* added = proto_->model.mutable_graph()->add_initializer();
  added->set_name(name);
  fill(*added, data);
  return *this;
}

ModelBuilder& ModelBuilder::constant_typed(const std::string& name, int type, const Ints& shape,
                                           const Ints& values) {
  auto* added = proto_->model.mutable_graph()->add_initializer();
  added->set_name(name);
  added->set_data_type(type);
  for (std::int64_t extent : shape) added->add_dims(extent);
  for (std::int64_t value : values) {
    if (type == kInt64) {
      added->add_int64_data(value);
    } else {
      added->add_int32_data(static_cast<std::int32_t>(value));
    }
  }
  return *this;
}

ModelBuilder& ModelBuilder::constant_typed(const std::string& name, const Ints& shape,
                                           const Floats& values) {
  auto* added = proto_->model.mutable_graph()->add_initializer();
  added->set_name(name);
  added->set_data_type(kFloat);
  for (std::int64_t extent : shape) added->add_dims(extent);
  for (float value : values) added->add_float_data(value);
  return *this;
}

ModelBuilder& ModelBuilder::constant_external(
    const std::string& name, int type, const Ints& shape,
    const std::vector<std::pair<std::string, std::string>>& entries) {
  auto* added = proto_->model.mutable_graph()->add_initializer();
  added->set_name(name);
  added->set_data_type(type);
  for (std::int64_t extent : shape) added->add_dims(extent);
  added->set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : entries) {
    auto* entry = added->add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  return *this;
}

ModelBuilder& ModelBuilder::node(const std::string& type, const std::vector<std::string>& inputs,
                                 const std::vector<std::string>& outputs,
                                 const std::vector<Attribute>& attributes) {
  auto* added = proto_->model.mutable_graph()->add_node();
  const std::size_t separator = type.find("::");
  if (separator == std::string::npos) {
    added->set_op_type(type);
  } else {
    added->set_domain(type.substr(0, separator));
    added->set_op_type(type.substr(separator + 2));
  }
  for (const std::string& input : inputs) added->add_input(input);
  for (const std::string& output : outputs) added->add_output(output);
  for (const Attribute& attribute : attributes) {
    auto* proto = added->add_attribute();
    proto->set_name(attribute.name);
    std::visit(SetValue{*proto}, attribute.value);
  }
  return *this;
}

ModelBuilder& ModelBuilder::named(const std::string& name) {
  auto* graph = proto_->model.mutable_graph();
  graph->mutable_node(graph->node_size() - 1)->set_name(name);
  return *this;
}

std::vector<std::byte> ModelBuilder::bytes() const {
  std::vector<std::byte> result(proto_->model.ByteSizeLong());
  proto_->model.SerializeToArray(result.data(), static_cast<int>(result.size()));
  return result;
}

}  // namespace spindle::testing
