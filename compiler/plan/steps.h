// What the planner works on: the graph as steps that each compute their output row by row, and the
// values between them. lower/select makes it. The planner knows neither operators nor kernels. The
// steps of a finished plan have a type of their own (planned_steps.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/ids.h"
#include "compiler/plan/rows.h"
#include "compiler/support/id.h"

namespace spindle {

using ValueId = Id<struct ValueTag>;        // in StepGraph::values
using StepId = Id<struct StepTag>;          // in StepGraph::steps
using ConstantId = Id<struct ConstantTag>;  // in Selection::constants and Program::constants

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
  bool accumulator = false;    // all its rows share one row of memory, updated in place
  bool given = false;          // a model input that the caller puts into the arena (kArena)
  InputId input{};             // that it is (kInput, kStream, given)
  OutputId output{};           // that it is, or is part of (kOutput)
  ConstantId constant{};       // that it is (kConstant)
  std::int64_t io_offset = 0;  // where it begins in the model's output, in bytes (kOutput)

  [[nodiscard]] std::int64_t bytes() const { return rows * row_bytes; }
};

struct StepInput {
  ValueId value;
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

// What a step computes and reads. Planning does not change it, except that a joined step has all
// the work of its members.
struct StepWork {
  std::string name;  // unique; a C identifier
  NodeId node{};     // the node that it computes or begins to compute
  BlockId block{};   // its inverted residual, whose steps are contiguous; none outside of one
  int group = -1;    // group of the block's expanded channels that it computes, if they are split
                     // into groups; else -1
  std::vector<StepInput> inputs;
  ValueId output;
  std::int64_t macs = 0;  // of all rows together
  std::int64_t weight_bytes = 0;
  std::int64_t columns = 0;  // columns of the output, if a range of them can be computed; else 0
  // The kernel treats all pixels alike, so contiguous rows can be passed to it as one long row. A
  // band is then one call, for which its rows must be contiguous in all that the step reads and
  // writes by address. For a joined step, this applies to its flat members only.
  bool flat = false;
  bool receives = false;  // the caller pushes the rows (streamed input), so there is no kernel
};

// Scratch that a kernel asks for, in bytes. A call that computes n columns together needs
//
//   bytes + (n > 1 ? several_bytes : 0) + column_bytes * n
//
// where n is at most `columns`. A kernel that can be told how many columns to compute together may
// use n up to `wide_columns` (0 for other kernels), and is faster with more. The planner chooses n.
struct ScratchNeed {
  std::int64_t bytes = 0;
  std::int64_t several_bytes = 0;
  std::int64_t column_bytes = 0;
  std::int64_t columns = 0;
  std::int64_t wide_columns = 0;

  // Bytes for `count` columns that are computed together.
  [[nodiscard]] std::int64_t of(std::int64_t count) const {
    return bytes + (count > 1 ? several_bytes : 0) + column_bytes * count;
  }
};

// One operator, or part of one, for which a kernel was selected. Nothing is planned yet: a call
// computes one row, or a part of it. What the planner makes of it is a PlannedStep.
struct Step : StepWork {
  ScratchNeed scratch;
};

// Steps of one type, and the values that they read and write.
template <typename IdType, typename StepType>
struct StepsAndValues {
  IdVector<ValueId, Value> values;
  IdVector<IdType, StepType> steps;  // in topological order

  [[nodiscard]] const Value& value(ValueId id) const { return values[id]; }
  [[nodiscard]] const StepType& step(IdType id) const { return steps[id]; }
  // Rows of the step's output.
  [[nodiscard]] std::int64_t rows(IdType id) const { return values[steps[id].output].rows; }
};

using StepGraph = StepsAndValues<StepId, Step>;

// By value: the step that writes it (none for inputs), and the steps that read it, ascending.
template <typename IdType>
struct UsesBySteps {
  template <typename StepType>
  explicit UsesBySteps(const StepsAndValues<IdType, StepType>& graph)
      : producer(graph.values.size()), readers(graph.values.size()) {
    for (const IdType id : graph.steps.ids()) {
      const StepWork& step = graph.steps[id];
      producer[step.output] = id;
      for (const StepInput& input : step.inputs) {
        std::vector<IdType>& list = readers[input.value];
        if (list.empty() || list.back() != id) list.push_back(id);
      }
    }
  }

  IdVector<ValueId, IdType> producer;
  IdVector<ValueId, std::vector<IdType>> readers;
  // Last step that reads or writes the value; none if no step does.
  [[nodiscard]] IdType last(ValueId id) const {
    return readers[id].empty() ? producer[id] : std::max(readers[id].back(), producer[id]);
  }
};

using ValueUses = UsesBySteps<StepId>;

}  // namespace spindle
