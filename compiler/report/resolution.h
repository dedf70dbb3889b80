// Rows and columns of images.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// 1 x 1 of what is no image.
struct Resolution {
  std::int64_t rows = 1;
  std::int64_t columns = 1;

  auto operator<=>(const Resolution&) const = default;
};

// "56x56".
[[nodiscard]] std::string to_string(const Resolution& resolution);

// The resolution of each tensor of a canonical graph. Images are NHWC; those before and behind the
// transposes that the file's layout leaves at the graph's ends are recognized as NCHW.
class Resolutions {
 public:
  explicit Resolutions(const Graph& graph);
  [[nodiscard]] Resolution of(TensorId tensor) const;

 private:
  void mark(TensorId tensor);  // as NCHW, and what elementwise operators make of it or it of

  const Graph& graph_;
  std::vector<bool> planar_;  // by TensorId
};

}  // namespace spindle
