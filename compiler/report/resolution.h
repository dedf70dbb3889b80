// Rows and columns of images.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Rows and columns; 1 x 1 for tensors that are not images.
struct Resolution {
  std::int64_t rows = 1;
  std::int64_t columns = 1;

  auto operator<=>(const Resolution&) const = default;
};

// "56x56".
[[nodiscard]] std::string to_string(const Resolution& resolution);

// The resolution of each tensor of a canonical graph. Images are NHWC. Where the file's NCHW layout
// leaves transposes at the graph's inputs and outputs, the tensors on their outer side are
// recognized as NCHW.
class Resolutions {
 public:
  explicit Resolutions(const Graph& graph);
  [[nodiscard]] Resolution of(TensorId tensor) const;

 private:
  // Marks it as NCHW, and all tensors connected to it by elementwise operators.
  void mark(TensorId tensor);

  const Graph& graph_;
  IdVector<TensorId, bool> planar_;  // whether NCHW
};

}  // namespace spindle
