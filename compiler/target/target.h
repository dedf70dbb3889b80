// The cores that Spindle compiles for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

struct Target {
  std::string_view name;          // as given to --target
  std::string_view description;   // for `spindle targets`
  bool fpu = false;               // float32 in hardware
  bool dsp = false;               // Armv7E-M / Armv8-M DSP: SMLAD, SXTB16
  bool mve = false;               // Helium, integer and float
  bool neon = false;              // Advanced SIMD
  bool fma = false;               // fused multiply-add of vectors; AArch64 always has it
  bool a64 = false;               // AArch64
  bool dotprod = false;           // SDOT
  bool i8mm = false;              // SMMLA
  bool portable_vectors = false;  // compilers turn portable C into vector code
};

// Every target, in the order of the documentation; the first is "host".
[[nodiscard]] std::span<const Target> targets();

// Null if there is no such target.
[[nodiscard]] const Target* find_target(std::string_view name);

}  // namespace spindle
