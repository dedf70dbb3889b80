// Runs random Programs in the form that the emitters print, and logs their kernel calls and
// outputs. Equal logs show that an emitter means the same as execute().
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/random_program.h"

namespace spindle::testing {

// One line for each call of a kernel, then one for each output.
using ProgramLog = std::string;

[[nodiscard]] ProgramLog log_of_execute(const RandomProgram& random);
// The log of the program as LLVM's JIT runs it. Needs a build with LLVM.
[[nodiscard]] ProgramLog log_of_jit(const RandomProgram& random);

// How run_programs builds the programs, all in one executable.
struct ProgramBuild {
  std::vector<std::string> compiler;  // the command with its flags
  bool ir = false;                    // LLVM IR instead of C
  bool traced = false;                // log a line for each Trace too; for C only
  // Changes each text that an emitter printed, to test that errors are found; empty: no change.
  std::function<std::string(std::string)> change = {};
};

struct ProgramRun {
  bool built = false;
  std::string message;           // the compiler's messages, or how the executable ended
  std::vector<ProgramLog> logs;  // by program; incomplete if the executable ended early
};

[[nodiscard]] ProgramRun run_programs(const std::vector<RandomProgram>& programs,
                                      const ProgramBuild& build);

// The first line in which the logs differ, from both. Empty if they are equal.
[[nodiscard]] std::string log_difference(const ProgramLog& got, const ProgramLog& expected);

// The log without the lines of traces.
[[nodiscard]] ProgramLog without_traces(const ProgramLog& log);

}  // namespace spindle::testing
