// The only description of the parameter structs of runtime/spindle.h. C initializers, the layout in
// this process and LLVM constants are made from it. The build compares it with the header
// (param_check.h), so neither can change without the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

inline constexpr std::size_t kMaxRank = 6;  // SPINDLE_MAX_RANK of runtime/spindle.h

enum class ParamType : std::uint8_t {
  kInt32,
  kUInt32,
  kFloat,
  kPointer,  // to constant data, or NULL
  kStruct,   // nested
};

struct ParamMember {
  std::string_view name;
  ParamType type = ParamType::kInt32;
  DType element = DType::kI8;  // kPointer: what it points to
  std::string_view of = {};    // kStruct: name of its type
  std::size_t count = 0;       // > 0: an array of this many int32
};

struct ParamStruct {
  std::string_view name;             // "spindle_pw_s8_params"
  std::vector<ParamMember> members;  // in the order of their declaration
};

// Every struct of which generated code defines constants. Nested structs come before those that
// contain them.
[[nodiscard]] const std::vector<ParamStruct>& param_structs();

// The struct of this name. It is an internal error if there is none.
[[nodiscard]] const ParamStruct& param_struct(std::string_view name);

}  // namespace spindle
