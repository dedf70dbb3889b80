// Runs a Program in this process, with the runtime's portable kernels: what the C emitter's output
// would do on this machine, without a C compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/lower/program.h"

namespace spindle {

struct Execution {
  std::vector<std::vector<std::byte>> outputs;
  // Only from execute_painted: bytes written in all arenas, and in each.
  std::int64_t arena_touched_bytes = 0;
  std::vector<std::int64_t> touched_bytes;
};

// `inputs` hold the bytes of each model input. The program must use kernels that exist on this
// machine (target host); others are an internal error, and so is a write beyond the arena's end.
[[nodiscard]] Execution execute(const Program& program,
                                std::span<const std::vector<std::byte>> inputs);

// Runs twice in differently painted arenas and counts the bytes that were written. Results that
// depend on what the arena held before are an internal error.
[[nodiscard]] Execution execute_painted(const Program& program,
                                        std::span<const std::vector<std::byte>> inputs);

}  // namespace spindle
