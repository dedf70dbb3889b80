// One function per command. Each prints its result to stdout, adds its messages to `diagnostics`
// and returns an exit code: kExitDone; kExitRefused after an error was reported; kExitMismatch if
// `verify` found a difference.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/model_options.h"
#include "compiler/files/picture.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

constexpr int kExitDone = 0;
constexpr int kExitRefused = 1;
constexpr int kExitUsage = 2;
constexpr int kExitMismatch = 3;
constexpr int kExitBug = 70;

struct CompileOptions {
  ModelOptions model;  // model.model is not used; see `models`
  std::vector<std::filesystem::path> models;
  std::string target;
  std::filesystem::path output;
  std::vector<std::string> names;      // one for each model; empty: named after the files
  std::string weights = "c";           // c, incbin
  std::vector<std::string> emit{"c"};  // c, llvm-ir, bc, asm, obj
  std::string optimize = "-O2";        // LLVM's optimization level; not used for C
  std::string weights_section;         // empty: LLVM's default; not used for C
};
int run_compile(const CompileOptions& options, Diagnostics& diagnostics);

struct PlanOptions {
  ModelOptions model;
  std::string target = "host";
  std::string format = "text";   // text, json, html
  std::filesystem::path output;  // empty: stdout
  bool pareto = false;           // also list the Pareto frontier of RAM against work
};
int run_plan(const PlanOptions& options, Diagnostics& diagnostics);

struct InspectOptions {
  ModelOptions model;
  std::string format = "text";  // text, json
};
int run_inspect(const InspectOptions& options, Diagnostics& diagnostics);

struct RunOptions {
  ModelOptions model;
  // One file for each model input. A model with one input runs on each of any number of files; a
  // folder stands for the files in it.
  std::vector<std::filesystem::path> inputs;
  PictureOptions picture;
  std::filesystem::path labels;
  int top = 5;
  std::filesystem::path output_dir;   // gets each output as .npy; empty: none is written
  bool save_input = false;            // write the inputs to `output_dir` too
  std::filesystem::path dump_layers;  // gets each activation as .npy; empty: none is written
  std::filesystem::path draw;         // .png of the input with detections or classes drawn in
  bool reference = false;             // run the reference interpreter
  bool jit = false;                   // run code that LLVM makes, not the built-in kernels
  std::string format = "text";        // text, json
};
int run_run(const RunOptions& options, Diagnostics& diagnostics);

struct VerifyOptions {
  ModelOptions model;
  std::string target;
  std::vector<std::filesystem::path> inputs;  // as in RunOptions
  PictureOptions picture;
  std::filesystem::path golden;  // folder with in_NN.npy and outK_NN.npy
  int limit = 0;                 // at most this many goldens; 0: all
  bool count = false;            // count the instructions of a run
  bool layers = false;           // count the instructions of each step too
  std::string emit = "c";        // c, obj
  std::string optimize = "-O2";
  std::string format = "text";  // text, json
};
int run_verify(const VerifyOptions& options, Diagnostics& diagnostics);

struct QuantizeCommandOptions {
  std::filesystem::path model;
  std::map<std::string, std::int64_t> dims;
  // Files and folders as in RunOptions::inputs; or "random" alone.
  std::vector<std::filesystem::path> calibration;
  PictureOptions picture;
  std::filesystem::path output;
  bool uint8_activations = false;
  bool per_tensor = false;
  std::string ranges = "least-error";  // least-error, min-max, percentile
  double percentile = 99.99;           // for ranges == "percentile"
  bool bias_correction = true;
  bool equalize = true;
  std::vector<std::string> keep_float;
  std::string format = "text";  // text, json
};
int run_quantize(const QuantizeCommandOptions& options, Diagnostics& diagnostics);

int run_targets(const std::string& format);

struct HelpOptions {
  std::string topic;             // a command's name; empty: the overview of all commands
  std::string format = "text";   // text, man, markdown
  std::filesystem::path output;  // empty: stdout
};
int run_help(const HelpOptions& options, Diagnostics& diagnostics);

struct CompletionsOptions {
  std::string shell;             // bash, zsh, fish
  std::filesystem::path output;  // empty: stdout
};
int run_completions(const CompletionsOptions& options, Diagnostics& diagnostics);

}  // namespace spindle
