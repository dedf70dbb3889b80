// Tests PartialSum and RequantizeSum with results computed by hand.
#include <vector>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"

using namespace spindle;
using namespace spindle::testing;

using Ints = std::vector<std::int64_t>;

namespace {

Value weights(const Ints& values) {
  return {Constant::ints(DType::kI8, {2, 1, 1, 2}, values), Quant{{0.5F, 0.25F}, {0, 1}, 0}};
}

}  // namespace

TEST_CASE("partial sum: centered products, from the bias") {
  // Two pixels with x - zx = {4, -2} and {0, 10}; two outputs with w - zw = {3, 5} and {-2, 1}.
  const Value x = s8({1, 1, 2, 2}, {5, -1, 1, 11}, 0.1F, 1);
  const Value w = weights({3, 5, -1, 2});
  REQUIRE(evaluate_op(PartialSum{}, {x, w})->to_ints() == Ints{2, -10, 50, 10});
  REQUIRE(evaluate_op(PartialSum{}, {x, w, s32({2}, {100, -1})})->to_ints() ==
          Ints{102, -11, 150, 9});
}

TEST_CASE("partial sum: on top of the previous one, modulo 2^32") {
  const Value x = s8({1, 1, 1, 2}, {5, -1}, 0.1F, 1);
  const Value w = weights({3, 5, -1, 2});
  const Value previous = s32({1, 1, 1, 2}, {INT32_MAX, INT32_MIN});
  REQUIRE(evaluate_op(PartialSum{}, {x, w, {}, previous})->to_ints() ==
          Ints{std::int64_t{INT32_MIN} + 1, std::int64_t{INT32_MAX} - 9});
}

TEST_CASE("requantization of sums: a multiplier for each channel, ties to even, limits") {
  // The multipliers of the two channels are 0.5 and 0.25, the zero point is 1.
  const Value sums{Constant::ints(DType::kI32, {1, 1, 3, 2}, {3, 2, 5, 6, -1000, 1000}),
                   Quant{{1.0F, 0.5F}, {0, 0}, 3}};
  REQUIRE(evaluate_op(RequantizeSum{}, {sums}, as_s8(2.0F, 1))->to_ints() ==
          Ints{3, 1, 3, 3, -128, 127});
  // The limits are -4 / 2 + 1 = -1 and 2 / 2 + 1 = 2.
  REQUIRE(evaluate_op(RequantizeSum{{-4, 2}}, {sums}, as_s8(2.0F, 1))->to_ints() ==
          Ints{2, 1, 2, 2, -1, 2});
}
