// Calls of runtime kernels, as the Program holds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/ids.h"
#include "compiler/ir/tensor.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

// Constant data of the generated code: packed weights, biases, tables.
struct ConstArray {
  std::string name;  // C identifier, without the model's prefix
  DType type = DType::kI8;
  std::vector<std::byte> bytes;
  std::string comment;  // its layout, for the reader of the generated code
};

// The value of one member of a kernel's parameter struct, or of a struct nested in it.
// param_structs.h lists the members, param_layout.h says how they are named. The order of fields
// does not matter.
struct Field {
  enum class Kind : std::uint8_t {
    kInt,      // int32_t: value
    kUInt,     // uint32_t: value
    kFloat,    // float: real (may be infinite)
    kColumns,  // int32_t: for how many columns there is scratch; filled in from the plan
    kPointer,  // const T *: `constant`, or NULL if that is none
    kRows,     // spindle_rows of input number `input` of the step: filled in from the plan, or, if
               // `ints` is not empty, these: rows, ring, row_bytes
    kInts,     // int32_t[]: ints
  };
  std::string name;
  Kind kind = Kind::kInt;
  std::int64_t value = 0;
  float real = 0;
  ConstantId constant;
  std::size_t input = 0;
  std::vector<std::int64_t> ints;
};

struct KernelArg {
  enum class Kind : std::uint8_t {
    kParams,      // address of the parameter struct
    kInput,       // address in input number `input` of the step, as its StepInput says
    kOutputRow,   // address of row y of the output; of column x in it, if the step computes ranges
                  // of columns
    kOutputBase,  // address of the output's buffer
    kScratch,     // address of the scratch buffer
    kRow,         // y
    kColumn,      // x: the first column to compute
    kColumns,     // the number of columns to compute, times `value`
    kInt,         // value
  };
  Kind kind = Kind::kParams;
  std::size_t input = 0;
  std::int64_t value = 0;
};

struct KernelCall {
  std::string symbol;                // "spindle_pw_s8"; empty if output_row is set
  std::vector<std::string> sources;  // runtime files it needs, "spindle_pw_s8.c"
  std::string params_type;           // "spindle_pw_s8_params"; empty without parameters
  std::vector<Field> fields;
  std::vector<KernelArg> args;
  // If it is an output of the model, the call is not of a kernel, but of the user's function for
  // rows of that output; the arguments are then the number of the row and its address.
  OutputId output_row{};
};

// The field of that name; null if the call has none.
[[nodiscard]] const Field* field_of(const KernelCall& call, std::string_view name);
// The value of a field of integers; 0 if the call has none of that name.
[[nodiscard]] std::int64_t int_value(const KernelCall& call, std::string_view name);

}  // namespace spindle
