// The cores that Spindle compiles for, in LLVM's terms.
#pragma once

#include <string_view>

namespace spindle {

struct LlvmTarget {
  std::string_view name = {};      // as given to --target
  std::string_view bitcode = {};   // flavour of bitcode.cmake: kernels, triple and data layout
  std::string_view cpu = {};       // as llc -mcpu takes it; empty: the architecture's baseline
  std::string_view features = {};  // as llc -mattr takes them
  std::string_view tune = {};      // core to schedule for; empty: `cpu`
  bool hard_float = true;          // floats are passed in FPU registers
  bool bare_metal = false;         // linked to fixed addresses, so absolute addressing is cheaper
};

// Null if there is no such target.
[[nodiscard]] const LlvmTarget* find_llvm_target(std::string_view name);

}  // namespace spindle
