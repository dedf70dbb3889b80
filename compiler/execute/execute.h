// Runs a Program for any target in this process. It does what the emitted C code would do on the
// target, without a C compiler. Kernels that this machine cannot run are replaced by their twins
// (compiler/twins).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

struct Execution {
  std::vector<std::vector<std::byte>> outputs;
  // Only from execute_painted: the number of bytes written in all arenas, and in each.
  std::int64_t arena_touched_bytes = 0;
  std::vector<std::int64_t> touched_bytes;
};

// Runs the program. `inputs` hold the bytes of each model input. It is an internal error if a
// kernel writes beyond the end of an arena or gets a parameter that it does not support.
[[nodiscard]] Execution execute(const Program& program,
                                std::span<const std::vector<std::byte>> inputs);

// Runs the program twice, in arenas that are filled with different bytes, and counts the bytes that
// were written. It is an internal error if the results depend on what the arenas held before.
[[nodiscard]] Execution execute_painted(const Program& program,
                                        std::span<const std::vector<std::byte>> inputs);

}  // namespace spindle
