// Estimates how long a model takes on a core, without running it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/target/target.h"

namespace spindle {

struct TimeEstimate {
  std::int64_t cycles = 0;
  double cycles_per_mac = 0;
  double megahertz = 0;  // a usual clock frequency of chips with this core
  std::string basis;     // where the cycles per MAC come from, as a phrase

  [[nodiscard]] double milliseconds() const {
    return static_cast<double>(cycles) / (megahertz * 1000.0);
  }
};

// Estimates the time from the number of multiply-accumulates on 8-bit and on float32 data,
// including those that are computed again. Caches, flash wait states and all other work are left
// out, so it is right within a factor of about two. Returns nothing for a target without measured
// figures (host) and for a model without MACs.
[[nodiscard]] std::optional<TimeEstimate> estimate_time(const Target& target, std::int64_t macs_s8,
                                                        std::int64_t macs_f32);

// "0.42 ms", "16 ms", "1.1 s".
[[nodiscard]] std::string human_milliseconds(double milliseconds);

}  // namespace spindle
