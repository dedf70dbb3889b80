// Which elements of a graph's tensors are the same by the meaning of the graph, wherever they are
// stored: those of a Reshape and its input, of a Concat and its parts, or of an 8-bit function that
// changes no value and its input.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/check/operator_needs.h"
#include "compiler/ir/graph.h"

namespace spindle {

class TensorElements {
 public:
  explicit TensorElements(const Graph& graph);

  // Where the elements `range` of a tensor come from: a list of pieces, each of which is a range of
  // elements of an original tensor. For example, elements [2, 6) of a Concat of a[4] and b[4] are
  // elements [2, 4) of a and [0, 2) of b. Concats are followed only if their parts lie one after
  // the other. The same element may occur several times.
  struct Piece {
    ElementRange of;  // elements of the tensor asked about
    TensorId tensor = kNoTensor;
    std::int64_t begin = 0;  // `of` corresponds to as many elements of `tensor` from here on
  };
  [[nodiscard]] std::vector<Piece> pieces(TensorId tensor, ElementRange range) const;

  // The elements of `tensor` that are the same as element `element` of `origin`, an original
  // tensor.
  [[nodiscard]] std::vector<std::int64_t> find(TensorId tensor, TensorId origin,
                                               std::int64_t element) const;

  // Whether some tensor has the same element twice.
  [[nodiscard]] bool repeats() const;

  // Notes that `count` elements of `from` starting at `from_begin` have been found equal to those
  // of `to` starting at `to_begin`. From now on they are the latter, in every tensor. Both must be
  // original tensors, and the two ranges must not overlap.
  void unite(TensorId from, std::int64_t from_begin, std::int64_t count, TensorId to,
             std::int64_t to_begin);

 private:
  IdVector<TensorId, std::vector<Piece>> pieces_;  // all elements of each tensor, in order
};

}  // namespace spindle
