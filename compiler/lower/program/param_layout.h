// From the fields of a kernel's parameters, which have names, to the members of its struct in their
// order and nesting, and where a C compiler puts these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/lower/kernel/param_structs.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Members at their natural alignment, which is what every target's ABI does with such structs.
struct ParamLayout {
  std::size_t bytes = 0;
  std::size_t alignment = 1;
  std::vector<std::size_t> offsets;  // by member, from the beginning of the struct
};

// pointer_bytes: 4 or 8.
[[nodiscard]] ParamLayout param_layout(const ParamStruct& type, std::size_t pointer_bytes);

struct ParamValue {
  const ParamMember* member = nullptr;
  // Those that the member's type says.
  std::vector<std::int64_t> ints;   // kInt32, kUInt32: one, or as many as the array has
  float real = 0;                   // kFloat
  int constant = -1;                // kPointer: index into Program::constants; -1: NULL
  std::vector<ParamValue> members;  // kStruct
};

// The values of a block in the order of its struct's members. A field of a nested struct may be
// given by its path ("window.in_width") or by its name, where only one member has it. Internal
// errors: a member without a field, a field without a member or with several, two fields for one
// member, a value of another type or outside of its type's range, a constant of another element
// type.
[[nodiscard]] std::vector<ParamValue> param_values(const Program& program, const ParamBlock& block);

}  // namespace spindle
