#include "compiler/compile/select_steps.h"

#include "compiler/lower/select/input_mode.h"
#include "compiler/lower/select/output_rows.h"
#include "compiler/support/stage_times.h"

namespace spindle {
namespace {

// E0403: every row would be kept until the last one has come, as if the input were in the arena.
void report_kept_rows(const Graph& graph, Diagnostics& diagnostics) {
  const Tensor& input = graph.tensor(graph.inputs[0]);
  const Shape& shape = graph.input_port(0).shape;
  const bool planar = shape.size() == 4 && shape[1] > 1 && shape[1] < shape[3];
  Diagnostic& error =
      diagnostics.error("E0403", "streaming the model's input would save no memory", graph.name);
  error.notes.push_back("'" + input.name + "' is " + to_string(shape) +
                        (planar ? ", one channel after the other: each pixel is complete only when "
                                  "the last channel comes, so that all rows would be kept"
                                : ", and a layer needs all of it at once"));
  if (planar && input.type == DType::kF32) {
    error.helps.emplace_back(
        "pass `--input-u8=MEAN,STD`: the picture comes as NHWC bytes, whose rows need not be kept");
  }
  error.helps.emplace_back("pass `--input-mode=external` or `--input-mode=arena`");
}

}  // namespace

std::optional<Selection> select_steps(const Graph& graph, const Target& target,
                                      const CompilationOptions& options, Diagnostics& diagnostics) {
  const TimedStage stage(Stage::kSelection);
  std::optional<Selection> selection = select_kernels(graph, target, diagnostics);
  if (!selection) return std::nullopt;
  if (options.output_rows && !hand_out_rows(*selection, graph, diagnostics)) return std::nullopt;
  if (!set_input_mode(*selection, graph, options.plan.input, diagnostics)) return std::nullopt;
  if (options.plan.input == InputMode::kStreamed && !options.keep_pushed_rows &&
      keeps_pushed_rows(selection->steps)) {
    report_kept_rows(graph, diagnostics);
    return std::nullopt;
  }
  return selection;
}

}  // namespace spindle
