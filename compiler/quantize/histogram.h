// The distribution of a tensor's values, collected picture by picture.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace spindle {

// A histogram that needs no range beforehand and constant memory. The width of its bins is a power
// of two, and doubles when a value comes that is out of reach: two bins become one. Because bins
// begin at multiples of their width, the result depends neither on the order of the values nor on
// how they are divided among histograms that are merged later.
class Histogram {
 public:
  // The values must be finite.
  void add(std::span<const float> values);
  void merge(const Histogram& other);

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  // How many values are exactly 0. They are not in the bins.
  [[nodiscard]] std::int64_t zeros() const { return zeros_; }
  // The smallest and the largest value; not for an empty histogram.
  [[nodiscard]] float least() const { return least_; }
  [[nodiscard]] float most() const { return most_; }

  struct Bin {
    double value = 0;  // its middle, but never outside of [least, most]
    double count = 0;
  };
  // The bins that hold values, ascending.
  [[nodiscard]] std::vector<Bin> bins() const;

 private:
  static constexpr std::int64_t kMostBins = 8192;
  static constexpr int kFinest = -64;  // the exponent of the finest width

  void reach(float low, float high);
  void coarsen(int exponent);

  int exponent_ = kFinest;  // bins are 2^exponent_ wide
  std::int64_t first_ = 0;  // bin i begins at (first_ + i) * width
  std::vector<std::int64_t> counts_;
  std::int64_t count_ = 0;
  std::int64_t zeros_ = 0;
  float least_ = 0, most_ = 0;
};

}  // namespace spindle
