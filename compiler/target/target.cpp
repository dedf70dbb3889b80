#include "compiler/target/target.h"

#include <algorithm>
#include <array>

namespace spindle {
namespace {

constexpr std::array kTargets{
    Target{.name = "host",
           .description = "this machine, portable C",
           .fpu = true,
           .portable_vectors = true},
    Target{.name = "cortex-m0plus", .description = "Armv6-M, no FPU"},
    Target{.name = "cortex-m3", .description = "Armv7-M, no FPU"},
    Target{.name = "cortex-m23", .description = "Armv8-M baseline, no FPU"},
    Target{.name = "cortex-m4", .description = "Armv7E-M, DSP, FPU", .fpu = true, .dsp = true},
    Target{.name = "cortex-m7", .description = "Armv7E-M, DSP, FPU", .fpu = true, .dsp = true},
    Target{.name = "cortex-m33", .description = "Armv8-M, DSP, FPU", .fpu = true, .dsp = true},
    Target{.name = "cortex-m55",
           .description = "Armv8.1-M, Helium (MVE)",
           .fpu = true,
           .dsp = true,
           .mve = true},
    Target{.name = "cortex-m85",
           .description = "Armv8.1-M, Helium (MVE)",
           .fpu = true,
           .dsp = true,
           .mve = true},
    Target{.name = "cortex-a7",
           .description = "Armv7-A, NEON, FMA",
           .fpu = true,
           .neon = true,
           .fma = true},
    Target{.name = "cortex-a9", .description = "Armv7-A, NEON", .fpu = true, .neon = true},
    Target{.name = "cortex-a53",
           .description = "Armv8-A, NEON",
           .fpu = true,
           .neon = true,
           .a64 = true},
    Target{.name = "cortex-a72",
           .description = "Armv8-A, NEON",
           .fpu = true,
           .neon = true,
           .a64 = true},
    Target{.name = "cortex-a55",
           .description = "Armv8.2-A, NEON, dot product",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .dotprod = true},
    Target{.name = "cortex-a76",
           .description = "Armv8.2-A, NEON, dot product",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .dotprod = true},
    Target{.name = "cortex-a76+i8mm",
           .description = "Armv8.2-A, NEON, dot and matrix product",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .dotprod = true,
           .i8mm = true},
};

}  // namespace

std::span<const Target> targets() {
  return kTargets;
}

const Target* find_target(std::string_view name) {
  const auto* found = std::find_if(kTargets.begin(), kTargets.end(),
                                   [&](const Target& target) { return target.name == name; });
  return found == kTargets.end() ? nullptr : found;
}

}  // namespace spindle
