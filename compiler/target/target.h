// The cores that Spindle compiles for: one table with all that differs between them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace spindle {

// How C is compiled for a target, and where Debian has the compiler.
struct CompilerUse {
  std::string_view program;     // "arm-none-eabi-gcc"
  std::string_view packages;    // "gcc-arm-none-eabi libnewlib-arm-none-eabi"
  std::string_view flags;       // CPU and ABI, for compiling and linking, separated by spaces
  std::string_view link_flags;  // after the objects
};

// What runs compiled code on this machine.
struct EmulatorUse {
  enum class Kind : std::uint8_t {
    kNative,  // no emulator; instructions cannot be counted
    kBoard,   // qemu-system-arm, bare metal, files by semihosting
    kUser,    // qemu-arm or qemu-aarch64, a static Linux program
  };
  Kind kind = Kind::kNative;
  std::string_view program;  // "qemu-system-arm"; empty: none
  std::string_view package;  // Debian's
  std::string_view machine;  // QEMU's name of the board (-M) or, for programs, of the core (-cpu)
};

// What LLVM calls the core.
struct LlvmUse {
  std::string_view bitcode;  // flavour in compiler/llvm/bitcode.cmake: kernels, triple, data layout
  std::string_view cpu;      // as llc -mcpu takes it; empty: the architecture's baseline
  std::string_view features;  // as llc -mattr takes them
  std::string_view tune;      // core to schedule for; empty: `cpu`
  bool hard_float = true;     // floats travel in the FPU's registers
  bool bare_metal = false;    // linked to fixed addresses: absolute ones cost less
};

// The figures behind the estimate of `plan`.
struct Rate {
  double cycles_per_mac = 0;  // 0: no figure
  std::string_view basis;     // where it comes from, a phrase
};
struct TimeModel {
  double megahertz = 0;  // a usual clock of chips with this core; 0: no figure
  Rate s8, f32;
};

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
  CompilerUse compiler;
  EmulatorUse emulator;
  LlvmUse llvm;
  TimeModel time;
  std::string_view stack_of;  // target whose column of stack sizes holds, if it has none itself
};

// Every target, in the order of the documentation; the first is "host".
[[nodiscard]] std::span<const Target> targets();

// Null if there is no such target.
[[nodiscard]] const Target* find_target(std::string_view name);

}  // namespace spindle
