#include "compiler/driver/time_estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace spindle {
namespace {

struct Rate {
  double cycles_per_mac = 0;  // 0: no figure
  std::string_view basis;
};

struct Core {
  std::string_view target;
  double megahertz = 0;
  Rate s8, f32;
};

// Derived figures: instructions retired under emulation. Spindle's portable kernels on MobileNetV2
// 0.35 at 128x128; XNNPACK's on 1.0 at 224x224.
constexpr std::string_view kCounted = "counted instructions, one per cycle";
constexpr std::string_view kXnnpack = "XNNPACK's instructions, one per cycle";
constexpr std::string_view kXnnpack2 = "XNNPACK's instructions, two per cycle";

constexpr std::array kCores{
    Core{"cortex-m0plus", 48, {26, kCounted}, {180, kCounted}},
    Core{"cortex-m3", 72, {11, kCounted}, {85, kCounted}},
    Core{"cortex-m23", 48, {26, kCounted}, {180, kCounted}},
    Core{"cortex-m4", 120, {1.43, "best measured on an M4, MLPerf Tiny"}, {3.7, kCounted}},
    // 1106.6 ms at 400 MHz for 300.8 M MACs.
    Core{"cortex-m7", 400, {1.47, "ST Edge AI's MobileNetV2, measured"}, {3.7, kCounted}},
    Core{"cortex-m33", 160, {1.27, "best measured on an M33, MLPerf Tiny"}, {3.7, kCounted}},
    // Pointwise 0.39 to 1.26, depthwise 3.8; depthwise is 7 % of the network's MACs.
    Core{"cortex-m55", 400, {1.0, "CMSIS-NN measured on an M55"}, {}},
    Core{"cortex-m85", 480, {0.86, "best measured on an M85, MLPerf Tiny"}, {}},
    Core{"cortex-a53", 1400, {0.44, kXnnpack}, {0.65, kXnnpack}},
    Core{"cortex-a55", 1800, {0.16, kXnnpack}, {0.65, kXnnpack}},
    Core{"cortex-a72", 1500, {0.19, kXnnpack2}, {0.2, kXnnpack2}},
    Core{"cortex-a76", 2400, {0.08, kXnnpack2}, {0.18, "69 % of peak, the best published"}},
};

}  // namespace

std::optional<TimeEstimate> estimate_time(const Target& target, std::int64_t macs_s8,
                                          std::int64_t macs_f32) {
  const auto* core = std::find_if(kCores.begin(), kCores.end(),
                                  [&](const Core& c) { return c.target == target.name; });
  if (core == kCores.end() || macs_s8 + macs_f32 == 0) return std::nullopt;
  if (macs_s8 > 0 && core->s8.cycles_per_mac == 0) return std::nullopt;
  if (macs_f32 > 0 && core->f32.cycles_per_mac == 0) return std::nullopt;
  const double cycles = static_cast<double>(macs_s8) * core->s8.cycles_per_mac +
                        static_cast<double>(macs_f32) * core->f32.cycles_per_mac;
  TimeEstimate estimate;
  estimate.cycles = std::llround(cycles);
  estimate.cycles_per_mac = cycles / static_cast<double>(macs_s8 + macs_f32);
  estimate.megahertz = core->megahertz;
  estimate.basis = macs_s8 >= macs_f32 ? core->s8.basis : core->f32.basis;
  return estimate;
}

std::string human_milliseconds(double milliseconds) {
  if (milliseconds >= 1000) return fmt::format("{:.1f} s", milliseconds / 1000);
  if (milliseconds >= 10) return fmt::format("{:.0f} ms", milliseconds);
  return fmt::format("{:.2f} ms", milliseconds);
}

}  // namespace spindle
