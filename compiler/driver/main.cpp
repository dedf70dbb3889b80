// The command line.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/detect_options.h"
#include "compiler/driver/progress_line.h"
#include "compiler/lower/names.h"
#include "compiler/passes/pipeline.h"

namespace {

using namespace spindle;

// "128K" and the like are CLI11's; dimensions are NAME=N.
std::map<std::string, std::int64_t> parse_dims(const std::vector<std::string>& texts) {
  std::map<std::string, std::int64_t> dims;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    std::size_t used = 0;
    std::int64_t value = 0;
    try {
      if (equals != std::string::npos) value = std::stoll(text.substr(equals + 1), &used);
    } catch (const std::exception&) {
      used = 0;
    }
    const bool good = equals != std::string::npos && equals > 0 && used > 0 &&
                      equals + 1 + used == text.size() && value > 0;
    if (!good) throw CLI::ValidationError("--dim", "'" + text + "' is not NAME=N with N > 0");
    dims[text.substr(0, equals)] = value;
  }
  return dims;
}

struct ModelFlags {
  ModelOptions model;
  std::vector<std::string> dims;
  std::string detect;

  void add_to(CLI::App& command) {
    command.add_option("model", model.model, "ONNX file")->required();
    add_options(command);
  }
  void add_several_to(CLI::App& command, std::vector<std::filesystem::path>& models) {
    command.add_option("models", models, "ONNX files")->required();
    add_options(command);
  }
  void add_options(CLI::App& command) {
    command.add_option("--dim", dims, "Value of a symbolic dimension, NAME=N");
    command
        .add_option("--input-u8", model.compile.input_u8,
                    "Take the picture as uint8 in NHWC order, (byte - MEAN) / STD: MEAN,STD or the "
                    "means of all channels, then their STDs")
        ->delimiter(',')
        ->allow_extra_args(false);
    command.add_flag("--output-u8", model.compile.output_u8,
                     "Give indices of classes (ArgMax) as uint8");
    command.add_option("--detect", detect,
                       "Give detections instead of scores and boxes: ssd[,score=0.5][,iou=0.5]"
                       "[,max=10][,background=0][,variances=0.1:0.1:0.2:0.2][,boxes=centers]"
                       "[,anchors=corners][,order=yx]");
    std::vector<std::string> passes{"all"};
    for (std::string_view pass : pass_names()) passes.emplace_back(pass);
    command
        .add_option("--print-after", model.compile.pipeline.print_after,
                    "Print the graph after a pass, or all")
        ->check(CLI::IsMember(passes))
        ->group("Debugging");
    command
        .add_flag("--verify-passes", model.compile.pipeline.verify,
                  "Check the graph after each pass")
        ->group("Debugging");
  }
  [[nodiscard]] ModelOptions get() {
    model.dims = parse_dims(dims);
    if (!detect.empty()) {
      std::string error;
      const DetectSettings settings = parse_detect(detect, error);
      if (!error.empty()) throw CLI::ValidationError("--detect", error);
      model.compile.detect = settings;
      model.anchors = settings.anchors_file;
    }
    return model;
  }
};

// --ram, --memory, and where the input is: called --input where no files are given, else
// --input-mode.
void add_plan(CLI::App& command, ModelOptions& model, const char* input) {
  const std::map<std::string, InputMode> modes{{"external", InputMode::kExternal},
                                               {"arena", InputMode::kArena},
                                               {"streamed", InputMode::kStreamed}};
  command
      .add_option_function<std::int64_t>(
          "--ram",
          [&model](const std::int64_t& bytes) {
            if (bytes <= 0) throw CLI::ValidationError("--ram", "must be above 0");
            model.compile.plan.ram = bytes;
          },
          "Most bytes of the arena, as 65536 or 64K")
      ->transform(CLI::AsSizeValue(false));
  command.add_flag("--output-rows", model.compile.output_rows,
                   "Hand outputs out row by row, to a function that you define");
  command.add_option("--memory", model.memory, "JSON file that lists the target's memories");
  command.add_option(input, model.compile.plan.input, "The input: external, arena or streamed")
      ->transform(CLI::CheckedTransformer(modes).description(""));
}

