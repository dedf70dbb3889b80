#include "compiler/driver/command_options.h"

#include "compiler/driver/detect_options.h"
#include "compiler/driver/option_values.h"
#include "compiler/options/usage_error.h"

namespace spindle {
namespace {

InputMode input_mode(const std::string& name) {
  if (name == "arena") return InputMode::kArena;
  return name == "streamed" ? InputMode::kStreamed : InputMode::kExternal;
}

void set_detect(ModelOptions& model, const std::string& text) {
  std::string error;
  const DetectSettings settings = parse_detect(text, error);
  if (!error.empty()) {
    throw UsageError("--detect", error, "docs/detection-and-segmentation.md lists them all");
  }
  model.compile.detect = settings;
  model.anchors = settings.anchors_file;
}

ModelOptions model_options(const CommandLine& line) {
  ModelOptions model;
  model.model = line.models.front();
  model.dims = parse_dims(line.dims);
  model.memory = line.memory;
  model.compile.output_u8 = line.output_u8;
  model.compile.native_io = line.io == "native";
  model.compile.output_rows = line.output_rows;
  model.compile.pipeline.print_after = line.print_after;
  model.compile.pipeline.verify = line.verify_passes;
  model.compile.plan.input = input_mode(line.input_mode);
  if (!line.input_u8.empty()) model.compile.input_u8 = parse_numbers("--input-u8", line.input_u8);
  if (!line.ram.empty()) model.compile.plan.ram = parse_size("--ram", line.ram);
  if (!line.detect.empty()) set_detect(model, line.detect);
  return model;
}

PictureOptions picture_options(const CommandLine& line) {
  PictureOptions picture;
  picture.crop = line.crop;
  if (!line.mean.empty()) picture.mean = parse_numbers("--mean", line.mean);
  if (!line.std.empty()) picture.std = parse_divisors("--std", line.std);
  return picture;
}

}  // namespace

CompileOptions compile_options(const CommandLine& line) {
  CompileOptions options;
  options.model = model_options(line);
  options.model.compile.self_check = !line.no_check;
  options.models = line.models;
  options.target = line.target;
  options.output = line.output;
  options.names = line.names;
  options.weights = line.weights;
  options.emit = line.emit;
  options.optimize = line.optimize;
  options.weights_section = line.weights_section;
  return options;
}

PlanOptions plan_options(const CommandLine& line) {
  return {.model = model_options(line),
          .target = line.target,
          .format = line.format,
          .output = line.output,
          .pareto = line.pareto};
}

InspectOptions inspect_options(const CommandLine& line) {
  return {.model = model_options(line), .format = line.format};
}

RunOptions run_options(const CommandLine& line) {
  RunOptions options;
  options.model = model_options(line);
  options.inputs = line.inputs;
  options.picture = picture_options(line);
  options.labels = line.labels;
  options.top = line.top;
  options.output_dir = line.output_dir;
  options.save_input = line.save_input;
  options.dump_layers = line.dump_layers;
  options.draw = line.draw;
  options.reference = line.reference;
  options.jit = line.jit;
  options.format = line.format;
  return options;
}

VerifyOptions verify_options(const CommandLine& line) {
  VerifyOptions options;
  options.model = model_options(line);
  options.target = line.target;
  options.inputs = line.inputs;
  options.picture = picture_options(line);
  options.golden = line.golden;
  options.limit = line.limit;
  options.count = line.count;
  options.layers = line.layers;
  options.emit = line.emit.front();
  options.optimize = line.optimize;
  options.format = line.format;
  return options;
}

QuantizeCommandOptions quantize_command_options(const CommandLine& line) {
  QuantizeCommandOptions options;
  options.model = line.models.front();
  options.dims = parse_dims(line.dims);
  options.calibration = line.inputs;
  options.picture = picture_options(line);
  options.output = line.output;
  options.format = line.format;
  options.uint8_activations = line.activations == "uint8";
  options.per_tensor = line.per_tensor;
  options.ranges = line.ranges;
  options.percentile = line.percentile;
  options.bias_correction = !line.no_bias_correction;
  options.equalize = !line.no_equalization;
  options.keep_float = line.keep_float;
  return options;
}

}  // namespace spindle
