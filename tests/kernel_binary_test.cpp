// Compares kernels that combine two tensors, and matrix products, with the reference interpreter.
#include <cmath>
#include <utility>

#include "compiler/ir/broadcast.h"
#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Shapes of two operands that broadcast to several rows of 3 pixels with 5 channels.
struct Shapes {
  Shape a, b;
};
const Shapes kShapes[] = {
    {{1, 4, 3, 5}, {1, 4, 3, 5}}, {{1, 4, 3, 5}, {1, 1, 1, 5}}, {{1, 1, 1, 5}, {1, 4, 3, 5}},
    {{1, 4, 3, 5}, {5}},          {{}, {1, 4, 3, 5}},           {{1, 4, 3, 1}, {1, 4, 3, 5}},
    {{1, 4, 3, 5}, {1, 4, 1, 5}}, {{1, 4, 1, 1}, {1, 1, 3, 5}}, {{3, 1}, {1, 4, 1, 5}},
};

// Computes the output with one call of `kernel` for each row.
template <typename Kernel, typename Params>
void run(Kernel kernel, Params& p, const Constant& a, const Constant& b, const Constant& expected,
         KernelBuffer& out) {
  const PixelRows form = pixel_rows(expected.shape());
  const auto left = row_operand(a.shape(), expected.shape());
  const auto right = row_operand(b.shape(), expected.shape());
  REQUIRE((left && right));
  p.channels = static_cast<std::int32_t>(form.channels);
  p.a_pixel = static_cast<std::int32_t>(left->pixel);
  p.a_channel = static_cast<std::int32_t>(left->channel);
  p.b_pixel = static_cast<std::int32_t>(right->pixel);
  p.b_channel = static_cast<std::int32_t>(right->channel);
  const auto element = static_cast<std::int64_t>(size_of(expected.type()));
  KernelBuffer in_a(a), in_b(b);
  const auto row_of = [&](KernelBuffer& buffer, bool by_rows, std::int64_t y) {
    const auto bytes = static_cast<std::int64_t>(buffer.size());
    return buffer.at(by_rows ? y * bytes / form.rows : 0);
  };
  for (std::int64_t y = 0; y < form.rows; ++y) {
    kernel(&p, row_of(in_a, left->by_rows, y), row_of(in_b, right->by_rows, y),
           out.at(y * form.pixels * form.channels * element),
           static_cast<std::int32_t>(form.pixels));
  }
}

}  // namespace

TEST_CASE("operands in rows: what is repeated, and what no row has") {
  CHECK(!row_operand({2, 1, 3, 5}, {2, 4, 3, 5}));
  CHECK(row_operand({1, 1, 3, 5}, {2, 4, 3, 5})->by_rows == false);
  CHECK(row_operand({2, 4, 1, 1}, {2, 4, 3, 5})->by_rows == true);
  CHECK(row_operand({3, 1}, {2, 4, 3, 5})->pixel == 1);
  CHECK(row_operand({3, 1}, {2, 4, 3, 5})->channel == 0);
  CHECK(pixel_rows({7}).channels == 7);
  CHECK(pixel_rows({2, 3, 4, 5}).rows == 6);
}

TEST_CASE("binary_rows_f32: every kind and broadcast") {
  Random random(1);
  for (const Shapes& shapes : kShapes) {
    for (int kind = 0; kind <= static_cast<int>(BinaryKind::kPow); ++kind) {
      const ConstantPtr a = random_floats(random, shapes.a, 0.1F, 4);
      const ConstantPtr b = random_floats(random, shapes.b, 0.1F, 4);
      Binary op;
      op.kind = static_cast<BinaryKind>(kind);
      op.act = {0.3F, 3};
      const ConstantPtr expected = evaluate_op(op, {{a, {}}, {b, {}}});
      spindle_binary_rows_f32_params p{kind, 0, 0, 0, 0, 0, op.act.lo, op.act.hi};
      KernelBuffer out(expected->bytes().size(), 4);
      run(spindle_binary_rows_f32, p, *a, *b, *expected, out);
      INFO("kind " << kind << ", " << to_string(shapes.a) << " " << to_string(shapes.b));
      REQUIRE(compare_floats(*expected, out) == "");
    }
  }
}

TEST_CASE("binary_s8: every kind and broadcast, both types, limits, division by zero") {
  Random random(2);
  for (const Shapes& shapes : kShapes) {
    for (int kind = 1; kind < static_cast<int>(BinaryKind::kPow); ++kind) {
      if (kind == static_cast<int>(BinaryKind::kMul)) continue;  // computed by its own kernel
      const DType type = random.flip() ? DType::kI8 : DType::kU8;
      const auto quant = [&] {
        return Quant{{random.real(0.01F, 0.1F)},
                     {static_cast<int>(random.integer(min_of(type), max_of(type)))},
                     -1};
      };
      const Quant qa = quant();
      const Quant qb = quant();
      const Quant qy = quant();
      const ConstantPtr a = random_values(random, type, shapes.a);
      const ConstantPtr b = random_values(random, type, shapes.b);
      Binary op;
      op.kind = static_cast<BinaryKind>(kind);
      if (random.flip()) op.act = {-0.5F, 1.5F};
      const ConstantPtr expected = evaluate_op(op, {{a, qa}, {b, qb}}, Output{type, qy});
      const QuantLimits limits = quantized_limits(op.act, type, qy);
      spindle_binary_s8_params p{kind,
                                 0,
                                 0,
                                 0,
                                 0,
                                 0,
                                 qa.scale[0],
                                 qb.scale[0],
                                 qy.scale[0],
                                 to_kernel_s8(type, qa.zero_point[0]),
                                 to_kernel_s8(type, qb.zero_point[0]),
                                 to_kernel_s8(type, qy.zero_point[0]),
                                 to_kernel_s8(type, limits.lo),
                                 to_kernel_s8(type, limits.hi)};
      KernelBuffer out(expected->bytes().size(), 1);
      run(spindle_binary_s8, p, *to_kernel_s8(*a), *to_kernel_s8(*b), *expected, out);
      INFO("kind " << kind << ", " << to_string(shapes.a) << " " << to_string(shapes.b));
      REQUIRE(compare_8bit(*expected, out) == "");
    }
  }
}

