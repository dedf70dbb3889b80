#include "compiler/options/option_lists.h"

namespace spindle {
namespace {

const CommandSet kRunModels{Command::kRun, Command::kVerify};
const std::vector<std::string_view> kInputSuffixes{".npy", ".png", ".jpg", ".jpeg", ".bmp"};

void add_input_options(std::vector<OptionSpec>& options) {
  options.push_back(
      {.name = "--input",
       .value = "FILE...",
       .commands = {Command::kRun},
       .help = "Inputs of the model: .npy, .png, .jpg or .bmp files",
       .details = "A model of several inputs takes a file for each, in its order. A model of one "
                  "input takes any number of files, and folders of them. A `.npy` file is taken as "
                  "it is; a picture is resized to the input's size.",
       .values = Values::kMany,
       .kind = ValueKind::kFile,
       .suffixes = kInputSuffixes,
       .required = true,
       .store = &CommandLine::inputs});
  options.push_back({.name = "--input",
                     .value = "FILE...",
                     .commands = {Command::kVerify},
                     .help = "Inputs of the model, a run each: .npy, .png, .jpg or .bmp files",
                     .values = Values::kMany,
                     .kind = ValueKind::kFile,
                     .suffixes = kInputSuffixes,
                     .store = &CommandLine::inputs});
  options.push_back({.name = "--crop",
                     .value = "PART",
                     .commands = kRunModels,
                     .group = OptionGroup::kPicture,
                     .help = "Part of a picture's shorter side to keep, centred",
                     .details = "It is from 0.01 to 1; 1 keeps the whole picture.",
                     .initial = "1",
                     .range = {.least = 0.01, .most = 1},
                     .store = &CommandLine::crop});
  options.push_back(
      {.name = "--mean",
       .value = "MEAN",
       .commands = kRunModels,
       .group = OptionGroup::kPicture,
       .help = "Subtracted from a picture's bytes: one value, or one per channel",
       .excludes = {{.option = "--input-u8",
                     .why = "it cannot be used together with --input-u8",
                     .help = "with --input-u8 the model itself scales the picture's bytes"}},
       .store = &CommandLine::mean});
  options.push_back(
      {.name = "--std",
       .value = "STD",
       .commands = kRunModels,
       .group = OptionGroup::kPicture,
       .help =
           "What is left of a picture's bytes is divided by this: one value, or one per channel",
       .excludes = {{.option = "--input-u8",
                     .why = "it cannot be used together with --input-u8",
                     .help = "with --input-u8 the model itself scales the picture's bytes"}},
       .store = &CommandLine::std});
}

void add_result_options(std::vector<OptionSpec>& options) {
  options.push_back({.name = "--labels",
                     .value = "FILE",
                     .commands = {Command::kRun},
                     .help = "Names of the classes, one a line",
                     .kind = ValueKind::kFile,
                     .store = &CommandLine::labels});
  options.push_back(
      {.name = "--top",
       .value = "N",
       .commands = {Command::kRun},
       .help = "How many classes to show",
       .initial = "5",
       .range = {.least = 1},
       .excludes = {{.option = "--detect",
                     .why = "it is only for classes, and --detect gives detections",
                     .help = "--detect=ssd,max=N sets how many detections there are at most"}},
       .store = &CommandLine::top});
  options.push_back({.name = "--output-dir",
                     .value = "DIR",
                     .commands = {Command::kRun},
                     .help = "Write each output as .npy to this folder",
                     .details = "Of several inputs, or a folder of them, each has a folder there.",
                     .kind = ValueKind::kFolder,
                     .store = &CommandLine::output_dir});
  options.push_back(
      {.name = "--save-input",
       .commands = {Command::kRun},
       .help = "Write each input to the folder of the outputs, too",
       .values = Values::kNone,
       .needs = {{.option = "--output-dir",
                  .why = "the inputs are written to the folder of the outputs, which is missing",
                  .help = "pass --output-dir=DIR too"}},
       .store = &CommandLine::save_input});
  options.push_back({.name = "--dump-layers",
                     .value = "DIR",
                     .commands = {Command::kRun},
                     .help = "Write every activation as .npy to this folder",
                     .kind = ValueKind::kFolder,
                     .store = &CommandLine::dump_layers});
  options.push_back(
      {.name = "--draw",
       .value = "FILE.png",
       .commands = {Command::kRun},
       .help = "Write the picture with what was found in it as .png",
       .details = "Detections are drawn at the picture's own size, a map of classes at the map's.",
       .kind = ValueKind::kFile,
       .suffixes = {".png"},
       .store = &CommandLine::draw});
}

void add_engine_options(std::vector<OptionSpec>& options) {
  options.push_back(
      {.name = "--reference",
       .commands = {Command::kRun},
       .help = "Use the reference interpreter",
       .values = Values::kNone,
       .excludes = {{.option = "--jit", .why = "it cannot be used together with --jit"}},
       .store = &CommandLine::reference});
  options.push_back({.name = "--jit",
                     .negation = "--no-jit",
                     .commands = {Command::kRun},
                     .help = "Compile with LLVM first, instead of using the built-in kernels",
                     .details = "This takes longer than it saves.",
                     .values = Values::kNone,
                     .store = &CommandLine::jit});
}

void add_verify_options(std::vector<OptionSpec>& options) {
  options.push_back({.name = "--golden",
                     .value = "DIR",
                     .commands = {Command::kVerify},
                     .help = "Folder of inputs in_NN.npy and expected outputs outK_NN.npy",
                     .kind = ValueKind::kFolder,
                     .store = &CommandLine::golden});
  options.push_back({.name = "--limit",
                     .value = "N",
                     .commands = {Command::kVerify},
                     .help = "Run at most this many goldens",
                     .details = "0 runs all of them.",
                     .initial = "0",
                     .range = {.least = 0},
                     .needs = {{.option = "--golden",
                                .why = "it limits the number of goldens, and none are given",
                                .help = "pass --golden=DIR too"}},
                     .store = &CommandLine::limit});
  const OptionRelation not_on_host{
      .option = "--target",
      .values = {"host"},
      .why = "only an emulator can count instructions, and host runs without one",
      .help = "pass another --target, for example cortex-m7"};
  options.push_back({.name = "--count",
                     .commands = {Command::kVerify},
                     .help = "Count instructions with a QEMU plugin",
                     .values = Values::kNone,
                     .excludes = {not_on_host},
                     .store = &CommandLine::count});
  options.push_back({.name = "--layers",
                     .commands = {Command::kVerify},
                     .help = "Count instructions by step",
                     .values = Values::kNone,
                     .excludes = {not_on_host},
                     .store = &CommandLine::layers});
  options.push_back(
      {.name = "--emit",
       .commands = {Command::kVerify},
       .help = "What to verify: C, compiled by the target's C compiler, or objects from LLVM",
       .page = "llvm.md",
       .choices = {"c", "obj"},
       .initial = "c",
       .store = &CommandLine::emit});
  options.push_back(
      {.name = "--optimize",
       .value = "FLAGS",
       .commands = {Command::kVerify},
       .help = "The C compiler's optimization flags",
       .details = "Levels, `-f`, `-m`, `-D`, `-W` and the like are taken, but no link-time "
                  "optimization, sanitizers or profiling. With `--emit=obj` it is one of `-O0`, "
                  "`-O1`, `-O2`, `-O3` and `-Oz`.",
       .choices = {"-O0", "-O1", "-O2", "-O3", "-Os", "-Oz", "-Og", "-Ofast"},
       .other_values = true,
       .initial = "-O2",
       .store = &CommandLine::optimize});
}

}  // namespace

std::vector<OptionSpec> running_option_list() {
  std::vector<OptionSpec> options;
  add_input_options(options);
  add_result_options(options);
  add_engine_options(options);
  add_verify_options(options);
  return options;
}

}  // namespace spindle
