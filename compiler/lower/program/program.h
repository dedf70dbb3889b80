// The Program is what the emitters print: static data, and functions in which nothing is left to
// decide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.h"
#include "compiler/lower/kernel/kernel.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

using ArenaId = Id<struct ArenaTag>;                // in Program::arenas
using CounterId = Id<struct CounterTag>;            // in Program::counters
using FunctionId = Id<struct FunctionTag>;          // in Program::functions
using ParamsId = Id<struct ParamsTag>;              // in Program::params
using WeightRegionId = Id<struct WeightRegionTag>;  // in Program::weight_regions

// An int32 expression.
struct Expr {
  enum class Kind : std::uint8_t {
    kConst,
    kRow,            // y: the value of the function's counter on entry, the row to compute
    kBandEnd,        // end: one past the last row of the function's band
    kBandRow,        // i: the row of the band in Tiles
    kColumn,         // x: the first column of the tile in Tiles
    kColumns,        // n: the number of its columns
    kMemberRow,      // r: the row of the loop in MemberRows
    kMemberColumn,   // c: the first column in MemberRows
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
// Builders. They fold constants and drop neutral elements: y + 0 is y.
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

// Where a piece of memory begins.
using AddressBase = std::variant<ArenaId, InputId, OutputId, ConstantId>;

// base + offset bytes.
struct Address {
  AddressBase base = ArenaId(0);
  Expr offset;
  // The address may be outside of the memory it belongs to. The kernel then adds an offset that
  // brings it back inside. Example: the address where row 0 of a window would be.
  bool outside = false;
};

// An argument of a kernel: the address of a parameter struct, of data, or an integer.
using ProgramArg = std::variant<ParamsId, Address, Expr>;

// while (counter < need) function();
struct Pull {
  CounterId counter;
  Expr need;
  FunctionId function;
};
// if (counter < need) return; Leaves the function because a pushed row is missing; it is called
// again when more rows have come. It must come before anything that the function changes.
struct Await {
  CounterId counter;
  Expr need;
};
// The statements after it belong to this step of Program::steps; for profiling. Generated code
// counts steps from 1.
struct Trace {
  StepId step;
  [[nodiscard]] std::int32_t number() const { return step.number() + 1; }
};
struct Call {
  std::string symbol;
  std::vector<ProgramArg> args;
  // None: calls the kernel `symbol`. An output: calls the user's function for its rows,
  // NAME_<output>_row(user, y, row). `args` are then y and the address of the row; `symbol` is
  // empty.
  OutputId output_row{};
};
// Sets the counter to the row after the function's band: counter = band end.
struct Advance {
  CounterId counter;
};
// Runs another function.
struct Run {
  FunctionId function;
};
// With c = column and m = columns:
//   for (r = first; r < end; ++r) body
// The rows that one member of a joined step computes for a tile.
struct MemberRows {
  Expr first, end;
  Expr column, columns;
  std::vector<std::variant<Trace, Call>> body;
};
// A loop over the tiles of a row:
//   for (x = 0; x < columns; x += tile)       with n = min(tile, columns - x)
//     for (i = y; i < band end; ++i)          only if the function has bands and not by_member
//       body
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
  CounterId counter;       // the counter of its rows; none for functions without rows
  std::int64_t rows = 0;   // rows of what it computes
  std::int64_t band = 1;   // rows that a call computes; the last call may compute fewer
  bool resumable = false;  // an Await, its own or a callee's, may leave it early
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
  std::optional<Quant> quant = std::nullopt;  // of quantized tensors
  // The file has floats here, of which these are the codes: Port::codes, by --io=native.
  bool codes = false;
  // The constant to which an output is equal if it does not depend on any input. The caller then
  // reads the constant and gives no buffer. None for inputs and all other outputs.
  ConstantId constant = {};
  // > 0: the output is not written to a buffer, but handed to the user's function
  // NAME_<output>_row, in this many rows, from the first to the last.
  std::int64_t rows = 0;
};

// Whether the caller gives a buffer for this output.
[[nodiscard]] inline bool has_buffer(const ProgramIo& io) {
  return !io.constant && io.rows == 0;
}

// What a Trace statement marks: the work of one kernel.
struct TracedStep {
  std::string name;
  std::int64_t macs = 0;
  NodeId node{};  // the node of the graph that it computes or begins to compute; none for copies
  TensorId tensor = kNoTensor;  // the tensor whose elements it writes; kNoTensor for the sums of a
                                // mean
};

// Streamed input. The caller pushes one row at a time. Between two rows, the first kept_counters
// counters are stored in the arena.
struct Streaming {
  std::int64_t rows = 0;  // rows of the input
  std::int64_t row_elements = 0;
  std::int64_t row_bytes = 0;
  CounterId pushed;       // counts the rows pushed so far
  Address receive;        // where a pushed row is copied to, if it is; kRow is its number
  bool receives = false;  // whether it is copied; otherwise the first cascade reads it where the
                          // caller has it
  FunctionId push;        // runs after each row
  std::size_t kept_counters = 0;  // so many counters, the first ones, are kept between rows
  ArenaId state_arena;            // stores them
  std::int64_t state_offset = 0;
};

// Working memory that the caller gives. With a memory map, there is one arena for each region that
// the plan uses; otherwise there is one.
struct Arena {
  std::string name;  // name of the region; empty without a memory map
  std::int64_t bytes = 0;
  std::string attribute;  // C attribute that puts it into the region; may be empty
  // The bytes of it that buffers and scratch take; a run touches every one of them. The others are
  // gaps between buffers.
  std::int64_t planned_bytes = 0;
};

// A region of the memory map that holds constants.
struct WeightRegion {
  std::string name;
  std::string attribute;   // C attribute that puts them into the region; may be empty
  std::int64_t bytes = 0;  // bytes of the constants in it
};

// Where the caller puts an input, if inputs are in the arena.
struct ArenaPlace {
  ArenaId arena = ArenaId(0);
  std::int64_t offset = 0;
};

struct Program {
  std::vector<ProgramIo> inputs, outputs;
  InputMode input_mode = InputMode::kExternal;
  std::vector<ArenaPlace> input_places;  // by input; for InputMode::kArena
  Streaming streaming;                   // for InputMode::kStreamed
  IdVector<ConstantId, ConstArray> constants;
  IdVector<WeightRegionId, WeightRegion> weight_regions;  // empty without a memory map
  // None for constants that the C compiler places. Empty without a memory map.
  IdVector<ConstantId, WeightRegionId> weight_region_of;
  IdVector<ParamsId, ParamBlock> params;
  IdVector<CounterId, std::string> counters;
  IdVector<FunctionId, Function> functions;  // callees come first; the last one runs the model
  IdVector<StepId, TracedStep> steps;        // those of the selection
  std::vector<std::string> sources;          // runtime files needed, headers included, sorted
  IdVector<ArenaId, Arena> arenas;           // at least one
  std::int64_t weight_bytes = 0;

  // The function that runs the model.
  [[nodiscard]] FunctionId whole() const { return functions.end_id() - 1; }
};

}  // namespace spindle
