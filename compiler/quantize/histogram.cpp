#include "compiler/quantize/histogram.h"

#include <algorithm>
#include <cmath>

namespace spindle {
namespace {

// The bin of a value, counted from that which begins at 0.
std::int64_t bin_of(float value, int exponent) {
  return static_cast<std::int64_t>(std::floor(std::ldexp(static_cast<double>(value), -exponent)));
}

// Whether the bins from `low` to `high` would be too many, or have numbers that are too large.
bool too_fine(float low, float high, int exponent, std::int64_t most) {
  const double bins = std::ldexp(static_cast<double>(high) - static_cast<double>(low), -exponent);
  const double end = std::ldexp(
      std::max(std::abs(static_cast<double>(low)), std::abs(static_cast<double>(high))), -exponent);
  if (bins >= static_cast<double>(most) || end > 0x1p60) return true;
  return bin_of(high, exponent) - bin_of(low, exponent) >= most;
}

}  // namespace

void Histogram::add(std::span<const float> values) {
  if (values.empty()) return;
  float low = values[0];
  float high = values[0];
  for (const float value : values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  least_ = count_ == 0 ? low : std::min(least_, low);
  most_ = count_ == 0 ? high : std::max(most_, high);
  count_ += static_cast<std::int64_t>(values.size());
  reach(least_, most_);
  const double inverse = std::ldexp(1.0, -exponent_);
  const auto first = static_cast<double>(first_);
  std::int64_t* counts = counts_.data();
  std::int64_t zeros = 0;
  for (const float value : values) {
    if (value == 0) {
      ++zeros;
      continue;
    }
    ++counts[static_cast<std::int64_t>(std::floor(static_cast<double>(value) * inverse) - first)];
  }
  zeros_ += zeros;
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
  most_ = count_ == 0 ? other.most_ : std::max(most_, other.most_);
  count_ += other.count_;
  zeros_ += other.zeros_;
  Histogram copy = other;
  reach(least_, most_);
  copy.coarsen(exponent_);
  for (std::size_t i = 0; i < copy.counts_.size(); ++i) {
    if (copy.counts_[i] == 0) continue;
    counts_[copy.first_ + static_cast<std::int64_t>(i) - first_] += copy.counts_[i];
  }
}

std::vector<Histogram::Bin> Histogram::bins() const {
  std::vector<Bin> result;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const double begin = static_cast<double>(first_) + static_cast<double>(i);
    const double middle = std::ldexp(begin + 0.5, exponent_);
    result.push_back({std::clamp(middle, static_cast<double>(least_), static_cast<double>(most_)),
                      static_cast<double>(counts_[i])});
  }
  return result;
}

// Makes bins for all values from `low` to `high`, and keeps those that there are.
void Histogram::reach(float low, float high) {
  int exponent = exponent_;
  while (too_fine(low, high, exponent, kMostBins)) ++exponent;
  coarsen(exponent);
  std::int64_t first = bin_of(low, exponent_);
  std::int64_t last = bin_of(high, exponent_);
  if (!counts_.empty()) {
    first = std::min(first, first_);
    last = std::max(last, first_ + static_cast<std::int64_t>(counts_.size()) - 1);
  }
  std::vector<std::int64_t> counts(last - first + 1);
  std::copy(counts_.begin(), counts_.end(),
            counts.begin() + (counts_.empty() ? 0 : first_ - first));
  counts_ = std::move(counts);
  first_ = first;
}

void Histogram::coarsen(int exponent) {
  const int shift = exponent - exponent_;
  exponent_ = exponent;
  if (shift <= 0 || counts_.empty()) return;
  // Numbers of bins are below 2^61, so a larger shift gives the same.
  const int limited = std::min(shift, 62);
  const std::int64_t first = first_ >> limited;
  const std::int64_t last = (first_ + static_cast<std::int64_t>(counts_.size()) - 1) >> limited;
  std::vector<std::int64_t> counts(last - first + 1);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    counts[((first_ + static_cast<std::int64_t>(i)) >> limited) - first] += counts_[i];
  }
  counts_ = std::move(counts);
  first_ = first;
}

}  // namespace spindle
