#include "compiler/plan/joinable.h"

#include <algorithm>
#include <cstddef>

#include "compiler/plan/rows.h"

namespace spindle {
namespace {

// Whether each of the reader's columns needs some of the `made` columns. A tile of columns whose
// windows lie in the padding alone would have none, and no kernel computes none.
bool each_sees_columns(const StepInput& input, std::int64_t made, std::int64_t columns) {
  if (!input.column_window) return true;
  for (std::int64_t x = 0; x < columns; ++x) {
    if (input.column_window->end(x, made) <= input.column_window->first(x, made)) return false;
  }
  return true;
}

// Whether the inputs of the step are a good place to keep whole rows, and so the beginning of a
// patch: it reads them by a window, or their rows are no larger than those of its output.
bool begins_patch(const StepGraph& graph, const Step& step) {
  return std::any_of(step.inputs.begin(), step.inputs.end(), [&](const StepInput& input) {
    return input.access != RowAccess{} ||
           graph.value(input.value).row_bytes <= graph.value(step.output).row_bytes;
  });
}

}  // namespace

const StepInput* only_read(const Step& reader, ValueId value) {
  const StepInput* found = nullptr;
  for (const StepInput& input : reader.inputs) {
    if (input.value != value) continue;
    if (found != nullptr) return nullptr;
    found = &input;
  }
  return found;
}

bool divides_as_made(const StepGraph& graph, const StepInput& input, const Step& maker) {
  return (input.columnwise || (input.column_window && input.by_ring)) &&
         input.column_bytes * maker.columns == graph.value(input.value).row_bytes;
}

bool can_be_tile(const StepGraph& graph, const ValueUses& uses, StepId step, StepId end) {
  const Value& value = graph.value(graph.step(step).output);
  const auto& readers = uses.readers[graph.step(step).output];
  return value.storage == Storage::kArena && !value.accumulator && graph.step(step).columns > 0 &&
         readers.size() == 1 && readers[0] < end && graph.step(readers[0]).columns > 0;
}

StepId window_reader(const StepGraph& graph, const ValueUses& uses, StepId step, StepId end) {
  if (!can_be_tile(graph, uses, step, end)) return {};
  const ValueId output = graph.step(step).output;
  const StepId reader = uses.readers[output][0];
  const StepInput* input = only_read(graph.step(reader), output);
  if (input == nullptr || !input->access.is_window()) return {};
  const bool rows = input->by_ring || input->access.extent == 1;
  return rows && divides_as_made(graph, *input, graph.step(step)) &&
                 each_sees_columns(*input, graph.step(step).columns, graph.step(reader).columns)
             ? reader
             : StepId();
}

std::vector<StepId> patch_starts(const StepGraph& graph, const ValueUses& uses, StepId first,
                                 StepId last) {
  constexpr std::size_t kMostStarts = 4;  // besides the beginning of the block
  const auto even = [&](StepId step) {
    const auto& inputs = graph.step(step).inputs;
    return std::all_of(inputs.begin(), inputs.end(), [&](const StepInput& input) {
      // A pushed row cannot be asked for again.
      return input.access.is_window() && graph.value(input.value).storage != Storage::kStream;
    });
  };
  std::vector<StepId> starts;
  // Channel groups are computed one after the other, so a patch holds all of a block's groups or
  // none.
  if (last < first || !even(last) || graph.step(last).group >= 0) return starts;
  for (StepId step = last - 1; step >= first; --step) {
    const StepId reader = window_reader(graph, uses, step, last + 1);
    if (reader <= step || !even(step)) break;
    const BlockId block = graph.step(step).block;
    const bool first_of_block = block && (step == StepId(0) || graph.step(step - 1).block != block);
    const bool begins_block = first_of_block && block == graph.step(last).block;
    const bool grouped = graph.step(step).group >= 0;
    if (grouped ? !first_of_block : !begins_patch(graph, graph.step(step))) continue;
    if (begins_block || starts.size() < kMostStarts) starts.push_back(step);
  }
  return starts;
}

}  // namespace spindle
