// Which elements of a graph's tensors are one and the same by the graph's own meaning, wherever
// they are stored: those of a Reshape and its input, of a Concat and its parts, of an 8-bit
// function that changes no value and its input.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/check/operator_needs.h"
#include "compiler/ir/graph.h"

namespace spindle {

class TensorElements {
 public:
  explicit TensorElements(const Graph& graph);

  // `range` of a tensor as elements of the tensors where they come from. Concats are followed only
  // where their parts lie one after the other. An element may be there several times.
  struct Piece {
    ElementRange of;  // elements of the tensor asked for
    TensorId tensor = kNoTensor;
    std::int64_t begin = 0;  // the first of as many elements of `tensor`
  };
  [[nodiscard]] std::vector<Piece> pieces(TensorId tensor, ElementRange range) const;

  // The elements of `tensor` that are element `element` of `origin`, which pieces() has named.
  [[nodiscard]] std::vector<std::int64_t> find(TensorId tensor, TensorId origin,
                                               std::int64_t element) const;

  // Whether some tensor has an element twice.
  [[nodiscard]] bool repeats() const;

  // From now on `count` elements of `from` starting with `from_begin` are those of `to` starting
  // with `to_begin`, in every tensor: their values are found to be the same. Both must be where
  // elements come from, as pieces() has named them, and must not overlap.
  void unite(TensorId from, std::int64_t from_begin, std::int64_t count, TensorId to,
             std::int64_t to_begin);

 private:
  std::vector<std::vector<Piece>> pieces_;  // by tensor, all of it, in order
};

}  // namespace spindle
