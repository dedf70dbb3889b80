// Compares the ArgMax kernels with the reference interpreter.
#include <cstring>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

template <typename Kernel>
void check(Kernel kernel, const ConstantPtr& x, const ArgMax& op, DType out_type) {
  const ConstantPtr expected = evaluate_op(op, {{x, {}}}, Output{out_type, {}});
  const Shape& shape = x->shape();
  std::int64_t inner = 1;
  for (std::size_t d = static_cast<std::size_t>(op.axis) + 1; d < shape.size(); ++d) {
    inner *= shape[d];
  }
  const std::int64_t classes = shape[static_cast<std::size_t>(op.axis)];
  const spindle_arg_max_params p{static_cast<std::int32_t>(classes),
                                 static_cast<std::int32_t>(inner), op.last_index ? 1 : 0,
                                 op.minimum ? 1 : 0, static_cast<std::int32_t>(size_of(out_type))};
  KernelBuffer in(*x), out(expected->bytes().size(), size_of(out_type));
  kernel(&p, in.data(), out.data(), static_cast<std::int32_t>(x->size() / classes / inner));
  REQUIRE(compare_bytes(*expected, out) == "");
}

}  // namespace

TEST_CASE("arg_max: every axis, ties, minimum, types of the index") {
  Random random(1);
  for (int i = 0; i < 400; ++i) {
    const Shape shape{random.integer(1, 4), random.integer(1, 21), random.integer(1, 6)};
    const ArgMax op{static_cast<int>(random.integer(0, 2)), true, random.flip(), random.flip()};
    const DType types[] = {DType::kI64, DType::kI32, DType::kU8};
    const DType type = types[random.integer(0, 2)];
    INFO("case " << i);
    // Few different values, so that there are ties.
    check(spindle_arg_max_s8, random_integers(random, DType::kI8, shape, -2, 2), op, type);
    check(spindle_arg_max_s8, random_values(random, DType::kI8, shape), op, type);
    check(spindle_arg_max_f32, random_floats(random, shape), op, type);
  }
}

TEST_CASE("arg_max: as many classes as a byte tells apart, and more; extremes") {
  Random random(2);
  for (const std::int64_t classes : {1, 2, 255, 256, 257, 1000}) {
    for (int i = 0; i < 20; ++i) {
      const ArgMax op{1, true, random.flip(), random.flip()};
      const Shape shape{3, classes};
      check(spindle_arg_max_s8, random_values(random, DType::kI8, shape), op, DType::kI32);
      const int only = random.flip() ? -128 : 127;
      check(spindle_arg_max_s8, random_integers(random, DType::kI8, shape, only, only), op,
            DType::kI64);
      check(spindle_arg_max_s8, random_integers(random, DType::kI8, shape, -128, -127), op,
            DType::kI32);
    }
  }
}
