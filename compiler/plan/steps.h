// What the planner plans: the graph as steps that each compute their output row by row, and the
// values between them. Made by lower/select.h; the planner knows neither operators nor kernels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"
#include "compiler/plan/rows.h"

namespace spindle {

using ValueId = int;
using StepId = int;

enum class Storage : std::uint8_t {
  kArena,     // the planner decides: a ring, or whole
  kInput,     // in the caller's input buffer
  kStream,    // a row that the caller has just pushed; read by one step, row by row
  kOutput,    // in the caller's output buffer
  kConstant,  // constant data of the generated code
};

// Something computed row by row. Bytes are as stored at run time.
struct Value {
  std::string name;
  TensorId tensor = kNoTensor;  // the graph tensor it holds; kNoTensor for partial sums
  std::int64_t rows = 1;
  std::int64_t row_bytes = 0;
  Storage storage = Storage::kArena;
  int io_index = -1;           // which input, output or constant
  bool accumulator = false;    // every "row" is the same memory, updated in place
  bool given = false;          // a model input that the caller puts into the arena (kArena)
  std::int64_t io_offset = 0;  // bytes into the output where it begins (kOutput)

  [[nodiscard]] std::int64_t bytes() const { return rows * row_bytes; }
};

struct StepInput {
  ValueId value = -1;
  RowAccess access;
  // The step reads each element of row y before it writes that element of its output row y, in
  // ascending order, so the output row may begin at the input row or before it.
  bool in_place = false;
  // The kernel finds rows by itself from the buffer's base and its ring size; otherwise it is given
  // the address of the first row and reads on from there, so the rows must be contiguous.
  bool by_ring = false;
  // For a range of its output's columns the step reads the same columns of its row y only.
  bool columnwise = false;
  // Which columns of its rows a range of the output's columns needs, where a window says so.
  std::optional<RowAccess> column_window = std::nullopt;
  // How the step divides the value, which may be seen in another shape than it was written in. For
  // row y and column x of its output the kernel is given the address `row_bytes` * y, and if it
  // reads columnwise `column_bytes` * x, behind the beginning. With a `row_bytes` of 0 all rows get
  // the same address: the kernel finds its way by itself, or the input is repeated. `column_bytes`
  // is 0 where the step does not divide rows into columns.
  std::int64_t row_bytes = 0;
  std::int64_t column_bytes = 0;
};

// One operator (or part of one). Computes `band` rows a call, mostly one.
struct Step {
  std::string name;  // unique, a C identifier
  int node = -1;     // index into Graph::nodes
  int block = -1;    // inverted residual it belongs to; steps of one are contiguous
  int group = -1;    // of the block's expanded channels, where they are split into groups
  std::vector<StepInput> inputs;
  ValueId output = -1;
  // Needed during a call only, every byte of it: scratch_bytes, scratch_several_bytes if the call
  // computes more than one column, and more for each, up to scratch_columns. A kernel that can be told how many columns it computes
  // together may use more of it, up to wide_columns (otherwise 0), the faster the more. In the
  // steps of a plan all of it is in scratch_bytes, and scratch_columns is for how many columns.
  std::int64_t scratch_bytes = 0;
  std::int64_t scratch_several_bytes = 0;
  std::int64_t scratch_column_bytes = 0;
  std::int64_t scratch_columns = 0;
  std::int64_t wide_columns = 0;
  std::int64_t macs = 0;  // of the whole step
  std::int64_t weight_bytes = 0;
  std::int64_t columns = 0;  // of the output, if a range of them can be computed; else 0
  // Rows without a gap between them are one long row to its kernel, in all it reads and writes. A
  // band is then one call, and for that the rows of a band are contiguous. Of a joined step: so it
  // is with those members of which it is true.
  bool flat = false;

  // Steps joined by fuse_columns: they run one after the other for each tile of columns, and the
  // values between them exist for one tile at a time, in the step's scratch. Empty for other steps.
  struct Member {
    StepId step = -1;               // in the graph before fusion
    std::int64_t tile_bytes = 0;    // of its output; 0 for the last member
    std::int64_t tile_offset = -1;  // of its output within the scratch; -1 for the last member
    // The tile is a ring of `rows` rows of `columns` pixels: pixel (r, c) of the member's output is
    // pixel (r % rows, c - first column needed) of it.
    std::int64_t rows = 1;
    std::int64_t columns = 0;
    std::int64_t scratch_columns = 0;  // as Step::scratch_columns of a plan
    // Rows and columns of the member's output needed for rows and columns of the joined step's.
    RowAccess row_access, column_access;
  };
  std::vector<Member> members;
  std::int64_t tile = 0;  // columns of a tile
  // Rows computed by a call (the last one may compute fewer). For each tile, members compute the
  // rows that the first row of the band needs and then, row by row, what is new; or, by_member, one
  // after the other all rows that the band needs. Steps that are not joined have bands if they are
  // flat.
  std::int64_t band = 1;
  bool by_member = false;
  std::int64_t extra_macs = 0;  // computed again, by the members of bands and tiles that overlap
  bool receives = false;        // the caller pushes the row (streamed input); there is no kernel

  // Scratch for `count` columns together.
  [[nodiscard]] std::int64_t scratch_for(std::int64_t count) const {
    return scratch_bytes + (count > 1 ? scratch_several_bytes : 0) + scratch_column_bytes * count;
  }
  // Bytes of the scratch of a joined step that tiles take; its members' own comes after them.
  [[nodiscard]] std::int64_t tiles_bytes() const;
};

struct StepGraph {
  std::vector<Value> values;
  std::vector<Step> steps;  // topological order

  [[nodiscard]] const Value& value(ValueId id) const {
    return values.at(static_cast<std::size_t>(id));
  }
  [[nodiscard]] const Step& step(StepId id) const { return steps.at(static_cast<std::size_t>(id)); }
  // Rows of the step's output, i.e. how often it runs.
  [[nodiscard]] std::int64_t rows(StepId id) const { return value(step(id).output).rows; }
  // Rows that the call of the step that begins with row `y` computes.
  [[nodiscard]] std::int64_t band(StepId id, std::int64_t y) const {
    return std::min(step(id).band, rows(id) - y);
  }
};

// Step that writes each value (-1 for inputs) and the steps that read it, ascending.
struct ValueUses {
  explicit ValueUses(const StepGraph& graph);
  std::vector<StepId> producer;
  std::vector<std::vector<StepId>> readers;
  // Last step that reads or writes the value; -1 if none does.
  [[nodiscard]] StepId last(ValueId id) const;
};

}  // namespace spindle
