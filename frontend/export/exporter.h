// What the writers of single operators share: where each tensor of the graph is in the file, and in
// which order of its dimensions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "frontend/export/model_writer.h"

namespace spindle::frontend {

// An order of dimensions: dimension i in the file is dimension order[i] of the graph's tensor.
using Order = std::vector<int>;

[[nodiscard]] Order same_order(std::size_t rank);  // 0, 1, 2, ...
// The order of images in the file, NCHW, for rank 4; for other ranks the same order.
[[nodiscard]] Order image_order(std::size_t rank);
[[nodiscard]] Shape reordered(const Shape& shape, const Order& order);
// Where dimension `axis` of the graph's tensor is in the file.
[[nodiscard]] std::int64_t place_in(const Order& order, int axis);
// The data with its dimensions in another order. Takes any element type.
[[nodiscard]] ConstantPtr reordered(const Constant& data, const Order& order);

class Exporter {
 public:
  explicit Exporter(const Graph& graph) : graph_(graph) {}

  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] ModelWriter& writer() { return writer_; }

  // A name in the file for an input of the current node, in this order of dimensions. Emits a
  // Transpose if the file has it in another one.
  [[nodiscard]] std::string in(TensorId id, const Order& order);
  // The order in which the file has a tensor. Constants can be had in any.
  [[nodiscard]] Order order_of(TensorId id) const;

  // A new name in the file for the graph's tensor.
  [[nodiscard]] std::string fresh(TensorId id);
  [[nodiscard]] std::string fresh(TensorId id, std::string_view suffix);
  // Says that the file holds the graph's tensor under this name, in this order.
  void define(TensorId id, std::string name, Order order);
  // The same behind the activation, for which it emits a Relu or Clip unless there is none.
  void define_activated(TensorId id, const std::string& before, const Activation& act, Order order);
  // Whether something else than a port already has the name.
  [[nodiscard]] bool is_node_output(const std::string& name) const {
    return written_.contains(name);
  }
  [[nodiscard]] const std::string& name_of_tensor(TensorId id) const { return held_.at(id).name; }
  void renamed(const std::string& from, const std::string& to);

  // Emits a node with a fresh output name for `id` and returns a writer for its attributes.
  std::pair<std::string, NodeWriter> emit(std::string_view type,
                                          const std::vector<std::string>& inputs, TensorId id,
                                          std::string_view suffix = {}, int since = 13);
  // A Reshape of the tensor `name` to `shape`; returns its output.
  [[nodiscard]] std::string reshape(const std::string& name, const Shape& shape, TensorId id,
                                    std::string_view suffix);

 private:
  struct Held {
    std::string name;
    Order order;
  };

  const Graph& graph_;
  ModelWriter writer_;
  std::map<TensorId, Held> held_;
  std::map<std::pair<TensorId, Order>, std::string> also_in_;  // transposed, by order
  std::set<std::string> written_;                              // outputs of nodes
};

// Emits the ONNX form of a node. One function for each group of operators.
void write_conv(Exporter& exporter, const Node& node);
void write_dense(Exporter& exporter, const Node& node);
void write_pool(Exporter& exporter, const Node& node);
void write_reduce(Exporter& exporter, const Node& node);
void write_resize(Exporter& exporter, const Node& node);
void write_elementwise(Exporter& exporter,
                       const Node& node);                     // Binary, Unary, Clip, Cast, Identity
void write_along_axis(Exporter& exporter, const Node& node);  // Softmax, Concat, BatchNorm, ArgMax
void write_movement(Exporter& exporter,
                    const Node& node);  // Reshape, Transpose, Pad, Slice, Gather
void write_depth_to_space(Exporter& exporter, const Node& node);
void write_selection(Exporter& exporter, const Node& node);     // TopK, NonMaxSuppression, MatMul
void write_quantization(Exporter& exporter, const Node& node);  // Quantize, Dequantize

}  // namespace spindle::frontend
