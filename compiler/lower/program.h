// What the emitters print: static data and functions without any choice left to make.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.h"
#include "compiler/lower/kernel.h"

namespace spindle {

// An int32 expression. kRow is the function's own row (its counter on entry); kColumn and kColumns
// are the first column of the current tile and the number of its columns.
struct Expr {
  enum class Kind : std::uint8_t {
    kConst,
    kRow,
    kColumn,
    kColumns,
    kAdd,
    kMul,
    kFloorDiv,
    kMod,
    kMin,
    kMax,
  };
  Kind kind = Kind::kConst;
  std::int64_t value = 0;
  std::vector<Expr> args;

  [[nodiscard]] bool is(std::int64_t constant) const {
    return kind == Kind::kConst && value == constant;
  }
};
// Builders; constants are folded and neutral elements dropped.
[[nodiscard]] Expr constant(std::int64_t value);
[[nodiscard]] Expr row();
[[nodiscard]] Expr column();
[[nodiscard]] Expr columns();
[[nodiscard]] Expr operator+(Expr a, Expr b);
[[nodiscard]] Expr operator*(Expr a, Expr b);
[[nodiscard]] Expr floor_div(Expr a, Expr b);
[[nodiscard]] Expr mod(Expr a, Expr b);
[[nodiscard]] Expr min(Expr a, Expr b);
[[nodiscard]] Expr max(Expr a, Expr b);

// base + offset bytes.
struct Address {
  enum class Base : std::uint8_t { kArena, kInput, kOutput, kConstant };
  Base base = Base::kArena;
  int index = 0;  // which input, output or constant
  Expr offset;
};

// An argument of a kernel: the address of a parameter struct, of data, or an integer.
struct ParamsRef {
  int index;
};
using ProgramArg = std::variant<ParamsRef, Address, Expr>;

// while (counter < need) function();
struct Pull {
  int counter;
  Expr need;
  int function;
};
// Marks what follows as step `step` (1, 2, ...) for profiling.
struct Trace {
  int step;
};
struct Call {
  std::string symbol;
  std::vector<ProgramArg> args;
};
// ++counter
struct Advance {
  int counter;
};
// Runs another function.
struct Run {
  int function;
};
// for (x = 0; x < columns; x += tile) with n = min(tile, columns - x): body.
struct Tiles {
  std::int64_t columns;
  std::int64_t tile;
  std::vector<std::variant<Trace, Call>> body;
};
using Stmt = std::variant<Pull, Trace, Call, Advance, Run, Tiles>;

struct Function {
  std::string name;     // C identifier, without the model's prefix
  std::string comment;  // what it computes
  int counter = -1;     // the counter that is its row; -1 for functions without rows
  std::vector<Stmt> body;
};

struct ParamBlock {
  std::string name;           // C identifier, without the model's prefix
  std::string type;           // "spindle_pw_s8_params"
  std::vector<Field> fields;  // kRows resolved into ints
};

struct ProgramIo {
  std::string name;  // C identifier, unique among all inputs and outputs
  std::string onnx_name;
  DType type = DType::kF32;
  Shape shape;
};

// What Trace marks: one kernel's work.
struct TracedStep {
  std::string name;
  std::int64_t macs = 0;
};

struct Program {
  std::vector<ProgramIo> inputs, outputs;
  std::vector<ConstArray> constants;
  std::vector<ParamBlock> params;
  std::vector<std::string> counters;
  std::vector<Function> functions;   // callees first; the last one runs the model
  std::vector<TracedStep> steps;     // by number minus 1
  std::vector<std::string> sources;  // runtime files needed, headers included, sorted
  std::int64_t arena_bytes = 0;
  std::int64_t weight_bytes = 0;
};

}  // namespace spindle
