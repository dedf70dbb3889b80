#include "tests/support/step_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace spindle::testing {

ValueId StepBuilder::input(std::int64_t rows, std::int64_t row_bytes) {
  return graph.values.push_back(
      {.name = "input", .rows = rows, .row_bytes = row_bytes, .storage = Storage::kInput});
}

ValueId StepBuilder::step(std::vector<StepInput> inputs, std::int64_t rows, std::int64_t row_bytes,
                          BlockId block) {
  const std::string name = fmt::format("s{}", graph.steps.size());
  const ValueId id = graph.values.push_back({.name = name, .rows = rows, .row_bytes = row_bytes});
  Step step;
  step.name = name;
  step.block = block;
  step.inputs = std::move(inputs);
  step.output = id;
  graph.steps.push_back(std::move(step));
  return id;
}

ValueId StepBuilder::pointwise(ValueId in, std::int64_t bytes, BlockId block) {
  return step({{in, {}, false, false}}, rows(in), bytes, block);
}

ValueId StepBuilder::window(ValueId in, StepWindow window, std::int64_t bytes, BlockId block) {
  const std::int64_t reach = std::int64_t{window.dilation} * (window.kernel - 1) + 1;
  const std::int64_t padded = rows(in) + window.pad_top + window.pad_bottom;
  const std::int64_t out = (padded - reach) / window.stride + 1;
  return step({{in, RowAccess::window(window.stride, window.pad_top, reach), false, true}}, out,
              bytes, block);
}

ValueId StepBuilder::add(ValueId a, ValueId b, BlockId block) {
  return step({{a, {}, true, false}, {b, {}, true, false}}, rows(a), row_bytes(a), block);
}

ValueId StepBuilder::mean(ValueId in) {
  const ValueId sums = step({{in, {}, false, false}}, rows(in), row_bytes(in) * 4);
  graph.values.back().accumulator = true;
  return step({{sums, {0, 1, rows(sums) - 1, 1}, false, false}}, 1, row_bytes(in));
}

void StepBuilder::by_columns(std::int64_t columns) {
  Step& step = graph.steps.back();
  step.columns = columns;
  for (StepInput& input : step.inputs) {
    input.columnwise = input.access == RowAccess{} && !input.by_ring;
    if (input.columnwise) input.column_bytes = row_bytes(input.value) / columns;
  }
}

void StepBuilder::square_window(std::int64_t columns) {
  StepInput& input = graph.steps.back().inputs[0];
  input.column_window = input.access;
  input.column_bytes = row_bytes(input.value) / columns;
}

void StepBuilder::flat(std::int64_t weight_bytes) {
  graph.steps.back().flat = true;
  graph.steps.back().weight_bytes = weight_bytes;
}

void StepBuilder::output(ValueId value) {
  graph.values[value].storage = Storage::kOutput;
  graph.values[value].output = OutputId(0);
}

PlannedGraph planned(const StepGraph& graph) {
  PlannedGraph result;
  result.values = graph.values;
  for (const StepId id : graph.steps.ids()) {
    const Step& step = graph.step(id);
    PlannedStep& made = result.steps[result.steps.push_back(PlannedStep(id, step))];
    made.scratch_columns = step.scratch.columns;
    made.scratch_bytes = step.scratch.of(step.scratch.columns);
  }
  return result;
}

StepGraph random_network(unsigned seed, int blocks) {
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  StepBuilder b;
  ValueId x = b.input(pick(5, 40), 3 * pick(5, 40));
  std::vector<ValueId> taps;
  for (BlockId block(0); block < BlockId(blocks); ++block) {
    const ValueId in = x;
    const int k = 1 + 2 * pick(0, 2);
    const int dilation = k > 1 ? pick(1, 2) : 1;
    const int reach = dilation * (k - 1) + 1;
    const int stride = b.rows(in) > 8 ? pick(1, 2) : 1;
    const int pad = reach / 2;
    const int pad_bottom = stride == 2 && pad > 0 ? pad - pick(0, 1) : pad;
    const bool residual = stride == 1 && block > BlockId(0) && pick(0, 1) == 1;
    const std::int64_t bytes = residual ? b.row_bytes(in) : 8 * pick(1, 40);
    ValueId y = pick(0, 3) == 0 ? in : b.pointwise(in, 8 * pick(2, 90), block);
    y = b.window(y,
                 {.kernel = k,
                  .stride = stride,
                  .pad_top = pad,
                  .pad_bottom = pad_bottom,
                  .dilation = dilation},
                 b.row_bytes(y), block);
    y = b.pointwise(y, bytes, block);
    if (residual) y = b.add(y, in, block);
    if (pick(0, 4) == 0) taps.push_back(y);
    x = y;
  }
  // The taps are read again at the end, as by the heads of a detector.
  for (ValueId tap : taps) {
    if (tap == x) continue;
    const ValueId head = b.pointwise(tap, 16);
    (void)b.mean(head);
  }
  b.output(b.mean(x));
  return std::move(b.graph);
}

StepGraph random_image_network(unsigned seed, int blocks) {
  StepGraph graph = random_network(seed, blocks);
  for (Value& value : graph.values) {
    if (value.rows > 1 && !value.accumulator)
      value.row_bytes = value.rows * (1 + value.row_bytes / 8);
  }
  for (Step& step : graph.steps) {
    const Value& out = graph.value(step.output);
    if (out.rows == 1 || out.accumulator) continue;
    step.columns = out.rows;
    step.macs = out.bytes();
    for (StepInput& input : step.inputs) {
      if (graph.value(input.value).rows == 1) continue;
      if (input.by_ring) {
        input.column_window = input.access;
      } else {
        input.columnwise = input.access == RowAccess{};
      }
      const Value& value = graph.value(input.value);
      input.column_bytes = value.row_bytes / value.rows;
    }
    step.flat = std::all_of(step.inputs.begin(), step.inputs.end(),
                            [](const StepInput& input) { return input.columnwise; });
    if (!step.flat || step.inputs.size() > 1) continue;
    step.weight_bytes = out.bytes() * 4;
    if (step.weight_bytes % 3 == 0) continue;
    step.scratch = {.bytes = 4, .column_bytes = 2, .columns = 8, .wide_columns = 40};
  }
  return graph;
}

}  // namespace spindle::testing
