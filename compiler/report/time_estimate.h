// How long a model will take on a core, before anything has run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/target/target.h"

namespace spindle {

struct TimeEstimate {
  std::int64_t cycles = 0;
  double cycles_per_mac = 0;
  double megahertz = 0;  // a usual clock of chips with this core
  std::string basis;     // where the cycles per MAC come from, a phrase

  [[nodiscard]] double milliseconds() const {
    return static_cast<double>(cycles) / (megahertz * 1000.0);
  }
};

// From multiply-accumulates alone, those on 8-bit and those on float32 data; what is computed again
// counts too. It leaves out caches, flash wait states and everything that is not a MAC: right
// within a factor of about two. Nothing for targets without a figure (host) and for models without
// MACs.
[[nodiscard]] std::optional<TimeEstimate> estimate_time(const Target& target, std::int64_t macs_s8,
                                                        std::int64_t macs_f32);

// "0.42 ms", "16 ms", "1.1 s".
[[nodiscard]] std::string human_milliseconds(double milliseconds);

}  // namespace spindle
