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
// The one transpose that equals `first` followed by `second`.
[[nodiscard]] Perm then(const Perm& first, const Perm& second);
// True if the transpose moves only extents of 1, so that the elements keep their order.
[[nodiscard]] bool keeps_order(const Perm& perm, const Shape& shape);
// Where the input's dimension `axis` is in the result.
[[nodiscard]] int permute_axis(const Perm& perm, int axis);

// `values[perm[i]]` for every i: shapes, pads, starts.
template <typename T>
[[nodiscard]] std::vector<T> permuted(const std::vector<T>& values, const Perm& perm) {
  std::vector<T> result;
  result.reserve(perm.size());
  for (int p : perm) result.push_back(values.at(static_cast<std::size_t>(p)));
  return result;
}

[[nodiscard]] ConstantPtr permuted(const Constant& constant, const Perm& perm);
// The quantization of a transposed tensor: the same, its axis moved.
[[nodiscard]] std::optional<Quant> permuted(const std::optional<Quant>& quant, const Perm& perm);
[[nodiscard]] ConstantPtr reshaped(const Constant& constant, Shape shape);
// The quantization of a reshaped tensor; nothing if the axis has no counterpart in `to`.
[[nodiscard]] std::optional<Quant> reshaped(const Quant& quant, const Shape& from, const Shape& to);

// Origins of a tensor that is replaced by `perm` of it.
[[nodiscard]] std::vector<Origin> permuted(std::vector<Origin> origins, const Perm& perm);

// Appends a Transpose of `x` (quantization follows) and returns its output, named `name`.
TensorId append_transpose(Graph& graph, std::string name, TensorId x, const Perm& perm);
// Appends a Reshape of `x` (quantization follows where it can) and returns its output.
TensorId append_reshape(Graph& graph, std::string name, TensorId x, Shape shape);

// Replaces tensors by others of the same elements in the same order: any number of them in one go
// through the nodes, which read them as before until apply().
class Aliases {
 public:
  explicit Aliases(Graph& graph) : graph_(graph) {}

  // What stands for `id` now.
  [[nodiscard]] TensorId of(TensorId id) const;

  // Makes every use of `from` a use of `to`. Origins of `from` move to `to`; where `from` is a
  // graph output, `to` takes its place and its name. A `to` that the ONNX file does not have takes
  // the name of a `from` that it has. Changes nothing and returns false if `from` is a graph output
  // and `to` is a graph input, a constant or another graph output: a copy must remain then.
  bool replace(TensorId from, TensorId to);

  // Nodes read what stands for their inputs.
  void apply();

 private:
  Graph& graph_;
  std::unordered_map<TensorId, TensorId> to_;
};

// A Reshape of a Reshape reads the first one's input, so that the first may die.
void merge_reshapes(Graph& graph);

// True for a constant of one element.
[[nodiscard]] bool is_scalar_constant(const Graph& graph, TensorId id);

// Index of the Dequantize that produces `id` from a constant, or -1.
[[nodiscard]] int constant_dequantize(const Graph& graph, const Uses& uses, TensorId id);

}  // namespace spindle
