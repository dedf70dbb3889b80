// Builds C programs for a target and runs them, under its emulator if it is not this machine.
#pragma once

#include <string>
#include <vector>

#include "compiler/support/subprocess.h"
#include "compiler/target/emulator.h"

namespace spindle::testing {

// Whether the target's compiler and emulator are installed. If not, says that something is skipped.
[[nodiscard]] bool available(const Emulator& emulator);

// Compiles `files` and what the target needs to print (host_io.h), with `flags` behind the target's
// own, and runs the program. The headers of the runtime are found. If it does not build, that is a
// failure of the test that calls this.
[[nodiscard]] ProcessResult run_c(const Emulator& emulator, std::vector<std::string> files,
                                  const std::vector<std::string>& flags);

// The path of a kernel's source: "pw_s8" is spindle_pw_s8.c.
[[nodiscard]] std::string kernel_source(const std::string& kernel);

}  // namespace spindle::testing
