// Tests of the kernels that sum 1x1 convolutions over groups of input channels, and requantize the
// sums.
#include <cstring>
#include <vector>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct SumCase {
  std::int64_t pixels = 5, in_channels = 8, out_channels = 8;
  DType type = DType::kI8;
  int in_zero = 0;
  bool weight_zeros = false;
  bool previous = true;
  // The new sum overlaps the previous one and begins this many elements before it. -1: it has
  // memory of its own.
  int ahead = -1;
};

class SumCheck {
 public:
  SumCheck(const SumCase& c, Random& random)
      : case_(c),
        x_(random_values(random, c.type, {1, 1, c.pixels, c.in_channels})),
        w_(random_values(random, DType::kI8, {c.out_channels, 1, 1, c.in_channels})),
        bias_(random_integers(random, DType::kI32, {c.out_channels}, -5000, 5000)),
        previous_(random_integers(random, DType::kI32, {1, 1, c.pixels, c.out_channels}, -1000000,
                                  1000000)) {
    for (std::int64_t o = 0; o < c.out_channels; ++o) {
      zero_.push_back(c.weight_zeros ? static_cast<std::int32_t>(random.integer(-128, 127)) : 0);
    }
  }

  // Returns a difference between kernel and reference, or an empty text.
  std::string run() {
    const auto zero = to_kernel_s8(case_.type, case_.in_zero);
    for (std::int64_t o = 0; o < case_.out_channels; ++o) folded_.push_back(folded_bias(o, zero));
    const spindle_pw_sum_s8_params p{w_->as<std::int8_t>().data(), folded_.data(),
                                     case_.weight_zeros ? zero_.data() : nullptr,
                                     static_cast<std::int32_t>(case_.in_channels),
                                     static_cast<std::int32_t>(case_.out_channels)};
    const auto pixels = static_cast<std::int32_t>(case_.pixels);
    const KernelBuffer in(*to_kernel_s8(*x_));
    const std::size_t bytes = previous_->bytes().size();
    const int ahead = std::max(case_.ahead, 0);
    const std::size_t gap = static_cast<std::size_t>(ahead) * 4;
    KernelBuffer sum(bytes + gap, 4);
    if (!case_.previous) {
      spindle_pw_sum_s8(&p, in.data(), sum.data(), pixels);
    } else if (case_.ahead < 0) {
      const KernelBuffer previous(*previous_);
      spindle_pw_sum_add_s8(&p, in.data(), previous.data(), sum.data(), pixels);
    } else {
      std::memcpy(sum.at(ahead * 4), previous_->bytes().data(), bytes);
      spindle_pw_sum_add_s8(&p, in.data(), sum.at(ahead * 4), sum.data(), pixels);
    }
    return compare_bytes(*expected(), sum);
  }

 private:
  [[nodiscard]] std::int32_t folded_bias(std::int64_t o, std::int32_t zero) const {
    std::int64_t sum = 0;
    for (std::int64_t k = 0; k < case_.in_channels; ++k) {
      sum += w_->as_int(o * case_.in_channels + k) - zero_[static_cast<std::size_t>(o)];
    }
    return static_cast<std::int32_t>(bias_->as_int(o) - zero * sum);
  }

  [[nodiscard]] ConstantPtr expected() const {
    const std::vector<float> scale(zero_.size(), 0.01F);
    std::vector<Value> inputs{
        {x_, Quant{{0.02F}, {case_.in_zero}, -1}}, {w_, Quant{scale, zero_, 0}}, {bias_, {}}};
    if (case_.previous) inputs.push_back({previous_, {}});
    return evaluate_op(PartialSum{}, inputs);
  }

  SumCase case_;
  ConstantPtr x_, w_, bias_, previous_;
  std::vector<std::int32_t> zero_, folded_;
};

void check(const SumCase& c, Random& random) {
  INFO(c.pixels << " pixels, " << c.in_channels << " -> " << c.out_channels << ", ahead "
                << c.ahead);
  REQUIRE(SumCheck(c, random).run() == "");
}

}  // namespace

