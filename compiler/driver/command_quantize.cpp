#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "compiler/check/split_mix.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/quantize_report.h"
#include "compiler/files/output_folder.h"
#include "compiler/passes/simplify.h"
#include "compiler/quantize/quantize.h"
#include "compiler/run/input_sets.h"
#include "compiler/run/read_input.h"
#include "compiler/support/version.h"
#include "frontend/export/export_onnx.h"
#include "frontend/importer.h"

namespace spindle {
namespace {

constexpr std::size_t kRandomSamples = 16;

bool is_random(const QuantizeCommandOptions& options) {
  return options.calibration.size() == 1 && options.calibration[0] == "random";
}

std::vector<ProgramIo> inputs_of(const Graph& graph) {
  std::vector<ProgramIo> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    ProgramIo io;
    io.onnx_name = graph.input_port(i).name;
    io.shape = graph.input_port(i).shape;
    io.type = graph.tensor(graph.inputs[i]).type;
    inputs.push_back(std::move(io));
  }
  return inputs;
}

// Noise from -1 to 1, or codes and integers from 0 to 1.
ConstantPtr noise(const Tensor& tensor, SplitMix& random) {
  if (tensor.type == DType::kF32) {
    std::vector<float> values(tensor.elements());
    for (float& value : values) value = static_cast<float>(2 * random.unit() - 1);
    return Constant::floats(tensor.shape, std::move(values));
  }
  std::vector<std::int64_t> values(tensor.elements());
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(random.next() & 1U);
  return Constant::ints(tensor.type, tensor.shape, values);
}

CalibrationData random_data(const Graph& graph) {
  return {.count = kRandomSamples, .sample = [&graph](std::size_t index, Diagnostics&) {
            SplitMix random(index + 1);
            std::vector<ConstantPtr> inputs;
            for (const TensorId id : graph.inputs) {
              inputs.push_back(noise(graph.tensor(id), random));
            }
            return std::optional(std::move(inputs));
          }};
}

// The user's files. They are read when they are needed, again each time.
CalibrationData data_from(const Graph& graph, std::vector<InputSet> sets,
                          const PictureOptions& picture) {
  const std::size_t count = sets.size();
  const auto read = [&graph, sets = std::move(sets), picture, ios = inputs_of(graph)](
                        std::size_t index,
                        Diagnostics& diagnostics) -> std::optional<std::vector<ConstantPtr>> {
    std::vector<ConstantPtr> inputs;
    for (std::size_t i = 0; i < ios.size(); ++i) {
      const ConstantPtr file = read_input(ios[i], sets[index].files[i], picture, diagnostics);
      if (file == nullptr) return std::nullopt;
      const Tensor& tensor = graph.tensor(graph.inputs[i]);
      inputs.push_back(std::make_shared<const Constant>(
          tensor.type, tensor.shape,
          std::vector<std::byte>(file->bytes().begin(), file->bytes().end())));
    }
    return inputs;
  };
  return {.count = count, .sample = read};
}

std::optional<CalibrationData> calibration_data(const QuantizeCommandOptions& options,
                                                const Graph& graph, Diagnostics& diagnostics) {
  if (options.calibration.empty()) {
    Diagnostic& error =
        diagnostics.error("E0450", "there is nothing to calibrate with", graph.name);
    error.notes.emplace_back("scales depend on the values that the model sees in use");
    error.helps.emplace_back(
        "pass --calibration=FOLDER with about 100 pictures as the device will see them");
    error.helps.emplace_back(
        "only to find out size and speed of a model that is not trained yet, pass "
        "--calibration=random");
    return std::nullopt;
  }
  if (is_random(options)) return random_data(graph);
  std::vector<InputSet> sets = input_sets(options.calibration, graph.inputs.size(), diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return data_from(graph, std::move(sets), options.picture);
}

QuantizeOptions quantize_options(const QuantizeCommandOptions& options) {
  QuantizeOptions result;
  result.ranges.type = options.uint8_activations ? DType::kU8 : DType::kI8;
  if (options.ranges == "min-max") result.ranges.rule = RangeRule::kMinMax;
  if (options.ranges == "percentile") {
    result.ranges.rule = RangeRule::kPercentile;
    result.ranges.tail = 1 - options.percentile / 100;
  }
  result.weights.per_tensor = options.per_tensor;
  result.weights.correct_bias = options.bias_correction;
  result.keep_float = options.keep_float;
  result.equalize = options.equalize;
  return result;
}

}  // namespace

int run_quantize(const QuantizeCommandOptions& options, Diagnostics& diagnostics) {
  std::optional<Graph> graph = import_onnx(options.model, {options.dims}, diagnostics);
  if (!graph) return kExitRefused;
  simplify(*graph, diagnostics);
  const auto data = calibration_data(options, *graph, diagnostics);
  if (!data) return kExitRefused;
  const auto model = quantize(*graph, *data, quantize_options(options), diagnostics);
  if (!model) return kExitRefused;
  const std::string calibration =
      is_random(options) ? "random" : fmt::format("{} samples", data->count);
  const std::string file =
      export_onnx(model->graph, {.producer_version = std::string(version()),
                                 .metadata = {{"spindle.quantize.calibration", calibration}}});
  if (!write_file(options.output, file, diagnostics)) return kExitRefused;
  const QuantizeReport report{.model = options.model.string(),
                              .output = options.output.string(),
                              .calibration = calibration,
                              .samples = data->count};
  if (options.format == "json") {
    std::cout << quantize_json(report, *model).dump(2) << '\n';
  } else {
    std::cout << quantize_text(report, *model);
  }
  return flush_stdout(diagnostics) ? kExitDone : kExitRefused;
}

}  // namespace spindle