void add_format(CLI::App& command, std::string& format) {
  command.add_option("--format", format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

void add_picture(CLI::App& command, PictureOptions& picture) {
  command.add_option("--crop", picture.crop, "Part of a picture's shorter side to keep, centred")
      ->check(CLI::Range(0.01, 1.0));
  command.add_option("--mean", picture.mean, "Subtracted from picture bytes, one or per channel")
      ->delimiter(',');
  command.add_option("--std", picture.std, "Divides them then, one or per channel")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
}

// Options that say how a form is written, where that form is not.
void check_forms(const CLI::App& command, const CompileOptions& options) {
  const bool c = std::find(options.emit.begin(), options.emit.end(), "c") != options.emit.end();
  const bool llvm = options.emit.size() > (c ? 1U : 0U);
  for (const char* option : {"--optimize", "--weights-section"}) {
    if (command.count(option) == 0 || llvm) continue;
    throw CLI::ValidationError(option, "is for what LLVM writes; pass --emit=obj too");
  }
  if (command.count("--weights") > 0 && !c) {
    throw CLI::ValidationError("--weights", "is for C; pass --emit=c too");
  }
  if (!options.names.empty() && options.names.size() != options.models.size()) {
    throw CLI::ValidationError("--name", fmt::format("a name for each model: {} models, {} given",
                                                     options.models.size(), options.names.size()));
  }
  for (const std::string& name : options.names) {
    if (!is_reserved_prefix(name)) continue;
    const bool runtime = lower_case(name).starts_with("spindle");
    throw CLI::ValidationError(
        "--name", runtime ? "names that begin with 'spindle' are the runtime's"
                          : fmt::format("'{}' is taken by C's standard headers", name));
  }
}

int run(int argc, char** argv, Diagnostics& diagnostics) {
  CLI::App app{"Compiles MobileNetV2-family ONNX models to static C for Arm Cortex-M and Cortex-A"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "spindle " SPINDLE_VERSION);
  int code = kExitDone;

  CompileOptions compile;
  ModelFlags compile_model;
  CLI::App* compile_command = app.add_subcommand("compile", "Write C for a model");
  compile_model.add_several_to(*compile_command, compile.models);
  compile_command->add_option("-o,--output", compile.output, "Folder to write")->required();
  compile_command->add_option("--target", compile.target, "See `spindle targets`")
      ->capture_default_str();
  add_plan(*compile_command, compile_model.model, "--input");
  bool no_check = false;
  compile_command->add_flag("--no-check", no_check,
                            "Do not run the program here and compare it with the reference");
  compile_command
      ->add_option("--name", compile.names, "Prefix of symbols and files, one for each model")
      ->delimiter(',')
      ->allow_extra_args(false);
  compile_command
      ->add_option("--weights", compile.weights,
                   "Weights as C, or as a .bin that assembly includes")
      ->check(CLI::IsMember({"c", "incbin"}))
      ->capture_default_str();
  compile_command->add_option("--emit", compile.emit, "What to write, one or more of these")
      ->delimiter(',')
      ->check(CLI::IsMember({"c", "llvm-ir", "bc", "asm", "obj"}))
      ->capture_default_str();
  compile_command->add_option("--optimize", compile.optimize, "How LLVM optimizes bc, asm and obj")
      ->check(CLI::IsMember({"-O0", "-O1", "-O2", "-O3", "-Oz"}))
      ->capture_default_str();
  compile_command->add_option("--weights-section", compile.weights_section,
                              "Section of the weights in what LLVM writes");

  PlanOptions plan;
  ModelFlags plan_model;
  CLI::App* plan_command = app.add_subcommand("plan", "Show the memory plan");
  plan_model.add_to(*plan_command);
  plan_command->add_option("--target", plan.target, "See `spindle targets`")->capture_default_str();
  plan_command->add_option("-o,--output", plan.output, "File to write instead of stdout");
  add_plan(*plan_command, plan_model.model, "--input");
  plan_command->add_flag("--pareto", plan.pareto,
                         "List what less RAM costs in work, down to the smallest plan");
  plan_command->add_option("--format", plan.format, "text, json or html")
      ->check(CLI::IsMember({"text", "json", "html"}))
      ->capture_default_str();

  InspectOptions inspect;
  ModelFlags inspect_model;
  CLI::App* inspect_command =
      app.add_subcommand("inspect", "Show layers, work, parameters and blocks");
  inspect_model.add_to(*inspect_command);
  add_format(*inspect_command, inspect.format);

  RunOptions run;
  ModelFlags run_model;
  CLI::App* run_command = app.add_subcommand("run", "Run a model on this machine");
  run_model.add_to(*run_command);
  run_command->add_option("--input", run.inputs, ".npy, .png, .jpg or .bmp, one per model input")
      ->required();
  add_plan(*run_command, run_model.model, "--input-mode");
  run_command->add_option("--labels", run.labels, "Class names, one a line");
  run_command->add_option("--top", run.top, "How many classes to show")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  run_command->add_option("--output-dir", run.output_dir, "Write each output as .npy");
  run_command->add_flag("--save-input", run.save_input, "Write each input there too");
  run_command->add_option("--dump-layers", run.dump_layers, "Write every activation as .npy");
  run_command->add_option("--draw", run.draw,
                          "Write the picture with what was found in it as .png");
  CLI::Option* reference =
      run_command->add_flag("--reference", run.reference, "Use the reference interpreter");
  run.jit = has_llvm();
  run_command
      ->add_flag("--jit,!--no-jit", run.jit, "Compile with LLVM, or use the kernels built in")
      ->excludes(reference);
  add_picture(*run_command, run.picture);

  VerifyOptions verify;
  ModelFlags verify_model;
  CLI::App* verify_command =
      app.add_subcommand("verify", "Run the compiled model under emulation and compare");
  verify_model.add_to(*verify_command);
  verify_command->add_option("--target", verify.target, "See `spindle targets`")->required();
  verify_command->add_option("--input", verify.inputs, "Input files, a run each");
  add_plan(*verify_command, verify_model.model, "--input-mode");
  verify_command->add_option("--golden", verify.golden, "Folder of in_NN.npy and outK_NN.npy");
  verify_command->add_option("--limit", verify.limit, "At most this many goldens");
  verify_command->add_flag("--count", verify.count, "Count instructions");
  verify_command->add_flag("--layers", verify.layers, "Count instructions by step");
  verify_command
      ->add_option("--emit", verify.emit, "What to verify: c, by the target's C compiler, or obj")
      ->check(CLI::IsMember({"c", "obj"}))
      ->capture_default_str();
  verify_command
      ->add_option("--optimize", verify.optimize,
                   "C compiler's optimization flags; for obj one of -O0, -O1, -O2, -O3, -Oz")
      ->capture_default_str();
  add_format(*verify_command, verify.format);
  add_picture(*verify_command, verify.picture);

  std::string targets_format = "text";
  CLI::App* targets_command = app.add_subcommand("targets", "List the targets");
  add_format(*targets_command, targets_format);

  try {
    app.parse(argc, argv);
    if (compile_command->parsed()) {
      check_forms(*compile_command, compile);
      compile.model = compile_model.get();
      compile.model.compile.self_check = !no_check;
      code = run_compile(compile, diagnostics);
    } else if (plan_command->parsed()) {
      plan.model = plan_model.get();
      code = run_plan(plan, diagnostics);
    } else if (inspect_command->parsed()) {
      inspect.model = inspect_model.get();
      code = run_inspect(inspect, diagnostics);
    } else if (run_command->parsed()) {
      run.model = run_model.get();
      code = run_run(run, diagnostics);
    } else if (verify_command->parsed()) {
      if (verify.emit == "obj" && !llvm_level(verify.optimize)) {
        throw CLI::ValidationError("--optimize", "for objects one of -O0, -O1, -O2, -O3, -Oz");
      }
      verify.model = verify_model.get();
      code = run_verify(verify, diagnostics);
    } else if (targets_command->parsed()) {
      code = run_targets(targets_format);
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  Diagnostics diagnostics;
  int code = kExitBug;  // until proven otherwise
  std::string bug;
  try {
    ProgressLine progress;
    code = run(argc, argv, diagnostics);
  } catch (const std::bad_alloc&) {
    diagnostics.error("E0411", "out of memory");
    code = kExitRefused;
  } catch (const std::exception& error) {
    bug = error.what();
  }
  const bool color = isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  std::cout.flush();
  if (code == kExitDone && (!std::cout || std::ferror(stdout) != 0)) {
    diagnostics.error("E0410", "cannot write to standard output");
    code = kExitRefused;
  }
  diagnostics.print(std::cerr, color);
  if (!bug.empty()) {
    std::cerr
        << "internal error: " << bug
        << "\nThis is a bug in Spindle, not in your model; please report it with the model.\n";
    return kExitBug;
  }
  return code;
}
