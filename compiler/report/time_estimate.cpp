#include "compiler/report/time_estimate.h"

#include <fmt/format.h>

#include <cmath>

namespace spindle {

std::optional<TimeEstimate> estimate_time(const Target& target, std::int64_t macs_s8,
                                          std::int64_t macs_f32) {
  const TimeModel& core = target.time;
  if (core.megahertz == 0 || macs_s8 + macs_f32 == 0) return std::nullopt;
  if (macs_s8 > 0 && core.s8.cycles_per_mac == 0) return std::nullopt;
  if (macs_f32 > 0 && core.f32.cycles_per_mac == 0) return std::nullopt;
  const double cycles = static_cast<double>(macs_s8) * core.s8.cycles_per_mac +
                        static_cast<double>(macs_f32) * core.f32.cycles_per_mac;
  TimeEstimate estimate;
  estimate.cycles = std::llround(cycles);
  estimate.cycles_per_mac = cycles / static_cast<double>(macs_s8 + macs_f32);
  estimate.megahertz = core.megahertz;
  estimate.basis = macs_s8 >= macs_f32 ? core.s8.basis : core.f32.basis;
  return estimate;
}

std::string human_milliseconds(double milliseconds) {
  if (milliseconds >= 1000) return fmt::format("{:.1f} s", milliseconds / 1000);
  if (milliseconds >= 10) return fmt::format("{:.0f} ms", milliseconds);
  return fmt::format("{:.2f} ms", milliseconds);
}

}  // namespace spindle
