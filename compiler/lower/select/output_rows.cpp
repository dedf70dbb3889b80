#include "compiler/lower/select/output_rows.h"

#include <algorithm>
#include <utility>

#include "compiler/lower/select/selector.h"
#include "compiler/support/names.h"

namespace spindle {
namespace {

// Whether the value is a whole model output and has several rows.
bool is_whole_output(const Selection& selection, const Graph& graph, const Value& value) {
  if (value.storage != Storage::kOutput || value.rows < 2 || value.io_offset != 0) return false;
  const Tensor& t = graph.tensor(graph.outputs[value.output.index()]);
  const auto writers = std::count_if(
      selection.steps.values.begin(), selection.steps.values.end(), [&](const Value& other) {
        return other.storage == Storage::kOutput && other.output == value.output;
      });
  return writers == 1 && value.bytes() == t.bytes();
}

// Whether the step that makes `value` writes one row per call, to the row's own address.
bool written_by_rows(const Selection& selection, ValueId value) {
  for (const StepId id : selection.steps.steps.ids()) {
    if (selection.steps.step(id).output != value) continue;
    const auto& calls = selection.calls[id];
    return std::all_of(calls.begin(), calls.end(), [](const KernelCall& call) {
      return std::none_of(call.args.begin(), call.args.end(), [](const KernelArg& arg) {
        return arg.kind == KernelArg::Kind::kOutputBase;
      });
    });
  }
  return false;
}

void hand_out(Selection& selection, ValueId id) {
  StepGraph& steps = selection.steps;
  Value given = steps.value(id);
  steps.values[id].storage = Storage::kArena;
  given.name += "_rows";
  Step step;
  UniqueNames names;
  for (const Step& other : steps.steps) names.reserve(other.name);
  step.name = names("hand_out");
  step.inputs = {own_rows(steps, id)};
  KernelCall call;
  call.output_row = given.output;
  step.output = steps.values.push_back(std::move(given));
  call.args = {y_arg(), input_arg(0)};
  steps.steps.push_back(std::move(step));
  selection.calls.push_back({std::move(call)});
}

}  // namespace

bool hand_out_rows(Selection& selection, const Graph& graph, Diagnostics& diagnostics) {
  bool any = false;
  for (const ValueId id : selection.steps.values.ids()) {  // without those that are added here
    if (!is_whole_output(selection, graph, selection.steps.value(id)) ||
        !written_by_rows(selection, id)) {
      continue;
    }
    hand_out(selection, id);
    any = true;
  }
  if (any) return true;
  diagnostics.error("E0406", "no output of the model is written row by row", graph.name)
      .helps.emplace_back("omit `--output-rows`; outputs are then written to buffers");
  return false;
}

}  // namespace spindle
