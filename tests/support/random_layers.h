// What generators of random canonical graphs share: a graph under construction, and values for it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "compiler/ir/graph.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {

class RandomLayers {
 public:
  // `type` of activations: kI8, kU8 or kF32.
  RandomLayers(std::uint64_t seed, DType type);

 protected:
  // lo <= result <= hi.
  int pick(int lo, int hi) { return static_cast<int>(random_.integer(lo, hi)); }
  [[nodiscard]] bool integer() const { return type_ != DType::kF32; }
  [[nodiscard]] const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }
  std::string name(const char* what);
  // 1 for floats.
  [[nodiscard]] float scale_of(TensorId x) const;

  // With any zero point.
  Quant quant(float scale);
  void set_quant(TensorId out, const Quant& q);
  // Gives an operator's output the quantization that it needs, if any.
  void finish(TensorId out, float scale);

  // Weights `w`, [outputs, ...], with random zero points for uint8, and a bias, for inputs of scale
  // `sx`.
  std::pair<TensorId, TensorId> weights(Shape w, float sx);

  Random random_;
  DType type_;
  Graph graph_;

 private:
  int count_ = 0;
};

}  // namespace spindle::testing
