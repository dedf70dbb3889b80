#include "compiler/lower/select/input_mode.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "compiler/lower/select/selector.h"
#include "compiler/support/names.h"

namespace spindle {
namespace {

// Puts all inputs into the arena, also those that no step reads: the caller expects a place for
// each of them.
void put_into_arena(StepGraph& steps, const Graph& graph) {
  std::vector<bool> read(graph.inputs.size(), false);
  for (const Value& value : steps.values) {
    if (value.storage == Storage::kInput) read[value.input.index()] = true;
  }
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (!read[i]) steps.values.push_back(external_input(graph, i));
  }
  for (Value& value : steps.values) {
    if (value.storage != Storage::kInput) continue;
    value.storage = Storage::kArena;
    value.given = true;
  }
}

ValueId input_value(const StepGraph& steps) {
  const auto found = std::find_if(steps.values.begin(), steps.values.end(), [](const Value& value) {
    return value.storage == Storage::kInput;
  });
  return found == steps.values.end() ? ValueId() : ValueId(found - steps.values.begin());
}

// Whether the step writes an output, or sums from which the next step makes an output. No cascade
// ends between the two.
bool writes_output(const StepGraph& steps, const Step& step) {
  const Value& value = steps.value(step.output);
  return value.storage == Storage::kOutput ||
         (value.accumulator &&
          std::any_of(steps.steps.begin(), steps.steps.end(), [&](const Step& other) {
            return std::any_of(other.inputs.begin(), other.inputs.end(), [&](const StepInput& in) {
              return in.value == step.output &&
                     steps.value(other.output).storage == Storage::kOutput;
            });
          }));
}

// Whether each row of the input is read once, by one step, so that it need not be kept. No output
// may be written before, because the outputs are known only after all rows have come.
bool read_once(const StepGraph& steps, ValueId input) {
  int readers = 0;
  bool by_rows = true;
  bool written = false;
  for (const Step& step : steps.steps) {
    written = written || writes_output(steps, step);
    for (const StepInput& in : step.inputs) {
      if (in.value != input) continue;
      ++readers;
      by_rows = by_rows && !written && in.access == RowAccess{} &&
                steps.value(step.output).rows == steps.value(input).rows;
    }
  }
  return readers == 1 && by_rows;
}

void receive(Selection& selection, ValueId input) {
  Value& value = selection.steps.values[input];
  value.storage = Storage::kArena;
  Step step;
  UniqueNames names;
  for (const Step& other : selection.steps.steps) names.reserve(other.name);
  step.name = names("receive");
  step.output = input;
  step.receives = true;
  std::vector<Step>& steps = selection.steps.steps.items();
  steps.insert(steps.begin(), std::move(step));
  std::vector<std::vector<KernelCall>>& calls = selection.calls.items();
  calls.insert(calls.begin(), std::vector<KernelCall>{});
}

}  // namespace

Value external_input(const Graph& graph, std::size_t index) {
  const TensorId id = graph.inputs[index];
  const Tensor& t = graph.tensor(id);
  const RowShape shape = row_shape(t.shape);
  return {.name = t.name,
          .tensor = id,
          .rows = shape.rows,
          .row_bytes = shape.elements * static_cast<std::int64_t>(size_of(t.type)),
          .storage = Storage::kInput,
          .input = InputId(index)};
}

bool set_input_mode(Selection& selection, const Graph& graph, InputMode mode,
                    Diagnostics& diagnostics) {
  if (mode == InputMode::kExternal) return true;
  if (mode == InputMode::kArena) {
    put_into_arena(selection.steps, graph);
    return true;
  }
  const auto refuse = [&](std::string why) {
    Diagnostic& error =
        diagnostics.error("E0403", "the model's input cannot be streamed", graph.name);
    error.notes.push_back(std::move(why));
    error.helps.emplace_back("pass `--input-mode=external` or `--input-mode=arena`");
    return false;
  };
  if (graph.inputs.size() != 1) {
    return refuse(fmt::format("it has {} inputs; only a model with one input can be streamed",
                              graph.inputs.size()));
  }
  const ValueId input = input_value(selection.steps);
  if (!input) return refuse("no operator reads it");
  const Value& value = selection.steps.value(input);
  if (value.rows < 2) {
    return refuse(fmt::format("'{}' has only one row", graph.tensor(graph.inputs[0]).name));
  }
  if (read_once(selection.steps, input)) {
    selection.steps.values[input].storage = Storage::kStream;
  } else {
    receive(selection, input);
  }
  return true;
}

bool keeps_pushed_rows(const StepGraph& steps) {
  if (steps.steps.empty() || !steps.steps.front().receives) return false;
  return std::any_of(steps.steps.begin(), steps.steps.end(), [&](const Step& step) {
    return std::any_of(step.inputs.begin(), step.inputs.end(), [&](const StepInput& input) {
      return input.value == steps.steps.front().output && !input.access.is_window();
    });
  });
}

}  // namespace spindle