TEST_CASE("pw_sum_s8: every small channel count and pixel count") {
  Random random(1);
  for (int in = 1; in <= 40; ++in) {
    for (int out = 1; out <= 40; out += 1 + out / 12) {
      SumCase c;
      c.pixels = 1 + (in * 7 + out) % 40;
      c.in_channels = in;
      c.out_channels = out;
      c.type = random.flip() ? DType::kI8 : DType::kU8;
      c.in_zero = static_cast<int>(random.integer(min_of(c.type), max_of(c.type)));
      c.weight_zeros = random.flip();
      c.previous = random.flip();
      c.ahead = static_cast<int>(random.integer(-1, 2));
      check(c, random);
    }
  }
}

TEST_CASE("pw_sum_add_s8: the sum may be the previous one or begin before it") {
  Random random(2);
  for (int pixels = 1; pixels <= 9; ++pixels) {
    for (int out : {1, 2, 3, 8, 13}) {
      for (int ahead = 0; ahead <= pixels * out + 1; ++ahead) {
        SumCase c;
        c.pixels = pixels;
        c.in_channels = 5;
        c.out_channels = out;
        c.ahead = ahead;
        check(c, random);
      }
    }
  }
}

TEST_CASE("requantize_s32: every size, accumulators at their extremes") {
  Random random(3);
  for (int channels = 1; channels <= 40; ++channels) {
    const std::int32_t pixels = 1 + channels * 3 % 11;
    const bool wide = channels % 2 == 0;
    const DType type = channels % 3 == 0 ? DType::kU8 : DType::kI8;
    const std::int64_t most = wide ? INT32_MAX : 20000;
    std::vector<std::int64_t> sums =
        random_integers(random, DType::kI32, {pixels * channels}, -most, most)->to_ints();
    sums[0] = wide ? INT32_MIN : 0;
    const ConstantPtr x = Constant::ints(DType::kI32, {1, 1, pixels, channels}, sums);
    Quant scales{{}, std::vector<std::int32_t>(static_cast<std::size_t>(channels), 0), 3};
    for (int c = 0; c < channels; ++c) {
      scales.scale.push_back(random.real(1e-4F, 1e-2F) * (wide ? 1e-5F : 1.0F));
    }
    const float sy = 1.0F;
    const auto zero = static_cast<std::int32_t>(random.integer(min_of(type), max_of(type)));
    const Activation act = random.flip() ? Activation{-20, 30} : Activation{};
    const Quant y{{sy}, {zero}, -1};
    const ConstantPtr expected = evaluate_op(RequantizeSum{act}, {{x, scales}}, Output{type, y});
    const QuantLimits limits = quantized_limits(act, type, y);
    const spindle_requantize_s32_params p{scales.scale.data(), channels, to_kernel_s8(type, zero),
                                          to_kernel_s8(type, limits.lo),
                                          to_kernel_s8(type, limits.hi)};
    const KernelBuffer in(*x);
    KernelBuffer out(static_cast<std::size_t>(pixels * channels), 1);
    spindle_requantize_s32(&p, in.data(), out.data(), pixels);
    INFO(channels << " channels");
    REQUIRE(compare_8bit(*expected, out) == "");
  }
}

TEST_CASE("channel_slice: every range of channels, every element size") {
  Random random(4);
  for (DType type : {DType::kI8, DType::kI16, DType::kF32}) {
    const auto bytes = static_cast<std::int32_t>(size_of(type));
    const ConstantPtr x = random_values(random, type, {1, 1, 6, 9});
    const KernelBuffer in(*x);
    for (int first = 0; first < 9; ++first) {
      for (int count = 1; first + count <= 9; ++count) {
        const ConstantPtr expected =
            evaluate_op(Slice{{0, 0, 0, first}, {1, 1, 1, 1}, {1, 1, 6, count}}, {{x, {}}});
        const spindle_channel_slice_params p{9 * bytes, first * bytes, count * bytes};
        KernelBuffer out(expected->bytes().size(), static_cast<std::size_t>(bytes));
        spindle_channel_slice(&p, in.data(), out.data(), 6);
        REQUIRE(compare_bytes(*expected, out) == "");
      }
    }
  }
}
