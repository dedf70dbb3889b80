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
    board,  // qemu-system-arm, bare metal, files through semihosting
    user,   // qemu-arm or qemu-aarch64, a static Linux program
    native  // no emulator; instructions cannot be counted
  };

  std::string target;  // "cortex-m7"
  Kind kind = Kind::native;
  std::string compiler;                 // program name: "arm-none-eabi-gcc"
  std::string compiler_package;         // Debian package(s) that contain it
  std::vector<std::string> flags;       // CPU and ABI, for compiling and linking
  std::vector<std::string> link_flags;  // after the objects
  std::string emulator;                 // program name; empty: none
  std::string emulator_package;
  std::vector<std::string> emulator_args;  // before -plugin and the image
  std::string linker_script;               // board: file in target/firmware; else empty
};

// `target` is a name of emulator_targets(). For 64-bit Cortex-A, extensions may be appended as in
// GCC's -mcpu: "cortex-a76+i8mm". Returns nothing if there is no such target.
std::optional<Emulator> find_emulator(std::string_view target);

// The names of all targets, in the order of the manual, from cortex-m0plus to host.
std::vector<std::string> emulator_targets();

}  // namespace spindle
