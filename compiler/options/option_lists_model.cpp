#include "compiler/options/option_lists.h"
#include "compiler/passes/pipeline.h"

namespace spindle {
namespace {

const CommandSet kReadModels{Command::kCompile, Command::kPlan, Command::kInspect, Command::kRun,
                             Command::kVerify};
const CommandSet kSizeModels{Command::kCompile, Command::kPlan,   Command::kInspect,
                             Command::kRun,     Command::kVerify, Command::kQuantize};
const CommandSet kPlanModels{Command::kCompile, Command::kPlan, Command::kRun, Command::kVerify};

std::vector<std::string> pass_choices() {
  std::vector<std::string> choices{"all", "times"};
  for (std::string_view pass : pass_names()) choices.emplace_back(pass);
  return choices;
}

void add_interface_options(std::vector<OptionSpec>& options) {
  options.push_back(
      {.name = "--dim",
       .value = "NAME=N",
       .commands = kSizeModels,
       .group = OptionGroup::kModel,
       .help = "Value of a dimension that the model leaves open",
       .details = "`--dim height=224` sets a symbolic dimension by its name; `--dim image:2=224` "
                  "sets one dimension of one input, axes from 0, where it has no name or shares "
                  "it. A symbolic batch is 1 by itself.",
       .values = Values::kEach,
       .store = &CommandLine::dims});
  options.push_back(
      {.name = "--input-u8",
       .value = "MEAN,STD",
       .commands = kReadModels,
       .group = OptionGroup::kModel,
       .help = "The model takes its picture as uint8 in NHWC order instead of float",
       .details = "The value of a byte is (byte - MEAN) / STD, computed in float32 as written. "
                  "`MEAN,MEAN,MEAN,STD,STD,STD` gives each channel its own. This costs one table "
                  "look-up per byte, quantization included.",
       .store = &CommandLine::input_u8});
  options.push_back({.name = "--output-u8",
                     .commands = kReadModels,
                     .group = OptionGroup::kModel,
                     .help = "Indices of classes (ArgMax) are uint8 instead of int64",
                     .values = Values::kNone,
                     .store = &CommandLine::output_u8});
  options.push_back(
      {.name = "--io",
       .commands = kReadModels,
       .group = OptionGroup::kModel,
       .help = "What quantized models take and give",
       .details = "`file`: what the file says, as a rule float. `native`: the 8-bit codes, without "
                  "the QuantizeLinear behind an input and the DequantizeLinear before an output. "
                  "Inputs and outputs that have none stay as they are, and W0405 says so.",
       .page = "user-guide.md",
       .choices = {"file", "native"},
       .initial = "file",
       .store = &CommandLine::io});
  options.push_back(
      {.name = "--detect",
       .value = "ssd,...",
       .commands = kReadModels,
       .group = OptionGroup::kModel,
       .help = "The model gives detections instead of scores, boxes and anchors",
       .details =
           "Settings follow `ssd`, as in `--detect=ssd,score=0.3,max=20`. Their defaults are "
           "`score=0.5`, `iou=0.5`, `max=10`, `background=0`, "
           "`variances=0.1:0.1:0.2:0.2`, `boxes=centers`, `anchors=corners` and `order=yx`.",
       .page = "detection-and-segmentation.md",
       .choices = {"ssd"},
       .other_values = true,
       .store = &CommandLine::detect});
}

void add_plan_options(std::vector<OptionSpec>& options) {
  options.push_back(
      {.name = "--ram",
       .value = "SIZE",
       .commands = kPlanModels,
       .group = OptionGroup::kPlan,
       .help = "Most bytes of the arena: 131072, 96K, 1.5MiB",
       .details = "Within them, the plan does the least extra work. K is 1024 bytes, M is 1024 K "
                  "and G is 1024 M, also written KB or KiB, in either case.",
       .page = "memory.md",
       .store = &CommandLine::ram});
  options.push_back({.name = "--memory",
                     .value = "MAP.json",
                     .commands = kPlanModels,
                     .group = OptionGroup::kPlan,
                     .help = "JSON file that lists the target's memories",
                     .details = "The plan has an arena in each memory.",
                     .page = "memory-regions.md",
                     .kind = ValueKind::kFile,
                     .suffixes = {".json"},
                     .store = &CommandLine::memory});
  options.push_back({.name = "--output-rows",
                     .commands = kPlanModels,
                     .group = OptionGroup::kPlan,
                     .help = "Outputs are handed out row by row, to a function that you define",
                     .page = "detection-and-segmentation.md",
                     .values = Values::kNone,
                     .store = &CommandLine::output_rows});
  options.push_back(
      {.name = "--input-mode",
       .commands = kPlanModels,
       .group = OptionGroup::kPlan,
       .help = "Where the model's input is",
       .details = "`external`: in the caller's buffer, which is never written. `arena`: in the "
                  "arena, overwritten as it is consumed. `streamed`: pushed row by row as a camera "
                  "delivers it.",
       .page = "memory.md",
       .choices = {"external", "arena", "streamed"},
       .initial = "external",
       .store = &CommandLine::input_mode});
  options.push_back(
      {.name = "--input",
       .commands = {Command::kCompile, Command::kPlan},
       .group = OptionGroup::kPlan,
       .help = "Old spelling of --input-mode",
       .details = "It still works in `compile` and `plan`; in `run` and `verify`, `--input` names "
                  "files.",
       .choices = {"external", "arena", "streamed"},
       .excludes = {{.option = "--input-mode",
                     .why = "it is the old spelling of --input-mode",
                     .help = "omit --input"}},
       .store = &CommandLine::input_mode});
}

void add_debugging_options(std::vector<OptionSpec>& options) {
  options.push_back({.name = "--print-after",
                     .value = "PASS",
                     .commands = kReadModels,
                     .group = OptionGroup::kDebugging,
                     .help = "Print to stderr the graph after a pass, or after all",
                     .details = "`times` prints instead, at the end, a table of the time of each "
                                "pass and of each stage of the planner, the checks and the "
                                "emitter.",
                     .page = "contributing.md",
                     .values = Values::kEach,
                     .choices = pass_choices(),
                     .store = &CommandLine::print_after});
  options.push_back({.name = "--verify-passes",
                     .commands = kReadModels,
                     .group = OptionGroup::kDebugging,
                     .help = "Check the graph after each pass",
                     .values = Values::kNone,
                     .store = &CommandLine::verify_passes});
}

}  // namespace

std::vector<OptionSpec> model_option_list() {
  std::vector<OptionSpec> options;
  options.push_back({.name = "MODEL.onnx",
                     .commands = {Command::kCompile},
                     .help = "ONNX files, each a model",
                     .values = Values::kMany,
                     .kind = ValueKind::kFile,
                     .suffixes = {".onnx"},
                     .required = true,
                     .store = &CommandLine::models});
  options.push_back({.name = "MODEL.onnx",
                     .commands = {Command::kPlan, Command::kInspect, Command::kRun,
                                  Command::kVerify, Command::kQuantize},
                     .help = "ONNX file",
                     .kind = ValueKind::kFile,
                     .suffixes = {".onnx"},
                     .required = true,
                     .store = &CommandLine::models});
  add_interface_options(options);
  add_plan_options(options);
  add_debugging_options(options);
  return options;
}

}  // namespace spindle
