#include "compiler/quantize/ranges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace spindle {
namespace {

struct Limits {
  double low = 0, high = 0;
};

double error_of(const std::vector<Histogram::Bin>& bins, const Quant& quant, DType type) {
  const double scale = static_cast<double>(quant.scale[0]);
  const double inverse = 1 / scale;
  const double least = min_of(type) - quant.zero_point[0];
  const double most = max_of(type) - quant.zero_point[0];
  double sum = 0;
  for (const Histogram::Bin& bin : bins) {
    // Rounds to the nearest integer: adding and subtracting 1.5 * 2^52 leaves no fraction.
    constexpr double kRound = 0x1.8p52;
    const double limited = std::clamp(bin.value * inverse, least, most);
    const double code = (limited + kRound) - kRound;
    const double error = bin.value - code * scale;
    sum += bin.count * error * error;
  }
  return sum;
}

// Tries the limits low * i / steps and high * j / steps around the best ones so far, and refines
// the steps.
class Search {
 public:
  Search(const std::vector<Histogram::Bin>& bins, Limits widest, DType type)
      : bins_(bins), widest_(widest), type_(type) {}

  Limits run() {
    constexpr int kSteps = 24;
    step_ = 1.0 / kSteps;
    for (int i = widest_.low < 0 ? 1 : kSteps; i <= kSteps; ++i) {
      for (int j = widest_.high > 0 ? 1 : kSteps; j <= kSteps; ++j) {
        test({i * step_, j * step_});
      }
    }
    for (int round = 0; round < 4; ++round) {
      step_ /= 3;
      const Limits centre = best_;
      for (int i = -3; i <= 3; ++i) {
        for (int j = -3; j <= 3; ++j) test({centre.low + i * step_, centre.high + j * step_});
      }
    }
    return {best_.low * widest_.low, best_.high * widest_.high};
  }

 private:
  // `parts` of the widest limits.
  void test(Limits parts) {
    if (parts.low <= 0 || parts.high <= 0 || parts.low > 1 || parts.high > 1) return;
    if (widest_.low == 0) parts.low = 1;
    if (widest_.high == 0) parts.high = 1;
    const Quant quant = quant_for(parts.low * widest_.low, parts.high * widest_.high, type_);
    const double error = error_of(bins_, quant, type_);
    if (error >= least_error_) return;
    least_error_ = error;
    best_ = parts;
  }

  const std::vector<Histogram::Bin>& bins_;
  Limits widest_;
  DType type_;
  double step_ = 0;
  Limits best_{1, 1};
  double least_error_ = std::numeric_limits<double>::infinity();
};

Limits percentile(const Histogram& values, const std::vector<Histogram::Bin>& bins, double tail) {
  const double most_out = tail * static_cast<double>(values.count());
  Limits limits{values.least(), values.most()};
  double out = 0;
  for (const Histogram::Bin& bin : bins) {
    out += bin.count;
    if (bin.value >= 0 || out > most_out) {
      limits.low = std::min(bin.value, 0.0);
      break;
    }
  }
  out = 0;
  for (auto bin = bins.rbegin(); bin != bins.rend(); ++bin) {
    out += bin->count;
    if (bin->value <= 0 || out > most_out) {
      limits.high = std::max(bin->value, 0.0);
      break;
    }
  }
  return limits;
}

}  // namespace

Quant quant_for(double low, double high, DType type) {
  low = std::min(low, 0.0);
  high = std::max(high, 0.0);
  const int least = min_of(type);
  const int most = max_of(type);
  Quant quant;
  if (high - low < 1e-30) {
    quant.scale = {1.0F / 128};
    quant.zero_point = {least};
    return quant;
  }
  auto scale = static_cast<float>((high - low) / 255);
  if (low == 0) {
    // The activation's limit is then no limit of the codes.
    while (static_cast<double>(scale) * 255 > high) {
      scale = std::nextafter(scale, 0.0F);
    }
  }
  quant.scale = {scale};
  const double zero = std::nearbyint(least - low / static_cast<double>(scale));
  quant.zero_point = {static_cast<std::int32_t>(std::clamp<double>(zero, least, most))};
  return quant;
}

Quant choose_quant(const Histogram& values, const Activation& bounds, const RangeOptions& options) {
  if (values.empty()) return quant_for(0, 0, options.type);
  const std::vector<Histogram::Bin> bins = values.bins();
  Limits limits{values.least(), values.most()};
  if (options.rule == RangeRule::kPercentile) limits = percentile(values, bins, options.tail);
  limits.low = std::max(std::min(limits.low, 0.0), static_cast<double>(bounds.lo));
  limits.high = std::min(std::max(limits.high, 0.0), static_cast<double>(bounds.hi));
  limits.low = std::min(limits.low, 0.0);
  limits.high = std::max(limits.high, 0.0);
  if (options.rule == RangeRule::kLeastError && limits.high > limits.low) {
    limits = Search(bins, limits, options.type).run();
  }
  return quant_for(limits.low, limits.high, options.type);
}

double squared_error(const Histogram& values, const Quant& quant, DType type) {
  return error_of(values.bins(), quant, type);
}

}  // namespace spindle
