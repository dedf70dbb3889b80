// Random Programs as the emitters print them, run: what their probes wrote down, and the outputs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/random_program.h"

namespace spindle::testing {

// A line for each call of a kernel, then one for each output.
using ProgramLog = std::string;

[[nodiscard]] ProgramLog log_of_execute(const RandomProgram& random);
// Needs LLVM.
[[nodiscard]] ProgramLog log_of_jit(const RandomProgram& random);

// What compilers make of programs, all in one executable.
struct ProgramBuild {
  std::vector<std::string> compiler;  // with its flags
  bool ir = false;                    // LLVM IR instead of C
  bool traced = false;                // also a line for each Trace, from C only
  // What becomes of each text that an emitter printed.
  std::function<std::string(std::string)> change = {};
};

struct ProgramRun {
  bool built = false;
  std::string message;           // of the compiler, or how the program ended
  std::vector<ProgramLog> logs;  // by program, as far as it came
};

[[nodiscard]] ProgramRun run_programs(const std::vector<RandomProgram>& programs,
                                      const ProgramBuild& build);

// The first line in which they differ, of both; empty if they do not.
[[nodiscard]] std::string log_difference(const ProgramLog& got, const ProgramLog& expected);

// Without the lines of traces.
[[nodiscard]] ProgramLog without_traces(const ProgramLog& log);

}  // namespace spindle::testing
