// What the emitters print: static data and functions without any choice left to make.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.h"
#include "compiler/lower/kernel/kernel.h"
#include "compiler/plan/plan.h"

namespace spindle {

// An int32 expression.
struct Expr {
  enum class Kind : std::uint8_t {
    kConst,
    kRow,            // y: the function's own row, its counter on entry
    kBandEnd,        // end: one past the last row of the function's band
    kBandRow,        // i: the row of the band in Tiles
    kColumn,         // x: first column of the tile in Tiles
    kColumns,        // n: the number of its columns
    kMemberRow,      // r: the row in MemberRows
    kMemberColumn,   // c: first column in MemberRows
    kMemberColumns,  // m: the number of its columns
    kAdd,
    kMul,
    kFloorDiv,
    kMod,
    kMin,
    kMax,
    kIfFirst,  // args[0] in the first row of the band (i == y), else args[1]
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
[[nodiscard]] Expr variable(Expr::Kind kind);
[[nodiscard]] Expr row();
[[nodiscard]] Expr operator+(Expr a, Expr b);
[[nodiscard]] Expr operator*(Expr a, Expr b);
[[nodiscard]] Expr floor_div(Expr a, Expr b);
[[nodiscard]] Expr mod(Expr a, Expr b);
[[nodiscard]] Expr min(Expr a, Expr b);
[[nodiscard]] Expr max(Expr a, Expr b);
[[nodiscard]] Expr if_first(Expr first, Expr other);

// base + offset bytes.
struct Address {
  enum class Base : std::uint8_t { kArena, kInput, kOutput, kConstant };
  Base base = Base::kArena;
  int index = 0;  // which arena, input, output or constant
  Expr offset;
  // The address may lie outside of the memory it belongs to: the kernel adds more to it.
  bool outside = false;
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
// Leaves the function, to be called again later, unless counter >= need. Nothing has happened then.
struct Await {
  int counter;
  Expr need;
};
// Marks what follows as step `step` (1, 2, ...) for profiling.
struct Trace {
  int step;
};
struct Call {
  std::string symbol;
  std::vector<ProgramArg> args;
  // >= 0: not a kernel but the user's function for rows of this output, NAME_<output>_row(user, y,
  // row); `args` are y and the row's address, `symbol` is empty.
  int output_row = -1;
};
// Sets the function's counter to the row after its band.
struct Advance {
  int counter;
};
// Runs another function.
struct Run {
  int function;
};
// With c = column and m = columns: for (r = first; r < end; ++r) body.
struct MemberRows {
  Expr first, end;
  Expr column, columns;
  std::vector<std::variant<Trace, Call>> body;
};
// for (x = 0; x < columns; x += tile) with n = min(tile, columns - x):
//   for (i = y; i < band end; ++i), if the function has bands and not by_member: body.
struct Tiles {
  std::int64_t columns;
  std::int64_t tile;
  std::vector<std::variant<Trace, Call, MemberRows>> body;
  bool by_member = false;
};
using Stmt = std::variant<Pull, Await, Trace, Call, Advance, Run, Tiles>;

struct Function {
  std::string name;        // C identifier, without the model's prefix
  std::string comment;     // what it computes
  int counter = -1;        // the counter that is its row; -1 for functions without rows
  std::int64_t rows = 0;   // of what it computes
  std::int64_t band = 1;   // rows that a call computes, fewer at the end
  bool resumable = false;  // it may be left by an Await, its own or a callee's
  std::vector<Stmt> body;
};

struct ParamBlock {
  std::string name;           // C identifier, without the model's prefix
  std::string type;           // "spindle_pw_s8_params"
  std::vector<Field> fields;  // kRows and kColumns filled in
};

struct ProgramIo {
  std::string name;  // C identifier, unique among all inputs and outputs
  std::string onnx_name;
  DType type = DType::kF32;
  Shape shape;
  std::optional<Quant> quant = std::nullopt;  // of 8-bit values that stand for real ones
  // The constant that an output is which does not depend on any input: the caller reads it there,
  // and gives no buffer for it. -1 for inputs and all other outputs.
  int constant = -1;
  // > 0: an output that is handed to the user's NAME_<output>_row in so many rows, from the first
  // on, instead of written to a buffer.
  std::int64_t rows = 0;
};

// Whether the caller gives a buffer for the output.
[[nodiscard]] inline bool has_buffer(const ProgramIo& io) {
  return io.constant < 0 && io.rows == 0;
}

// What Trace marks: one kernel's work.
struct TracedStep {
  std::string name;
  std::int64_t macs = 0;
  int node = -1;  // of the graph, which it computes or begins to compute; -1 for copies
  TensorId tensor = kNoTensor;  // whose elements it makes; kNoTensor for the sums of a mean
};

// Streamed input: rows are pushed one at a time, and between them the first counters rest in the
// arena.
struct Streaming {
  std::int64_t rows = 0;  // to push
  std::int64_t row_elements = 0;
  std::int64_t row_bytes = 0;
  int pushed = 0;         // the counter of rows pushed
  Address receive;        // where a row is put, if it is; its kRow is the row's number
  bool receives = false;  // otherwise the first cascade reads it where the caller has it
  int push = -1;          // function that runs after each row
  int kept_counters = 0;  // the first so many survive between rows
  int state_arena = 0;    // where they rest
  std::int64_t state_offset = 0;
};

// Working memory that the caller gives. With a memory map there is one for each region that the
// plan uses.
struct Arena {
  std::string name;  // of the region; empty without a map, where the only arena needs none
  std::int64_t bytes = 0;
  std::string attribute;  // what C says to put it there; may be empty
  // Of these bytes, those that buffers and kernels were planned for, and every one of which a run
  // touches. Others lie between buffers that could not be placed without a gap.
  std::int64_t planned_bytes = 0;
};

// A region of the memory map that holds constants.
struct WeightRegion {
  std::string name;
  std::string attribute;   // what C says to put them there; may be empty
  std::int64_t bytes = 0;  // of constants
};

// Where an input that the caller puts into an arena lies.
struct ArenaPlace {
  int arena = 0;
  std::int64_t offset = 0;
};

struct Program {
  std::vector<ProgramIo> inputs, outputs;
  InputMode input_mode = InputMode::kExternal;
  std::vector<ArenaPlace> input_places;  // by input; for InputMode::kArena
  Streaming streaming;                   // for InputMode::kStreamed
  std::vector<ConstArray> constants;
  std::vector<WeightRegion> weight_regions;  // empty without a memory map
  std::vector<int> weight_region_of;         // by constant; -1: where C puts it
  std::vector<ParamBlock> params;
  std::vector<std::string> counters;
  std::vector<Function>
      functions;  // callees first; the last one runs the model, or what is left of it
  std::vector<TracedStep> steps;     // by number minus 1
  std::vector<std::string> sources;  // runtime files needed, headers included, sorted
  std::vector<Arena> arenas;         // at least one
  std::int64_t weight_bytes = 0;
};

}  // namespace spindle
