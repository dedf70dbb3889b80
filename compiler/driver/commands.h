// One function per command. Each prints its result to stdout, collects messages in `diagnostics`
// and returns the exit code: 0 done, 1 the model or the plan cannot be had, 3 a mismatch.
#pragma once

#include <filesystem>
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
  ModelOptions model;  // but for the file
  std::vector<std::filesystem::path> models;
  std::string target;
  std::filesystem::path output;
  std::vector<std::string> names;      // none, or one for each model
  std::string weights = "c";           // c, incbin
  std::vector<std::string> emit{"c"};  // c, llvm-ir, bc, asm, obj
  std::string optimize = "-O2";        // LLVM's level, for all but C
  std::string weights_section;         // likewise
};
int run_compile(const CompileOptions& options, Diagnostics& diagnostics);

struct PlanOptions {
  ModelOptions model;
  std::string target = "host";
  std::string format = "text";   // text, json, html
  std::filesystem::path output;  // empty: stdout
  bool pareto = false;           // list the frontier of RAM against work
};
int run_plan(const PlanOptions& options, Diagnostics& diagnostics);

struct InspectOptions {
  ModelOptions model;
  std::string format = "text";  // text, json
};
int run_inspect(const InspectOptions& options, Diagnostics& diagnostics);

struct RunOptions {
  ModelOptions model;
  std::vector<std::filesystem::path> inputs;  // one per model input, or one input's, also folders
  PictureOptions picture;
  std::filesystem::path labels;
  int top = 5;
  std::filesystem::path output_dir;   // <output>.npy
  bool save_input = false;            // <input>.npy there too
  std::filesystem::path dump_layers;  // every activation of the compiled graph
  std::filesystem::path draw;         // picture with detections or classes, as .png
  bool reference = false;             // interpreter instead of compiled code
  bool jit = false;                   // LLVM compiles the model, instead of kernels built in
  std::string format = "text";        // text, json
};
int run_run(const RunOptions& options, Diagnostics& diagnostics);

struct VerifyOptions {
  ModelOptions model;
  std::string target;
  std::vector<std::filesystem::path> inputs;  // one run each; for models of one input
  PictureOptions picture;
  std::filesystem::path golden;  // folder with in_NN.npy and outK_NN.npy
  int limit = 0;                 // at most this many goldens; 0: all
  bool count = false;
  bool layers = false;     // instructions per step
  std::string emit = "c";  // c, obj
  std::string optimize = "-O2";
  std::string format = "text";  // text, json
};
int run_verify(const VerifyOptions& options, Diagnostics& diagnostics);

int run_targets(const std::string& format);

struct HelpOptions {
  std::string topic;             // a command's name; empty: all of Spindle
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
