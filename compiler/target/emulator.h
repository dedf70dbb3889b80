// How to build and run C for each target on this machine: a row of the table of targets, as
// commands are made of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/target/target.h"

namespace spindle {

struct Emulator {
  using Kind = EmulatorUse::Kind;

  std::string target;  // "cortex-m7"
  Kind kind = Kind::kNative;
  std::string compiler;                 // program name: "arm-none-eabi-gcc"
  std::string compiler_package;         // Debian package(s) that contain it
  std::vector<std::string> flags;       // CPU and ABI, for compiling and linking
  std::vector<std::string> link_flags;  // after the objects
  std::string emulator;                 // program name; empty: none
  std::string emulator_package;
  std::vector<std::string> emulator_args;  // before -plugin and the image
  std::string linker_script;               // board: file in compiler/emulate/firmware; else empty
};

// Nothing if there is no target of that name.
[[nodiscard]] std::optional<Emulator> find_emulator(std::string_view name);

}  // namespace spindle
