// The kernels of the runtime: one table, which selection, reports and tests walk. The build takes
// the files from the folders of runtime/; a test compares these with the table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/lower/kernel/kernel.h"
#include "compiler/lower/kernel/scratch.h"
#include "compiler/target/target.h"

namespace spindle {

// The instruction set that a kernel is written for, which is also its folder in runtime/.
enum class Isa : std::uint8_t {
  kPortable,  // C99
  kDsp,       // Armv7E-M, Armv8-M: SMLAD on pairs of int16
  kVfp,       // a scalar FPU
  kMve,       // Helium
  kNeon,      // Advanced SIMD
  kDot,       // SDOT
  kI8mm,      // SMMLA
};
[[nodiscard]] std::string_view name_of(Isa isa);  // "portable", "dsp", ...

// Whether code for the target uses kernels of the instruction set. MVE cores use MVE kernels or
// portable ones, never those for the DSP extension or a scalar FPU.
[[nodiscard]] bool uses(const Target& target, Isa isa);

struct KernelInfo {
  std::string_view symbol;  // "spindle_add_s8_dsp", which is in runtime/dsp/spindle_add_s8_dsp.c
  Isa isa = Isa::kPortable;
  std::string_view params = {};  // its parameter struct (param_structs.h); empty: it has none
  // .text of its source file, in bytes, for the plan's estimate of flash. Measured with GCC 12.2 at
  // -O2 and the flags that `spindle targets` prints for cortex-m7; kernels for MVE for cortex-m55,
  // those for Cortex-A for cortex-a76+i8mm. stack_bound_test measures those of Cortex-M again.
  std::int64_t code_bytes = 0;
  std::string_view calls = {};  // another kernel whose source file it needs
  // The portable kernel with the same parameters that this one replaces where the target has the
  // instruction set, in those calls that it `takes` (null: in all).
  std::string_view instead_of = {};
  bool (*takes)(const KernelCall& call, const Target& target) = nullptr;
  // The scratch that a call of it needs; null: none.
  ScratchNeed (*scratch)(const KernelCall& call) = nullptr;
};

// All kernels, by instruction set, and by name within one.
[[nodiscard]] std::span<const KernelInfo> kernels();

// Internal error if there is no such kernel.
[[nodiscard]] const KernelInfo& find_kernel_info(std::string_view symbol);

// A call of the kernel, with its parameter struct and source files as the table says.
[[nodiscard]] KernelCall kernel(std::string_view symbol, std::vector<Field> fields,
                                std::vector<KernelArg> args);

// The kernel that replaces the portable kernel of `call` on the target: the first of the table that
// takes the call. Null if there is none.
[[nodiscard]] const KernelInfo* better_kernel(const KernelCall& call, const Target& target);

// Bytes of .text that the schedule takes per step, measured like code_bytes on the models of the
// tests.
constexpr std::int64_t kStepCodeBytes = 48;

}  // namespace spindle
