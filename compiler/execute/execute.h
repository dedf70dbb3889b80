// Runs a Program of any target in this process: what the C emitter's output would do there, without
// a C compiler. Kernels that this machine cannot run have twins (compiler/twins).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

struct Execution {
  std::vector<std::vector<std::byte>> outputs;
  // Only from execute_painted: bytes written in all arenas, and in each.
  std::int64_t arena_touched_bytes = 0;
  std::vector<std::int64_t> touched_bytes;
};

// `inputs` hold the bytes of each model input. A write beyond the arena's end is an internal error,
// and so is a parameter that a kernel does not take.
[[nodiscard]] Execution execute(const Program& program,
                                std::span<const std::vector<std::byte>> inputs);

// Runs twice in differently painted arenas and counts the bytes that were written. Results that
// depend on what the arena held before are an internal error.
[[nodiscard]] Execution execute_painted(const Program& program,
                                        std::span<const std::vector<std::byte>> inputs);

}  // namespace spindle
