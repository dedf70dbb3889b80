// One dimension of a resize: which input positions its output positions correspond to. Computed in
// float32 throughout, as in ONNX Runtime, because the last bit may decide which neighbour is
// nearest.
#pragma once

#include <cstdint>

#include "compiler/ir/ops.h"

namespace spindle::reference {

class ResizeAxis {
 public:
  // Dimension 0 (rows) or 1 (columns) of `op`, which resizes `extent` positions to
  // op.size[dimension].
  ResizeAxis(const Resize& op, int dimension, std::int64_t extent);

  [[nodiscard]] std::int64_t in() const { return in_; }
  [[nodiscard]] std::int64_t out() const { return out_; }
  // For linear interpolation: the coordinate of output position `index` in the input, within [0,
  // in() - 1].
  [[nodiscard]] float coordinate(std::int64_t index) const;
  // For nearest: the input position that output position `index` copies.
  [[nodiscard]] std::int64_t nearest(std::int64_t index) const;

 private:
  [[nodiscard]] float unclamped(std::int64_t index) const;

  const Resize& op_;
  std::int64_t in_, out_;
  float scale_;
};

}  // namespace spindle::reference
