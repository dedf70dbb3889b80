// What the planner works on: the graph as steps that each compute their output row by row, and the
// values between them. lower/select makes it. The planner knows neither operators nor kernels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/ids.h"
#include "compiler/plan/rows.h"

namespace spindle {

using ValueId = int;
using StepId = int;

enum class Storage : std::uint8_t {
  kArena,     // in the arena; the planner keeps all of its rows or a ring of a few
  kInput,     // in the caller's input buffer, all of it
  kStream,    // one row that the caller has just pushed; read by one step, row by row
  kOutput,    // in the caller's output buffer
  kConstant,  // constant data of the generated code
};

// What a step computes row by row, or an input or constant. Sizes are those at run time.
struct Value {
  std::string name;
  TensorId tensor = kNoTensor;  // the graph tensor it holds; kNoTensor for partial sums
  std::int64_t rows = 1;
  std::int64_t row_bytes = 0;
  Storage storage = Storage::kArena;
  int io_index = -1;           // index of the model's input or output, or of the constant
  bool accumulator = false;    // all its rows share one row of memory, updated in place
  bool given = false;          // a model input that the caller puts into the arena (kArena)
  std::int64_t io_offset = 0;  // where it begins in the model's output, in bytes (kOutput)

  [[nodiscard]] std::int64_t bytes() const { return rows * row_bytes; }
};

struct StepInput {
  ValueId value = -1;
  RowAccess access;
  // The step reads each element of row y before it writes that element of its output row y, in
  // ascending order. So the output row may begin at the input row's address or before it.
  bool in_place = false;
  // Whether the kernel is given the buffer's base and its number of rows, and finds each row
  // itself. Otherwise it is given the address of the first row and reads on from there, so that the
  // rows must be contiguous.
  bool by_ring = false;
  // For a range of columns of output row y, the step reads the same columns of input row y only.
  bool columnwise = false;
  // Which input columns a range of output columns needs, for steps with a window.
  std::optional<RowAccess> column_window = std::nullopt;
  // How far the address that the kernel is given moves on, in bytes. The step may see the value in
  // another shape than it was written in.
  //
  //   row y                         base + row_bytes * y
  //   row y, column x, columnwise   base + row_bytes * y + column_bytes * x
  //
  // `row_bytes` is 0 if all rows get the same address, because the kernel finds the row itself or
  // the input is used again for each row. `column_bytes` is 0 if the step does not divide rows into
  // columns.
  std::int64_t row_bytes = 0;
  std::int64_t column_bytes = 0;
};

// One operator, or part of one. A call computes `band` rows, usually one.
struct Step {
  std::string name;  // unique; a C identifier
  NodeId node{};     // the node that it computes or begins to compute
  BlockId block{};   // its inverted residual, whose steps are contiguous; none outside of one
  int group = -1;    // group of the block's expanded channels that it computes, if they are split
                     // into groups; else -1
  std::vector<StepInput> inputs;
  ValueId output = -1;
  // Scratch that a call needs, in bytes. A call that computes n columns together needs
  //
  //   scratch_bytes + (n > 1 ? scratch_several_bytes : 0) + scratch_column_bytes * n
  //
  // where n is at most scratch_columns. A kernel that can be told how many columns to compute
  // together may use n up to wide_columns (0 for other kernels), and is faster with more. In the
  // steps of a plan n is fixed: scratch_columns is n, and scratch_bytes is the sum.
  std::int64_t scratch_bytes = 0;
  std::int64_t scratch_several_bytes = 0;
  std::int64_t scratch_column_bytes = 0;
  std::int64_t scratch_columns = 0;
  std::int64_t wide_columns = 0;
  std::int64_t macs = 0;  // of all rows together
  std::int64_t weight_bytes = 0;
  std::int64_t columns = 0;  // columns of the output, if a range of them can be computed; else 0
  // The kernel treats all pixels alike, so contiguous rows can be passed to it as one long row. A
  // band is then one call, for which its rows must be contiguous in all that the step reads and
  // writes by address. For a joined step, this applies to its flat members only.
  bool flat = false;

  // The steps that fuse_columns joined into this one. They run one after the other for each tile of
  // columns, and the values between them exist for one tile at a time, in the step's scratch. Empty
  // for other steps.
  struct Member {
    StepId step = -1;               // in Plan::unfused
    std::int64_t tile_bytes = 0;    // of its output's tile; 0 for the last member
    std::int64_t tile_offset = -1;  // of that tile within the scratch; -1 for the last member
    // The tile is a ring of `rows` rows of `columns` pixels each. Pixel (r, c) of the member's
    // output is stored in its row r % rows, in column c - (first column that the current tile
    // needs).
    std::int64_t rows = 1;
    std::int64_t columns = 0;
    std::int64_t scratch_columns = 0;  // as Step::scratch_columns in a plan
    // Which rows and columns of the member's output are needed for those of the joined step's
    // output.
    RowAccess row_access, column_access;
  };
  std::vector<Member> members;
  std::int64_t tile = 0;  // columns of the joined step's output in a tile
  // Rows that a call computes; the last call may compute fewer. Steps that are not joined have
  // bands only if they are flat. A joined step computes a band tile by tile. With `by_member`, each
  // member in turn computes all rows that the band needs. Without it, the members compute the rows
  // needed for the first row of the band, then the additional ones needed for the next row, and so
  // on.
  std::int64_t band = 1;
  bool by_member = false;
  std::int64_t extra_macs = 0;  // MACs that members compute again where bands or tiles overlap
  bool receives = false;  // the caller pushes the rows (streamed input), so there is no kernel

  // Scratch for `count` columns that are computed together, in bytes.
  [[nodiscard]] std::int64_t scratch_for(std::int64_t count) const {
    return scratch_bytes + (count > 1 ? scratch_several_bytes : 0) + scratch_column_bytes * count;
  }
  // Bytes at the front of a joined step's scratch that tiles take. Scratch of its members' kernels
  // follows them.
  [[nodiscard]] std::int64_t tiles_bytes() const;
};

struct StepGraph {
  std::vector<Value> values;
  std::vector<Step> steps;  // in topological order

  [[nodiscard]] const Value& value(ValueId id) const {
    return values.at(static_cast<std::size_t>(id));
  }
  [[nodiscard]] const Step& step(StepId id) const { return steps.at(static_cast<std::size_t>(id)); }
  // Rows of the step's output.
  [[nodiscard]] std::int64_t rows(StepId id) const { return value(step(id).output).rows; }
  // Rows that the step's call beginning at row `y` computes.
  [[nodiscard]] std::int64_t band(StepId id, std::int64_t y) const {
    return std::min(step(id).band, rows(id) - y);
  }
};

// By value: the step that writes it (-1 for inputs), and the steps that read it, ascending.
struct ValueUses {
  explicit ValueUses(const StepGraph& graph);
  std::vector<StepId> producer;
  std::vector<std::vector<StepId>> readers;
  // Last step that reads or writes the value; -1 if none does.
  [[nodiscard]] StepId last(ValueId id) const;
};

}  // namespace spindle
