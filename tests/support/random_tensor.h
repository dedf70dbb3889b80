// Reproducible random data: equal on every machine and with every standard library.
#pragma once

#include <cstdint>

#include "compiler/ir/tensor.h"

namespace spindle::testing {

// The generator SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  std::int64_t integer(std::int64_t lo, std::int64_t hi);  // lo <= result <= hi
  float real(float lo, float hi);                          // lo <= result < hi
  bool flip() { return (next() & 1U) != 0; }

 private:
  std::uint64_t state_;
};

[[nodiscard]] ConstantPtr random_floats(Random& random, Shape shape, float lo = -1, float hi = 1);
// Integers from lo to hi, both included; both must fit `type`.
[[nodiscard]] ConstantPtr random_integers(Random& random, DType type, Shape shape, std::int64_t lo,
                                          std::int64_t hi);
// The type's whole range for 8-bit types, [-2, 2) for floats, [-100, 100] for wider integers.
[[nodiscard]] ConstantPtr random_values(Random& random, DType type, const Shape& shape);

}  // namespace spindle::testing
