#include "tests/support/random_layers.h"

#include <fmt/format.h>

namespace spindle::testing {

RandomLayers::RandomLayers(std::uint64_t seed, DType type) : random_(seed), type_(type) {
  graph_.name = fmt::format("random {}", seed);
}

std::string RandomLayers::name(const char* what) {
  return fmt::format("{}_{}", what, ++count_);
}

float RandomLayers::scale_of(TensorId x) const {
  return integer() ? graph_.tensor(x).quant->scale[0] : 1;
}

Quant RandomLayers::quant(float scale) {
  return {{scale}, {type_ == DType::kU8 ? pick(0, 255) : pick(-128, 127)}, -1};
}

void RandomLayers::set_quant(TensorId out, const Quant& q) {
  graph_.tensor(out).type = type_;
  graph_.tensor(out).quant = q;
}

void RandomLayers::finish(TensorId out, float scale) {
  if (integer()) set_quant(out, quant(scale));
}

std::pair<TensorId, TensorId> RandomLayers::weights(Shape w, float sx) {
  const std::int64_t outputs = w[0];
  if (!integer()) {
    return {graph_.add_constant(name("w"), random_floats(random_, w, -0.5F, 0.5F)),
            graph_.add_constant(name("b"), random_floats(random_, {outputs}, -0.5F, 0.5F))};
  }
  const bool per_channel = type_ == DType::kI8 && random_.flip();
  Quant q;
  q.axis = per_channel ? 0 : -1;
  for (std::int64_t o = 0; o < (per_channel ? outputs : 1); ++o) {
    q.scale.push_back(random_.real(0.005F, 0.02F));
    q.zero_point.push_back(type_ == DType::kU8 ? pick(90, 160) : 0);
  }
  Quant bias = q;
  for (float& scale : bias.scale) scale *= sx;
  for (std::int32_t& zero : bias.zero_point) zero = 0;
  const ConstantPtr values = type_ == DType::kU8
                                 ? random_integers(random_, DType::kU8, w, 0, 255)
                                 : random_integers(random_, DType::kI8, w, -127, 127);
  const ConstantPtr offsets = random_integers(random_, DType::kI32, {outputs}, -2000, 2000);
  return {graph_.add_constant(name("w"), values, q), graph_.add_constant(name("b"), offsets, bias)};
}

}  // namespace spindle::testing
