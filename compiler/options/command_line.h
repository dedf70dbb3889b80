// The values of a command line's options, stored by the parser (option_parser.h). Texts such as
// "96K" are still as the user wrote them. The table of options (OptionSpec::store) says which
// member holds which option; command_options.h turns the result into the options of one command.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace spindle {

enum class Command : std::uint8_t {
  kCompile,
  kPlan,
  kInspect,
  kRun,
  kVerify,
  kQuantize,
  kTargets,
  kHelp,
  kCompletions,
};

// A member is empty, false or 0 if the command has no such option, or if the option was not given
// and has no default.
struct CommandLine {
  Command command = Command::kHelp;
  std::set<std::string, std::less<>> given;  // the options that the user wrote: "--ram"

  [[nodiscard]] bool has(std::string_view option) const { return given.contains(option); }

  std::vector<std::filesystem::path> models;
  std::filesystem::path output;
  std::string format;
  std::string target;

  // Options on the model.
  std::vector<std::string> dims;
  std::string input_u8;
  bool output_u8 = false;
  std::string io;
  std::string detect;
  std::vector<std::string> print_after;
  bool verify_passes = false;

  // Options on the memory plan.
  std::string ram;
  std::filesystem::path memory;
  bool output_rows = false;
  std::string input_mode;
  bool pareto = false;

  // Options on the files that `compile` writes.
  std::vector<std::string> names;
  std::string weights;
  std::vector<std::string> emit;
  std::string optimize;
  std::string weights_section;
  bool no_check = false;

  // Options of `run` and `verify`.
  std::vector<std::filesystem::path> inputs;
  double crop = 0;
  std::string mean, std;
  std::filesystem::path labels;
  int top = 0;
  std::filesystem::path output_dir;
  bool save_input = false;
  std::filesystem::path dump_layers;
  std::filesystem::path draw;
  bool reference = false;
  bool jit = false;
  std::filesystem::path golden;
  int limit = 0;
  bool count = false;
  bool layers = false;

  // Options of `quantize`. Its `--calibration` is in `inputs`.
  std::string activations;
  bool per_tensor = false;
  std::string ranges;
  double percentile = 0;
  bool no_bias_correction = false;
  bool no_equalization = false;
  std::vector<std::string> keep_float;

  // `--help`, and the arguments of `help` and `completions`.
  bool help = false;
  std::string topic;
  std::string shell;
};

}  // namespace spindle
