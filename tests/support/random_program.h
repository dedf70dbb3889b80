// Random Programs of every kind of statement and expression, whose kernels are those of probe.h.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle::testing {

struct RandomProgram {
  Program program;
  std::vector<std::vector<std::byte>> inputs;
};

// What happens is defined: every expression stays in int32, moduli are of values that are not
// negative, addresses stay in their buffers (those that may lie outside: up to 8 bytes before),
// every variable is read where it has a value, rows are pulled that exist. Follows from the seed.
[[nodiscard]] RandomProgram random_program(std::uint64_t seed, InputMode mode);

// A buffer that the program's addresses may refer to, by the number that spindle_probe_base gets.
struct ProgramBuffer {
  Address::Base base;
  int index = 0;
  std::string name;  // "arena0", "in1", ...
  std::size_t bytes = 0;
};
[[nodiscard]] std::vector<ProgramBuffer> program_buffers(const Program& program);

}  // namespace spindle::testing
