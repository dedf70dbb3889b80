#include "compiler/options/option_lists.h"

namespace spindle {
namespace {

// As in `run`, but for a model that takes floats in any case.
void add_picture_options(std::vector<OptionSpec>& options) {
  options.push_back({.name = "--crop",
                     .value = "PART",
                     .commands = {Command::kQuantize},
                     .help = "Part of a picture's shorter side to keep, centred",
                     .details = "It is from 0.01 to 1; 1 keeps the whole picture.",
                     .initial = "1",
                     .range = {.least = 0.01, .most = 1},
                     .store = &CommandLine::crop});
  options.push_back({.name = "--mean",
                     .value = "MEAN",
                     .commands = {Command::kQuantize},
                     .help = "Subtracted from a picture's bytes: one value, or one per channel",
                     .store = &CommandLine::mean});
  options.push_back(
      {.name = "--std",
       .value = "STD",
       .commands = {Command::kQuantize},
       .help =
           "What is left of a picture's bytes is divided by this: one value, or one per channel",
       .store = &CommandLine::std});
}

}  // namespace

std::vector<OptionSpec> quantize_option_list() {
  std::vector<OptionSpec> options;
  options.push_back(
      {.name = "--calibration",
       .value = "FILE...",
       .commands = {Command::kQuantize},
       .help = "What to calibrate with: pictures or .npy files, or folders of them",
       .details = "About 100 pictures as the device will see them are enough. `random` calibrates "
                  "with noise instead: for sizing a model that is not trained yet, never for use. "
                  "The model then says so, and `compile` warns.",
       .page = "quantize.md",
       .values = Values::kMany,
       .kind = ValueKind::kFile,
       .suffixes = {".npy", ".png", ".jpg", ".jpeg", ".bmp"},
       .store = &CommandLine::inputs});
  options.push_back({.name = "--output",
                     .letter = "-o",
                     .value = "FILE.onnx",
                     .commands = {Command::kQuantize},
                     .help = "The model to write",
                     .kind = ValueKind::kFile,
                     .suffixes = {".onnx"},
                     .required = true,
                     .store = &CommandLine::output});
  options.push_back({.name = "--activations",
                     .commands = {Command::kQuantize},
                     .help = "Type of activations",
                     .page = "quantize.md",
                     .choices = {"int8", "uint8"},
                     .initial = "int8",
                     .store = &CommandLine::activations});
  options.push_back({.name = "--per-tensor",
                     .commands = {Command::kQuantize},
                     .help = "One scale for all weights of a layer, not one for each channel",
                     .details = "It costs accuracy and saves nothing on the targets of Spindle.",
                     .values = Values::kNone,
                     .store = &CommandLine::per_tensor});
  options.push_back({.name = "--ranges",
                     .commands = {Command::kQuantize},
                     .help = "How the range of an activation is chosen from its values",
                     .details = "`least-error`: so that the sum of squared errors is least. "
                                "`min-max`: from the smallest to the largest value. `percentile`: "
                                "without the values beyond `--percentile`.",
                     .page = "quantize.md",
                     .choices = {"least-error", "min-max", "percentile"},
                     .initial = "least-error",
                     .store = &CommandLine::ranges});
  options.push_back({.name = "--percentile",
                     .value = "P",
                     .commands = {Command::kQuantize},
                     .help = "Percent of the values below the upper end, and above the lower one",
                     .initial = "99.99",
                     .range = {.least = 50, .most = 100},
                     .needs = {{.option = "--ranges",
                                .values = {"percentile"},
                                .why = "no percentile is used",
                                .help = "pass --ranges=percentile too"}},
                     .store = &CommandLine::percentile});
  options.push_back({.name = "--no-bias-correction",
                     .commands = {Command::kQuantize},
                     .help = "Leave the mean error that rounded weights make in each channel",
                     .values = Values::kNone,
                     .store = &CommandLine::no_bias_correction});
  options.push_back({.name = "--no-equalization",
                     .commands = {Command::kQuantize},
                     .help = "Leave channels as they are, however much they differ",
                     .page = "quantize.md",
                     .values = Values::kNone,
                     .store = &CommandLine::no_equalization});
  options.push_back({.name = "--keep-float",
                     .value = "NAME",
                     .commands = {Command::kQuantize},
                     .help = "A layer that stays in float, by the name in the report",
                     .values = Values::kEach,
                     .store = &CommandLine::keep_float});
  options.push_back({.name = "--format",
                     .commands = {Command::kQuantize},
                     .help = "Form of the report",
                     .choices = {"text", "json"},
                     .initial = "text",
                     .store = &CommandLine::format});
  add_picture_options(options);
  return options;
}

}  // namespace spindle
