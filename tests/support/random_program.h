// Random Programs with every kind of statement and expression. Their kernels are those of probe.h.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle::testing {

struct RandomProgram {
  Program program;
  std::vector<std::vector<std::byte>> inputs;
};

// A program without undefined behaviour. Every expression stays in int32; left operands of a
// modulus are not negative; addresses stay in their buffers (or up to 8 bytes before, if they may
// lie outside); variables have a value where they are read; rows that are pulled exist. Equal
// arguments give equal programs.
[[nodiscard]] RandomProgram random_program(std::uint64_t seed, InputMode mode);

// A buffer that the program's addresses may refer to. Its index in program_buffers() is the id that
// spindle_probe_base gets.
struct ProgramBuffer {
  AddressBase base;
  std::string name;  // "arena0", "in1", ...
  std::size_t bytes = 0;
};
[[nodiscard]] std::vector<ProgramBuffer> program_buffers(const Program& program);

}  // namespace spindle::testing
