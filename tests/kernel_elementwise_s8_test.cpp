// Tests of the 8-bit kernels for tables, sign flips, conversions from and to float, and softmax.
#include <cmath>
#include <vector>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

TEST_CASE("lut_s8: every value, in place too") {
  Random random(1);
  std::vector<std::int8_t> table(256);
  for (auto& entry : table) entry = static_cast<std::int8_t>(random.integer(-128, 127));
  const ConstantPtr x = random_values(random, DType::kI8, {1000});
  std::vector<std::int64_t> values;
  for (std::int64_t q : x->to_ints()) values.push_back(table[static_cast<std::size_t>(q + 128)]);
  const ConstantPtr expected = Constant::ints(DType::kI8, {1000}, values);
  const spindle_lut_s8_params p{table.data()};
  KernelBuffer in(*x), out(1000, 1);
  spindle_lut_s8(&p, in.data(), out.data(), 1000);
  REQUIRE(compare_8bit(*expected, out) == "");
  spindle_lut_s8(&p, in.data(), in.data(), 1000);
  REQUIRE(compare_8bit(*expected, in) == "");
}

TEST_CASE("flip_sign: uint8 and int8 by 128, in place") {
  Random random(2);
  const ConstantPtr x = random_values(random, DType::kU8, {777});
  KernelBuffer bytes(*x);
  spindle_flip_sign(bytes.data(), bytes.data(), 777);
  REQUIRE(compare_8bit(*x, bytes) == "");
  spindle_flip_sign(bytes.data(), bytes.data(), 777);
  REQUIRE(compare_bytes(*x, bytes) == "");
}

TEST_CASE("quantize_f32_s8: ties, saturation, infinities, every zero point") {
  std::vector<float> x{0.0F, -0.0F, 1e30F, -1e30F, INFINITY, -INFINITY, 1e-40F, 8388609.0F};
  for (int half = -700; half <= 700; ++half) {
    x.push_back(static_cast<float>(half) * 0.125F);
    x.push_back(std::nextafter(static_cast<float>(half) * 0.125F, 100.0F));
  }
  const auto count = static_cast<std::int32_t>(x.size());
  const Value input = f32({count}, x);
  for (DType type : {DType::kI8, DType::kU8}) {
    for (float scale : {0.25F, 0.1F, 3.0F, 1e-3F}) {
      for (int zero = min_of(type); zero <= max_of(type); zero += 51) {
        const ConstantPtr expected =
            evaluate_op(Quantize{}, {input}, Output{type, Quant{{scale}, {zero}, -1}});
        const spindle_quantize_params p{scale, to_kernel_s8(type, zero)};
        KernelBuffer in(*input.data), out(x.size(), 1);
        spindle_quantize_f32_s8(&p, in.data(), out.data(), count);
        REQUIRE(compare_8bit(*expected, out) == "");
      }
    }
  }
}

