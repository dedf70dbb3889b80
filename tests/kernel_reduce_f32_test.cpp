#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

static_assert(static_cast<int>(ReduceKind::kMean) == SPINDLE_REDUCE_MEAN);
static_assert(static_cast<int>(ReduceKind::kSum) == SPINDLE_REDUCE_SUM);
static_assert(static_cast<int>(ReduceKind::kMax) == SPINDLE_REDUCE_MAX);
static_assert(static_cast<int>(ReduceKind::kMin) == SPINDLE_REDUCE_MIN);

TEST_CASE("reduce_f32: every kind over every subset of the dimensions") {
  Random random(1);
  const Shape shapes[] = {{7}, {3, 5}, {2, 3, 4, 5}, {1, 6, 1, 4}, {2, 2, 3, 1, 2, 3}};
  for (const Shape& shape : shapes) {
    const auto rank = static_cast<std::int32_t>(shape.size());
    for (unsigned subset = 0; subset < 1U << shape.size(); ++subset) {
      for (int kind = SPINDLE_REDUCE_MEAN; kind <= SPINDLE_REDUCE_MIN; ++kind) {
        spindle_reduce_f32_params p{};
        p.kind = kind;
        p.rank = rank;
        Reduce op{static_cast<ReduceKind>(kind), {}, true, {}};
        if (subset % 2 == 1) op.act = {-0.2F, 0.3F};
        p.lo = op.act.lo;
        p.hi = op.act.hi;
        for (std::int32_t d = 0; d < rank; ++d) {
          p.extent[d] = static_cast<std::int32_t>(shape[static_cast<std::size_t>(d)]);
          p.reduced[d] = subset >> d & 1U ? 1 : 0;
          if (p.reduced[d] != 0) op.axes.push_back(d);
        }
        const ConstantPtr x = random_floats(random, shape);
        const ConstantPtr expected = evaluate_op(op, {{x, {}}});
        KernelBuffer in(*x), out(expected->bytes().size(), 4);
        spindle_reduce_f32(&p, in.data(), out.data());
        INFO(to_string(shape) << " subset " << subset << " kind " << kind);
        REQUIRE(compare_floats(*expected, out) == "");
      }
    }
  }
}
