#include "compiler/codegen/llvm/llvm_target.h"

#include <algorithm>
#include <array>

namespace spindle {
namespace {

constexpr LlvmTarget soft(std::string_view name, std::string_view bitcode) {
  return {.name = name, .bitcode = bitcode, .cpu = name, .hard_float = false, .bare_metal = true};
}

constexpr LlvmTarget hard(std::string_view name, std::string_view bitcode) {
  return {.name = name, .bitcode = bitcode, .cpu = name, .bare_metal = true};
}

// LLVM's scheduling models of in-order cores keep so many values in flight that accumulators are
// spilled to the stack. Its model of a generic core, also in-order, does not.
constexpr LlvmTarget linux(std::string_view name, std::string_view bitcode,
                           std::string_view features = {}, std::string_view tune = {}) {
  return {.name = name,
          .bitcode = bitcode,
          .cpu = name.substr(0, name.find('+')),
          .features = features,
          .tune = tune};
}

constexpr std::array kTargets{
    LlvmTarget{.name = "host", .bitcode = "host"},
    soft("cortex-m0plus", "armv6m"),
    soft("cortex-m3", "armv7m"),
    soft("cortex-m23", "armv8m_base"),
    hard("cortex-m4", "armv7em"),
    hard("cortex-m7", "armv7em_fpv5"),
    hard("cortex-m33", "armv8m_main"),
    hard("cortex-m55", "armv81m_main"),
    hard("cortex-m85", "armv81m_main"),
    // In Debian's LLVM, the names of these two cores do not imply NEON.
    linux("cortex-a7", "armv7a_vfpv4", "+neon,+vfp4"),
    linux("cortex-a9", "armv7a", "+neon"),
    linux("cortex-a53", "aarch64", {}, "generic"),
    linux("cortex-a72", "aarch64"),
    linux("cortex-a55", "aarch64_dotprod", {}, "generic"),
    linux("cortex-a76", "aarch64_dotprod"),
    linux("cortex-a76+i8mm", "aarch64_i8mm", "+i8mm"),
};

}  // namespace

const LlvmTarget* find_llvm_target(std::string_view name) {
  const auto* found = std::find_if(kTargets.begin(), kTargets.end(),
                                   [&](const LlvmTarget& target) { return target.name == name; });
  return found == kTargets.end() ? nullptr : found;
}

}  // namespace spindle