TEST_CASE("dequantize_s8_f32: every value and zero point, exactly") {
  std::vector<std::int64_t> all;
  for (int q = -128; q < 128; ++q) all.push_back(q);
  for (int zero = -128; zero < 128; ++zero) {
    const Value input = s8({256}, all, 0.0371F, zero);
    const ConstantPtr expected = evaluate_op(Dequantize{}, {input});
    const spindle_quantize_params p{0.0371F, zero};
    KernelBuffer in(*input.data), out(256 * 4, 4);
    spindle_dequantize_s8_f32(&p, in.data(), out.data(), 256);
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}

TEST_CASE("softmax_s8: classes, scales, types") {
  Random random(3);
  for (DType type : {DType::kI8, DType::kU8}) {
    for (int classes : {1, 2, 5, 21, 1001}) {
      for (float in_scale : {0.001F, 0.1F, 0.7F}) {
        for (float out_scale : {1.0F / 256, 1.0F / 255, 1.0F / 100, 1e-5F}) {
          const int in_zero = static_cast<int>(random.integer(min_of(type), max_of(type)));
          const ConstantPtr x = random_values(random, type, {3, classes});
          const int out_zero = min_of(type) + 3;
          const ConstantPtr expected =
              evaluate_op(Softmax{1}, {{x, Quant{{in_scale}, {in_zero}, -1}}},
                          Output{type, Quant{{out_scale}, {out_zero}, -1}});
          std::vector<float> table;
          for (int d = 0; d < 256; ++d) {
            table.push_back(static_cast<float>(std::exp(-static_cast<double>(in_scale) * d)));
          }
          const float steps = classes == 1 ? 1 / out_scale : std::floor(1 / out_scale);
          const spindle_softmax_s8_params p{table.data(), classes, steps,
                                            to_kernel_s8(type, out_zero), 1};
          KernelBuffer in(*to_kernel_s8(*x)), out(static_cast<std::size_t>(3 * classes), 1);
          spindle_softmax_s8(&p, in.data(), out.data(), 3);
          REQUIRE(compare_8bit(*expected, out) == "");
        }
      }
    }
  }
}

TEST_CASE("softmax_s8: along a middle dimension") {
  Random random(4);
  const Quant in_quant{{0.1F}, {-7}, -1};
  const Quant out_quant{{1.0F / 256}, {-128}, -1};
  std::vector<float> table;
  for (int d = 0; d < 256; ++d)
    table.push_back(static_cast<float>(std::exp(-static_cast<double>(0.1F) * d)));
  for (const Shape& shape : {Shape{3, 5, 7}, Shape{1, 21, 4}, Shape{2, 1, 3}}) {
    const ConstantPtr x = random_values(random, DType::kI8, shape);
    const ConstantPtr expected =
        evaluate_op(Softmax{1}, {{x, in_quant}}, Output{DType::kI8, out_quant});
    const spindle_softmax_s8_params p{table.data(), static_cast<std::int32_t>(shape[1]), 256, -128,
                                      static_cast<std::int32_t>(shape[2])};
    KernelBuffer in(*x), out(x->bytes().size(), 1);
    spindle_softmax_s8(&p, in.data(), out.data(), static_cast<std::int32_t>(shape[0] * shape[2]));
    REQUIRE(compare_8bit(*expected, out) == "");
  }
}

TEST_CASE("table_s8 and table_f32: one function for each channel") {
  Random random(5);
  for (DType type : {DType::kI8, DType::kU8}) {
    for (std::int64_t channels : {1, 3, 5}) {
      const ConstantPtr x = random_values(random, type, {1, 4, 7, channels});
      const int axis = channels == 1 ? -1 : 3;
      const ConstantPtr bytes = random_values(random, DType::kI8, {channels, 256});
      const ConstantPtr floats = random_floats(random, {channels, 256});
      const Quant quant{{0.1F}, {0}, -1};
      KernelBuffer in(*to_kernel_s8(*x)), y(x->bytes().size(), 1), real(x->bytes().size() * 4, 4);
      const auto count = static_cast<std::int32_t>(channels);
      const spindle_table_s8_params p{bytes->as<std::int8_t>().data(), count};
      spindle_table_s8(&p, in.data(), y.data(), 28);
      REQUIRE(compare_8bit(*evaluate_op(Table{axis}, {{x, quant}, {bytes, quant, true}},
                                        Output{DType::kI8, quant}),
                           y) == "");
      const spindle_table_f32_params q{floats->as<float>().data(), count};
      spindle_table_f32(&q, in.data(), real.data(), 28);
      REQUIRE(compare_bytes(*evaluate_op(Table{axis}, {{x, quant}, {floats, {}, true}}), real) ==
              "");
      spindle_table_s8(&p, in.data(), in.data(), 28);
      REQUIRE(compare_bytes(*evaluate_op(Table{axis}, {{x, quant}, {bytes, quant, true}},
                                         Output{DType::kI8, quant}),
                            in) == "");
    }
  }
}
