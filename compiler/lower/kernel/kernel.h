// Calls of runtime kernels, as the program holds them and the emitters print them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// Constant data of the generated code: packed weights, biases, tables.
struct ConstArray {
  std::string name;  // C identifier, without the model's prefix
  DType type = DType::kI8;
  std::vector<std::byte> bytes;
  std::string comment;  // layout, for the reader of the generated code
};

// One member of a kernel's parameter struct, or of one nested in it. param_structs.h says which
// there are and param_layout.h how they are named; their order here does not matter.
struct Field {
  enum class Kind : std::uint8_t {
    kInt,      // int32_t: value
    kUInt,     // uint32_t: value
    kFloat,    // float: real (may be infinite)
    kColumns,  // int32_t: columns that the step's scratch is for; filled in from the plan
    kPointer,  // const T *: constant `index`, or NULL when it is -1
    kRows,     // spindle_rows of input `index`: filled in from the plan, or `ints` if not empty,
               // which are its rows, ring, row_bytes
    kInts,     // int32_t[]: ints
  };
  std::string name;
  Kind kind = Kind::kInt;
  std::int64_t value = 0;
  float real = 0;
  int index = -1;
  std::vector<std::int64_t> ints;
};

struct KernelArg {
  enum class Kind : std::uint8_t {
    kParams,      // address of the parameter struct
    kInput,       // address in input `index`, as its StepInput says
    kOutputRow,   // address of row y of the output (of its first column, if by columns)
    kOutputBase,  // address of the output's buffer
    kScratch,     // address of the scratch buffer
    kRow,         // y
    kColumn,      // x, first of the columns to compute
    kColumns,     // their number, times value
    kInt,         // value
  };
  Kind kind = Kind::kParams;
  int index = 0;
  std::int64_t value = 0;
};

struct KernelCall {
  std::string symbol;                // "spindle_pw_s8"; empty with output_row
  std::vector<std::string> sources;  // runtime files it needs, "spindle_pw_s8.c"
  std::string params_type;           // "spindle_pw_s8_params"; empty without parameters
  std::vector<Field> fields;
  std::vector<KernelArg> args;
  // Not a kernel but the function to which the user's code takes a row of this model output; its
  // arguments are the row's number and its address. -1 for kernels.
  int output_row = -1;
};

}  // namespace spindle