namespace {

// A sum or product of 8-bit tensors with random types, scales and limits.
struct RuleCase {
  DType type;
  Quant qa, qb, qy;
  ConstantPtr a, b, expected;
  QuantLimits limits;
  int offset;

  RuleCase(Random& random, BinaryKind kind, const Shapes& shapes)
      : type(random.flip() ? DType::kI8 : DType::kU8), offset(type == DType::kU8 ? 128 : 0) {
    const auto quant = [&](float least, float most) {
      return Quant{{random.real(least, most)},
                   {static_cast<int>(random.integer(min_of(type), max_of(type)))},
                   -1};
    };
    qa = quant(0.01F, 0.1F);
    qb = quant(0.01F, 0.1F);
    qy = kind == BinaryKind::kMul ? quant(0.1F, 0.3F) : quant(0.05F, 0.2F);
    a = random_values(random, type, shapes.a);
    b = random_values(random, type, shapes.b);
    Binary op{kind, {}};
    if (random.flip()) op.act = {-0.5F, 1.5F};
    expected = evaluate_op(op, {{a, qa}, {b, qb}}, Output{type, qy});
    limits = quantized_limits(op.act, type, qy);
  }
};

}  // namespace

TEST_CASE("mul_s8: every broadcast, both types, limits") {
  Random random(4);
  for (int i = 0; i < 20; ++i) {
    for (const Shapes& shapes : kShapes) {
      const RuleCase c(random, BinaryKind::kMul, shapes);
      spindle_mul_s8_params p{};
      const float scales = c.qa.scale[0] * c.qb.scale[0];
      p.multiplier = scales / c.qy.scale[0];
      p.a_zero = to_kernel_s8(c.type, c.qa.zero_point[0]);
      p.b_zero = to_kernel_s8(c.type, c.qb.zero_point[0]);
      p.out_zero = c.qy.zero_point[0];
      p.out_offset = c.offset;
      p.lo = c.limits.lo - c.offset;
      p.hi = c.limits.hi - c.offset;
      KernelBuffer out(c.expected->bytes().size(), 1);
      run(spindle_mul_s8, p, *to_kernel_s8(*c.a), *to_kernel_s8(*c.b), *c.expected, out);
      INFO(to_string(shapes.a) << " " << to_string(shapes.b));
      REQUIRE(compare_8bit(*c.expected, out) == "");
    }
  }
}

TEST_CASE("add_rows_s8: every broadcast, both types, limits; a single value comes second") {
  Random random(5);
  for (int i = 0; i < 20; ++i) {
    for (const Shapes& given : kShapes) {
      RuleCase c(random, BinaryKind::kAdd, given);
      if (element_count(given.a) == 1) {
        std::swap(c.a, c.b);
        std::swap(c.qa, c.qb);
      }
      spindle_add_rows_s8_params p{};
      p.a_scale = c.qa.scale[0] / c.qy.scale[0];
      p.b_scale = c.qb.scale[0] / c.qy.scale[0];
      const float b_part = p.b_scale * static_cast<float>(c.qb.zero_point[0]);
      const float zeros = std::fma(p.a_scale, static_cast<float>(c.qa.zero_point[0]), b_part);
      p.bias = static_cast<float>(c.qy.zero_point[0]) - zeros;
      p.a_offset = p.b_offset = p.out_offset = c.offset;
      p.lo = c.limits.lo - c.offset;
      p.hi = c.limits.hi - c.offset;
      KernelBuffer out(c.expected->bytes().size(), 1);
      run(spindle_add_rows_s8, p, *to_kernel_s8(*c.a), *to_kernel_s8(*c.b), *c.expected, out);
      INFO(to_string(given.a) << " " << to_string(given.b));
      REQUIRE(compare_8bit(*c.expected, out) == "");
    }
  }
}

TEST_CASE("matmul_f32: one matrix, batches, a batch that is repeated") {
  Random random(3);
  struct Case {
    Shape a, b;
    std::int32_t rank;
    std::int32_t extent[2], a_stride[2], b_stride[2];
  };
  const Case cases[] = {
      {{3, 4}, {4, 5}, 0, {1, 1}, {0, 0}, {0, 0}},
      {{2, 3, 4}, {2, 4, 5}, 1, {2, 1}, {12, 0}, {20, 0}},
      {{2, 1, 3, 4}, {3, 4, 5}, 2, {2, 3}, {12, 0}, {0, 20}},
  };
  for (const Case& c : cases) {
    const ConstantPtr a = random_floats(random, c.a);
    const ConstantPtr b = random_floats(random, c.b);
    const ConstantPtr expected = evaluate_op(MatMul{}, {{a, {}}, {b, {}}});
    spindle_matmul_f32_params p{3, 4, 5, c.rank, {}, {}, {}};
    for (int d = 0; d < 2; ++d) {
      p.extent[d] = c.extent[d];
      p.a_stride[d] = c.a_stride[d];
      p.b_stride[d] = c.b_stride[d];
    }
    KernelBuffer in_a(*a), in_b(*b), out(expected->bytes().size(), 4);
    spindle_matmul_f32(&p, in_a.data(), in_b.data(), out.data());
    REQUIRE(compare_floats(*expected, out) == "");
  }
}
