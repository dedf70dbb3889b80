#include "tests/support/random_tensor.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace spindle::testing {

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

std::int64_t Random::integer(std::int64_t lo, std::int64_t hi) {
  const auto count = static_cast<std::uint64_t>(hi - lo) + 1;
  return lo + static_cast<std::int64_t>(next() % count);
}

float Random::real(float lo, float hi) {
  const auto unit = static_cast<float>(next() >> 40U) * 0x1p-24F;
  return lo + unit * (hi - lo);
}

ConstantPtr random_floats(Random& random, Shape shape, float lo, float hi) {
  std::vector<float> values(static_cast<std::size_t>(element_count(shape)));
  for (float& value : values) value = random.real(lo, hi);
  return Constant::floats(std::move(shape), std::move(values));
}

ConstantPtr random_integers(Random& random, DType type, Shape shape, std::int64_t lo,
                            std::int64_t hi) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(element_count(shape)));
  for (std::int64_t& value : values) value = random.integer(lo, hi);
  return Constant::ints(type, std::move(shape), values);
}

ConstantPtr random_values(Random& random, DType type, const Shape& shape) {
  switch (type) {
    case DType::kF32:
      return random_floats(random, shape, -2, 2);
    case DType::kI8:
    case DType::kU8:
      return random_integers(random, type, shape, min_of(type), max_of(type));
    case DType::kBool:
      return random_integers(random, type, shape, 0, 1);
    default:
      return random_integers(random, type, shape, -100, 100);
  }
}

}  // namespace spindle::testing
