// How to build and run C for each target on this machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// How to build and run C for one target on this machine.
struct Emulator {
  enum class Kind {
    board,  // qemu-system-arm, bare metal, files by semihosting
    user,   // qemu-arm or qemu-aarch64, a static Linux program
    native  // no emulator; instructions cannot be counted
  };

  std::string target;  // "cortex-m7"
  Kind kind = Kind::native;
  std::string compiler;                 // program name: "arm-none-eabi-gcc"
  std::string compiler_package;         // Debian package(s) it comes with
  std::vector<std::string> flags;       // CPU and ABI, for compiling and linking
  std::vector<std::string> link_flags;  // after the objects
  std::string emulator;                 // program name; empty: none
  std::string emulator_package;
  std::vector<std::string> emulator_args;  // before -plugin and the image
  std::string linker_script;               // board: file in target/firmware; else empty
};

// `target` is a name of the list below. For 64-bit Cortex-A also with extensions as GCC's -mcpu
// spells them: "cortex-a76+i8mm". Nothing if there is no such target.
std::optional<Emulator> find_emulator(std::string_view target);

// In the order of the manual, from cortex-m0plus to host.
std::vector<std::string> emulator_targets();

}  // namespace spindle
