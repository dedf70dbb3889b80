// Operators with an axis, and those that select.
#include <cmath>

#include "compiler/ir/diagnostics.h"
#include "frontend/export/exporter.h"

namespace spindle::frontend {
namespace {

// The order in which the operator takes its input: the file's, or the graph's own if the result
// has fewer dimensions.
Order taken_order(const Exporter& exporter, const Node& node) {
  const std::size_t rank = exporter.graph().tensor(node.inputs[0]).shape.size();
  const bool same_rank = exporter.graph().tensor(node.output()).shape.size() == rank;
  return same_rank ? exporter.order_of(node.inputs[0]) : same_order(rank);
}

void write_batch_norm(Exporter& exporter, const Node& node) {
  const auto& norm = std::get<BatchNorm>(node.op);
  const std::size_t rank = exporter.graph().tensor(node.inputs[0]).shape.size();
  // ONNX has the channels in dimension 1.
  Order order;
  for (const int dimension : same_order(rank)) {
    if (dimension == norm.axis) continue;
    order.push_back(dimension);
    if (order.size() == 1) order.push_back(norm.axis);
  }
  std::vector<std::string> inputs{exporter.in(node.inputs[0], order)};
  for (std::size_t i = 1; i < 5; ++i) {
    inputs.push_back(exporter.in(node.inputs[i], same_order(1)));
  }
  auto [name, writer] = exporter.emit("BatchNormalization", inputs, node.output(), {}, 15);
  writer.set("epsilon", norm.epsilon);
  exporter.define(node.output(), name, order);
}

void write_concat(Exporter& exporter, const Node& node) {
  const auto& concat = std::get<Concat>(node.op);
  const Order order = exporter.order_of(node.inputs[0]);
  std::vector<std::string> inputs;
  for (const TensorId id : node.inputs) inputs.push_back(exporter.in(id, order));
  auto [name, writer] = exporter.emit("Concat", inputs, node.output());
  writer.set("axis", place_in(order, concat.axis));
  exporter.define(node.output(), name, order);
}

void write_arg_max(Exporter& exporter, const Node& node) {
  const auto& arg = std::get<ArgMax>(node.op);
  const Order order = taken_order(exporter, node);
  auto [name, writer] = exporter.emit(arg.minimum ? "ArgMin" : "ArgMax",
                                      {exporter.in(node.inputs[0], order)}, node.output());
  writer.set("axis", place_in(order, arg.axis))
      .set("keepdims", std::int64_t{arg.keep_dims ? 1 : 0});
  if (arg.last_index) writer.set("select_last_index", std::int64_t{1});
  const std::size_t rank = exporter.graph().tensor(node.output()).shape.size();
  exporter.define(node.output(), name, rank == order.size() ? order : same_order(rank));
}

// Both outputs of TopK have names; only one of them is in the graph.
void write_top_k(Exporter& exporter, const Node& node) {
  const auto& top = std::get<TopK>(node.op);
  const Order order = exporter.order_of(node.inputs[0]);
  const std::string values = exporter.fresh(node.output(), top.indices ? "/values" : "");
  NodeWriter writer = exporter.writer().node(
      "TopK", {exporter.in(node.inputs[0], order), exporter.writer().integers("k", {top.k})},
      values);
  writer.set("axis", place_in(order, top.axis)).set("largest", std::int64_t{top.smallest ? 0 : 1});
  const std::string indices = exporter.fresh(node.output(), top.indices ? "" : "/indices");
  onnx::GraphProto& graph = *exporter.writer().model().mutable_graph();
  graph.mutable_node(graph.node_size() - 1)->add_output(indices);
  exporter.define(node.output(), top.indices ? indices : values, order);
}

void write_suppression(Exporter& exporter, const Node& node) {
  const auto& nms = std::get<NonMaxSuppression>(node.op);
  ModelWriter& file = exporter.writer();
  std::vector<std::string> inputs{
      exporter.in(node.inputs[0], same_order(3)), exporter.in(node.inputs[1], same_order(3)),
      file.integers("most", {nms.most}), file.scalar("overlap", nms.overlap)};
  if (!std::isinf(nms.score)) inputs.push_back(file.scalar("score", nms.score));
  auto [name, writer] = exporter.emit("NonMaxSuppression", inputs, node.output());
  if (nms.centered) writer.set("center_point_box", std::int64_t{1});
  exporter.define(node.output(), name, same_order(2));
}

}  // namespace

void write_along_axis(Exporter& exporter, const Node& node) {
  if (node.as<BatchNorm>() != nullptr) return write_batch_norm(exporter, node);
  if (node.as<Concat>() != nullptr) return write_concat(exporter, node);
  if (node.as<ArgMax>() != nullptr) return write_arg_max(exporter, node);
  const auto& softmax = std::get<Softmax>(node.op);
  const Order order = exporter.order_of(node.inputs[0]);
  auto [name, writer] =
      exporter.emit("Softmax", {exporter.in(node.inputs[0], order)}, node.output());
  writer.set("axis", place_in(order, softmax.axis));
  exporter.define(node.output(), name, order);
}

void write_selection(Exporter& exporter, const Node& node) {
  if (node.as<TopK>() != nullptr) return write_top_k(exporter, node);
  if (node.as<NonMaxSuppression>() != nullptr) return write_suppression(exporter, node);
  std::vector<std::string> inputs;
  for (const TensorId id : node.inputs) {
    inputs.push_back(exporter.in(id, same_order(exporter.graph().tensor(id).shape.size())));
  }
  const std::size_t rank = exporter.graph().tensor(node.output()).shape.size();
  exporter.define(node.output(), exporter.emit("MatMul", inputs, node.output()).first,
                  same_order(rank));
}

void write_quantization(Exporter& exporter, const Node& node) {
  const bool quantizes = node.as<Quantize>() != nullptr;
  const Tensor& x = exporter.graph().tensor(node.inputs[0]);
  const Tensor& codes = quantizes ? exporter.graph().tensor(node.output()) : x;
  // Images are put into the file's order before they are quantized, so that nothing stands between
  // a Dequantize and its reader.
  const std::size_t rank = x.shape.size();
  const bool as_it_is = !quantizes && !exporter.graph().is_constant(node.inputs[0]);
  const Order order = as_it_is ? exporter.order_of(node.inputs[0]) : image_order(rank);
  const Quant& quant = *codes.quant;
  const Shape shape =
      quant.per_tensor() ? Shape{} : Shape{static_cast<std::int64_t>(quant.scale.size())};
  ModelWriter& file = exporter.writer();
  const std::vector<std::string> inputs{
      exporter.in(node.inputs[0], order),
      file.constant("scale", *Constant::floats(shape, quant.scale)),
      file.constant(
          "zero_point",
          *Constant::ints(codes.type, shape, {quant.zero_point.begin(), quant.zero_point.end()}))};
  auto [name, writer] =
      exporter.emit(quantizes ? "QuantizeLinear" : "DequantizeLinear", inputs, node.output());
  if (!quant.per_tensor()) writer.set("axis", place_in(order, quant.axis));
  exporter.define(node.output(), name, order);
}

}  // namespace spindle::frontend
