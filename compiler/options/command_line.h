// What a command line says, as written: numbers, names and files that nothing has looked at yet.
// option_table.cpp says which option is stored where, command_options.h makes sense of it all.
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
  kTargets,
  kHelp,
  kCompletions,
};

// Members of options that the command lacks, or that were not given and have no default, are empty,
// false or 0.
struct CommandLine {
  Command command = Command::kHelp;
  std::set<std::string, std::less<>> given;  // names of the options that the user wrote

  [[nodiscard]] bool has(std::string_view option) const { return given.contains(option); }

  std::vector<std::filesystem::path> models;
  std::filesystem::path output;
  std::string format;
  std::string target;

  // Of the model.
  std::vector<std::string> dims;
  std::string input_u8;
  bool output_u8 = false;
  std::string detect;
  std::vector<std::string> print_after;
  bool verify_passes = false;

  // Of the plan.
  std::string ram;
  std::filesystem::path memory;
  bool output_rows = false;
  std::string input_mode;
  bool pareto = false;

  // Of what is written.
  std::vector<std::string> names;
  std::string weights;
  std::vector<std::string> emit;
  std::string optimize;
  std::string weights_section;
  bool no_check = false;

  // Of runs.
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

  // Of help and completions.
  bool help = false;
  std::string topic;
  std::string shell;
};

}  // namespace spindle
