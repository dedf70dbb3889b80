// Histograms and ranges: what `quantize` knows of a tensor's values, and the scales it chooses.
#include <algorithm>
#include <cmath>
#include <random>

#include "compiler/quantize/histogram.h"
#include "compiler/quantize/ranges.h"
#include "tests/catch.h"

using namespace spindle;

namespace {

std::vector<float> normal(std::size_t count, float deviation, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution(0, deviation);
  std::vector<float> values(count);
  for (float& value : values) value = distribution(random);
  return values;
}

bool same(const Histogram& a, const Histogram& b) {
  const auto one = a.bins();
  const auto two = b.bins();
  if (one.size() != two.size() || a.zeros() != b.zeros() || a.count() != b.count()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i].value != two[i].value || one[i].count != two[i].count) return false;
  }
  return true;
}

double true_error(const std::vector<float>& values, const Quant& quant, DType type) {
  double sum = 0;
  for (const float value : values) {
    const double scale = static_cast<double>(quant.scale[0]);
    const double code =
        std::clamp<double>(std::nearbyint(static_cast<double>(value) / scale) + quant.zero_point[0],
                           min_of(type), max_of(type));
    const double error = static_cast<double>(value) - scale * (code - quant.zero_point[0]);
    sum += error * error;
  }
  return sum;
}

}  // namespace

TEST_CASE("a histogram depends neither on the order of values nor on how they are divided") {
  std::vector<float> values = normal(5000, 1, 1);
  for (const float value : normal(100, 1000, 2)) values.push_back(value);
  for (const float value : normal(100, 1e-6F, 3)) values.push_back(value);
  values.resize(values.size() + 50, 0.0F);
  Histogram whole;
  whole.add(values);
  std::reverse(values.begin(), values.end());
  Histogram parts;
  Histogram other;
  const std::span<const float> all(values);
  for (std::size_t i = 0; i < values.size(); i += 50) {
    (i % 3 == 0 ? parts : other).add(all.subspan(i, 50));
  }
  parts.merge(other);
  CHECK(same(whole, parts));
  CHECK(whole.count() == 5250);
  CHECK(whole.zeros() == 50);
  double counted = 0;
  for (const Histogram::Bin& bin : whole.bins()) counted += bin.count;
  CHECK(counted == 5200);
}

TEST_CASE("a histogram keeps the extremes, and bins no wider than 1/2000 of their distance") {
  Histogram histogram;
  histogram.add(std::vector<float>{-3, 5, 0.5F});
  CHECK(histogram.least() == -3);
  CHECK(histogram.most() == 5);
  const auto bins = histogram.bins();
  REQUIRE(bins.size() == 3);
  CHECK(std::abs(bins[1].value - 0.5) < 8.0 / 2000);
  Histogram constant;
  constant.add(std::vector<float>(4, 7.0F));
  REQUIRE(constant.bins().size() == 1);
  CHECK(constant.bins()[0].value == 7.0);
}

TEST_CASE("zero has a code, and a range from 0 does not reach beyond its end") {
  for (const DType type : {DType::kI8, DType::kU8}) {
    for (const double high : {6.0, 1.0, 0.1, 1234.5}) {
      const Quant quant = quant_for(0, high, type);
      CHECK(quant.zero_point[0] == min_of(type));
      CHECK(static_cast<double>(quant.scale[0]) * 255 <= high);
      CHECK(static_cast<double>(quant.scale[0]) * 255 >= high * (1 - 1e-6));
    }
    const Quant both = quant_for(-1, 3, type);
    CHECK(std::abs(both.zero_point[0] - min_of(type) - 64) <= 1);
  }
  CHECK(quant_for(0, 0, DType::kI8).scale[0] > 0);
}

TEST_CASE("the range of least error cuts off outliers, and no other range does better") {
  std::vector<float> values = normal(400000, 1, 4);
  values.push_back(8);
  Histogram histogram;
  histogram.add(values);
  RangeOptions options;
  const Quant best = choose_quant(histogram, {}, options);
  const double error = true_error(values, best, DType::kI8);
  options.rule = RangeRule::kMinMax;
  CHECK(error < true_error(values, choose_quant(histogram, {}, options), DType::kI8) * 0.85);
  options.rule = RangeRule::kPercentile;
  CHECK(error <= true_error(values, choose_quant(histogram, {}, options), DType::kI8));
  for (double low = -9; low < -2; low += 0.75) {
    for (double high = 2; high <= 9; high += 0.75) {
      CHECK(error <= true_error(values, quant_for(low, high, DType::kI8), DType::kI8) * 1.01);
    }
  }
}

TEST_CASE("the limits of an activation are those of the range, whatever the values") {
  Histogram histogram;
  std::vector<float> values = normal(1000, 4, 5);
  for (float& value : values) value = std::clamp(value, 0.0F, 6.0F);
  histogram.add(values);
  for (const RangeRule rule :
       {RangeRule::kLeastError, RangeRule::kMinMax, RangeRule::kPercentile}) {
    RangeOptions options;
    options.rule = rule;
    const Quant quant = choose_quant(histogram, {.lo = 0, .hi = 6}, options);
    CHECK(quant.zero_point[0] == -128);
    CHECK(quant.scale[0] * 255 <= 6.0F);
    CHECK(quant.scale[0] * 255 > 5.5F);
  }
}

TEST_CASE("bytes scaled to -1..1 lose at most half a step") {
  Histogram histogram;
  std::vector<float> values;
  for (int byte = 0; byte < 256; ++byte) {
    values.push_back((static_cast<float>(byte) - 127.5F) / 127.5F);
  }
  histogram.add(values);
  const Quant quant = choose_quant(histogram, {}, {});
  CHECK(true_error(values, quant, DType::kI8) / 256 <= std::pow(2.0 / 255 / 2, 2));
}
