// Operators of random networks that trained networks of the MobileNetV2 family lack but other ONNX
// files have: the forms in which the frontend writes ConvTranspose, SpaceToDepth, padding by
// reflection, Tile and the norms, and activations of all kinds.
#pragma once

#include "tests/support/random_layers.h"

namespace spindle::testing {

class RandomOperators : protected RandomLayers {
 protected:
  using RandomLayers::RandomLayers;

  static constexpr std::int64_t kMostElements = 3000;  // of one tensor

  [[nodiscard]] bool is_image(TensorId x) const { return shape(x).size() == 4 && shape(x)[0] == 1; }
  // A quantization with its zero point near the middle of the type's range, so that values of both
  // signs can be represented.
  Quant middling(float scale);
  // Gives the output of an operator such a quantization, unless it is float.
  TensorId finished(TensorId out, float scale);
  // Gives `out` the quantization of `x`. For operators that only move values.
  TensorId moved(TensorId out, TensorId x);

  // A function of one value, of any kind that is defined everywhere.
  TensorId unary(TensorId x);
  // PRelu with a slope for all values, for each channel, or for each value.
  TensorId prelu(TensorId x);
  // Mean, sum, largest or smallest over any dimensions.
  TensorId reduce(TensorId x);
  // What a norm over any dimensions begins with: the values less their mean.
  TensorId centred(TensorId x);
  // Elements of one dimension in another order, some of them several times: reflected, repeated at
  // the borders, wrapped around, tiled, or any.
  TensorId gather(TensorId x);
  // An image whose pixels become blocks, as behind the Conv that a ConvTranspose becomes.
  TensorId depth_to_space(TensorId x);
  // Blocks of pixels become channels.
  TensorId space_to_depth(TensorId x);
};

}  // namespace spindle::testing
