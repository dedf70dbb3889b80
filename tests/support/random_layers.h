// The base of generators of random canonical graphs: holds the graph under construction and makes
// names, quantizations and weights for it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "compiler/ir/graph.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {

class RandomLayers {
 public:
  // `type` is the type of activations: kI8, kU8 or kF32.
  RandomLayers(std::uint64_t seed, DType type);

 protected:
  // A random number: lo <= result <= hi.
  int pick(int lo, int hi) { return static_cast<int>(random_.integer(lo, hi)); }
  [[nodiscard]] bool integer() const { return type_ != DType::kF32; }
  [[nodiscard]] const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }
  std::string name(const char* what);
  // The quantization scale of `x`; 1 for floats.
  [[nodiscard]] float scale_of(TensorId x) const;

  // A quantization with that scale and a random zero point.
  Quant quant(float scale);
  void set_quant(TensorId out, const Quant& q);
  // Gives an operator's output a quantization, unless it is float.
  void finish(TensorId out, float scale);

  // Random weights of shape `w` ([outputs, ...]) and a bias, for an input of scale `sx`. Weights
  // for uint8 models have random zero points.
  std::pair<TensorId, TensorId> weights(Shape w, float sx);

  Random random_;
  DType type_;
  Graph graph_;

 private:
  int count_ = 0;
};

}  // namespace spindle::testing
