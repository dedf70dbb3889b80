// Orders the named fields of a kernel's parameters as the members of its struct, nested structs
// included, and computes where a C compiler places these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/lower/kernel/param_structs.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// The layout of a struct: each member at its natural alignment, as in the ABI of every target.
struct ParamLayout {
  std::size_t bytes = 0;
  std::size_t alignment = 1;
  std::vector<std::size_t> offsets;  // by member, in bytes
};

// pointer_bytes: 4 or 8.
[[nodiscard]] ParamLayout param_layout(const ParamStruct& type, std::size_t pointer_bytes);

struct ParamValue {
  const ParamMember* member = nullptr;
  // The value, in the member that the type of the struct member says.
  std::vector<std::int64_t> ints;   // kInt32, kUInt32: one, or as many as the array has
  float real = 0;                   // kFloat
  ConstantId constant;              // kPointer; none: NULL
  std::vector<ParamValue> members;  // kStruct
};

// The values of a block in the order of its struct's members. A field of a nested struct is named
// by its path ("window.in_width") or, if no other member has that name, by its name alone. Internal
// errors: a member without a field, a field without a member or with several, two fields for one
// member, a value of another type or out of the range of its type, a constant of another element
// type.
[[nodiscard]] std::vector<ParamValue> param_values(const Program& program, const ParamBlock& block);

}  // namespace spindle
