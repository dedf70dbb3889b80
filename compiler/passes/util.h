// Small helpers that several passes share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// A permutation as Transpose has it: dimension i of the result is dimension perm[i] of the input.
using Perm = std::vector<int>;

[[nodiscard]] Perm identity_perm(std::size_t rank);
[[nodiscard]] bool is_identity(const Perm& perm);
[[nodiscard]] Perm inverse(const Perm& perm);
// The permutation of the single transpose that equals `first` followed by `second`.
[[nodiscard]] Perm then(const Perm& first, const Perm& second);
// True if the transpose moves only dimensions of extent 1, so that the elements keep their order.
[[nodiscard]] bool keeps_order(const Perm& perm, const Shape& shape);
// The dimension of the result that is the input's dimension `axis`.
[[nodiscard]] int permute_axis(const Perm& perm, int axis);

// Returns `values[perm[i]]` for every i; for shapes, pads and the like.
template <typename T>
[[nodiscard]] std::vector<T> permuted(const std::vector<T>& values, const Perm& perm) {
  std::vector<T> result;
  result.reserve(perm.size());
  for (int p : perm) result.push_back(values.at(p));
  return result;
}

[[nodiscard]] ConstantPtr permuted(const Constant& constant, const Perm& perm);
// The quantization of a transposed tensor: only its axis changes.
[[nodiscard]] std::optional<Quant> permuted(const std::optional<Quant>& quant, const Perm& perm);
[[nodiscard]] ConstantPtr reshaped(const Constant& constant, Shape shape);
// The quantization of a reshaped tensor; nothing if the axis has no counterpart in `to`.
[[nodiscard]] std::optional<Quant> reshaped(const Quant& quant, const Shape& from, const Shape& to);

// Whether elements of the type can be each index of one of `classes`, from 0 on.
[[nodiscard]] bool holds_indices(DType type, std::int64_t classes);

// The origins of a tensor that is transposed by `perm`.
[[nodiscard]] std::vector<Origin> permuted(std::vector<Origin> origins, const Perm& perm);

// Appends a Transpose of `x` (quantization follows) and returns its output, named `name`.
TensorId append_transpose(Graph& graph, std::string name, TensorId x, const Perm& perm);
// Appends a Reshape of `x` (quantization follows where it can) and returns its output.
TensorId append_reshape(Graph& graph, std::string name, TensorId x, const Shape& shape);

// Replaces tensors by others with the same elements in the same order. Any number of replacements
// can be collected while a pass goes through the nodes; the nodes' inputs change only in apply().
class Aliases {
 public:
  explicit Aliases(Graph& graph) : graph_(graph) {}

  // The tensor that currently replaces `id`; `id` itself if it is not replaced.
  [[nodiscard]] TensorId of(TensorId id) const;

  // Makes every use of `from` a use of `to`. Origins of `from` move to `to`. If `from` is a graph
  // output, `to` takes its place and its name. If only `from` is a tensor of the ONNX file, `to`
  // takes its name as well. Changes nothing and returns false if `from` is a graph output and `to`
  // is a graph input, a constant or another graph output: then a copy must remain.
  bool replace(TensorId from, TensorId to);

  // Makes all nodes read the replacements of their inputs.
  void apply();

 private:
  Graph& graph_;
  std::unordered_map<TensorId, TensorId> to_;
};

// Makes a Reshape of a Reshape read the first one's input, so that the first one may become unused.
void merge_reshapes(Graph& graph);

// True for a constant of one element.
[[nodiscard]] bool is_scalar_constant(const Graph& graph, TensorId id);

// The Dequantize that produces `id` from a constant, or none.
[[nodiscard]] NodeId constant_dequantize(const Graph& graph, const Uses& uses, TensorId id);

// Whether `id` is a constant or a Dequantize of one.
[[nodiscard]] bool has_known_value(const Graph& graph, const Uses& uses, TensorId id);
// The value of such a tensor.
[[nodiscard]] ConstantPtr known_value(const Graph& graph, const Uses& uses, TensorId id);

}  // namespace spindle
