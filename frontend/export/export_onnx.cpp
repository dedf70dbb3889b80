#include "frontend/export/export_onnx.h"

#include <variant>

#include "compiler/ir/diagnostics.h"
#include "frontend/export/exporter.h"

namespace spindle {
namespace frontend {
namespace {

// One overload for each operator, so that an operator without one does not compile.
struct Writers {
  using Writer = void (*)(Exporter&, const Node&);

  Writer operator()(const Conv&) const { return write_conv; }
  Writer operator()(const Dense&) const { return write_dense; }
  Writer operator()(const MatMul&) const { return write_selection; }
  Writer operator()(const Pool&) const { return write_pool; }
  Writer operator()(const Reduce&) const { return write_reduce; }
  Writer operator()(const BatchNorm&) const { return write_along_axis; }
  Writer operator()(const Binary&) const { return write_elementwise; }
  Writer operator()(const Unary&) const { return write_elementwise; }
  Writer operator()(const Clip&) const { return write_elementwise; }
  Writer operator()(const Softmax&) const { return write_along_axis; }
  Writer operator()(const Quantize&) const { return write_quantization; }
  Writer operator()(const Dequantize&) const { return write_quantization; }
  Writer operator()(const Requantize&) const { return nullptr; }
  Writer operator()(const Table&) const { return nullptr; }
  Writer operator()(const PartialSum&) const { return nullptr; }
  Writer operator()(const RequantizeSum&) const { return nullptr; }
  Writer operator()(const Reshape&) const { return write_movement; }
  Writer operator()(const Transpose&) const { return write_movement; }
  Writer operator()(const Pad&) const { return write_movement; }
  Writer operator()(const Concat&) const { return write_along_axis; }
  Writer operator()(const Slice&) const { return write_movement; }
  Writer operator()(const Gather&) const { return write_movement; }
  Writer operator()(const Resize&) const { return write_resize; }
  Writer operator()(const DepthToSpace&) const { return write_depth_to_space; }
  Writer operator()(const ArgMax&) const { return write_along_axis; }
  Writer operator()(const Detect&) const { return nullptr; }
  Writer operator()(const NonMaxSuppression&) const { return write_selection; }
  Writer operator()(const TopK&) const { return write_selection; }
  Writer operator()(const Cast&) const { return write_elementwise; }
  Writer operator()(const Identity&) const { return write_elementwise; }
};

void add_inputs(Exporter& exporter) {
  const Graph& graph = exporter.graph();
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const TensorId id = graph.inputs[i];
    const Tensor& tensor = graph.tensor(id);
    const Port port = graph.input_port(i);
    exporter.writer().input(port.name, tensor.type, port.shape);
    const bool same = port.shape == tensor.shape;
    exporter.define(id, same ? port.name : exporter.reshape(port.name, tensor.shape, id, "/input"),
                    same_order(tensor.shape.size()));
  }
}

// Gives the outputs the names of their ports. Where a node writes just what the port holds, that
// node's output is renamed.
void add_outputs(Exporter& exporter) {
  const Graph& graph = exporter.graph();
  ModelWriter& file = exporter.writer();
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorId id = graph.outputs[i];
    const Tensor& tensor = graph.tensor(id);
    const Port port = graph.output_port(i);
    file.output(port.name, tensor.type, port.shape);
    const std::string name = exporter.in(id, same_order(tensor.shape.size()));
    if (port.shape != tensor.shape) {
      file.node("Reshape", {name, file.integers("shape", port.shape)}, port.name);
    } else if (exporter.is_node_output(name)) {
      exporter.renamed(name, port.name);
    } else {
      file.node("Identity", {name}, port.name);
    }
  }
}

}  // namespace
}  // namespace frontend

std::string export_onnx(const Graph& graph, const ExportOptions& options) {
  frontend::Exporter exporter(graph);
  frontend::ModelWriter& file = exporter.writer();
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) file.reserve(graph.input_port(i).name);
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) file.reserve(graph.output_port(i).name);
  frontend::add_inputs(exporter);
  for (const Node& node : graph.nodes) {
    const auto writer = std::visit(frontend::Writers{}, node.op);
    check_internal(writer != nullptr, "an operator without an ONNX form is exported: " +
                                          std::string(name_of(node.op)));
    writer(exporter, node);
  }
  frontend::add_outputs(exporter);
  onnx::ModelProto& model = file.model();
  model.set_producer_version(options.producer_version);
  for (const auto& [key, value] : options.metadata) {
    auto* entry = model.add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
  }
  return file.bytes("model");
}

}  // namespace spindle
