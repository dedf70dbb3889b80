// One dimension of a resize: where output positions lie in the input. Float32 throughout, as ONNX
// Runtime computes it: which neighbour is nearest may hang on the last bit.
#pragma once

#include <cstdint>

#include "compiler/ir/ops.h"

namespace spindle::reference {

class ResizeAxis {
 public:
  // Dimension 0 (rows) or 1 (columns) of `op`, which makes `op.size` of `extent`.
  ResizeAxis(const Resize& op, int dimension, std::int64_t extent);

  [[nodiscard]] std::int64_t in() const { return in_; }
  [[nodiscard]] std::int64_t out() const { return out_; }
  // Of linear interpolation: from 0 to the last position.
  [[nodiscard]] float coordinate(std::int64_t index) const;
  // Of nearest: the position that is taken.
  [[nodiscard]] std::int64_t nearest(std::int64_t index) const;

 private:
  [[nodiscard]] float unclamped(std::int64_t index) const;

  const Resize& op_;
  std::int64_t in_, out_;
  float scale_;
};

}  // namespace spindle::reference
