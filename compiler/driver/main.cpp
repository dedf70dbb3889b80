// The command line.
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/detect_options.h"
#include "compiler/driver/option_checks.h"
#include "compiler/driver/option_values.h"
#include "compiler/driver/progress_line.h"
#include "compiler/driver/usage_message.h"
#include "compiler/files/output_folder.h"
#include "compiler/passes/pipeline.h"
#include "compiler/support/leftovers.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/target.h"

namespace {

using namespace spindle;

// Takes one of `choices`; says them all if it is none.
CLI::Validator one_of(std::vector<std::string> choices) {
  return {[choices](std::string& text) {
            const bool known = std::find(choices.begin(), choices.end(), text) != choices.end();
            if (known) return std::string();
            return fmt::format("'{}' is none of {}", text, fmt::join(choices, ", "));
          },
          ""};
}

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const Target& target : targets()) names.emplace_back(target.name);
  return names;
}

struct ModelFlags {
  ModelOptions model;
  std::vector<std::string> dims;
  std::string detect, input_u8;
  std::string ram, input_mode;

  void add_to(CLI::App& command) {
    command.add_option("model", model.model, "ONNX file")->required();
    add_options(command);
  }
  void add_several_to(CLI::App& command, std::vector<std::filesystem::path>& models) {
    command.add_option("models", models, "ONNX files")->required();
    add_options(command);
  }
  void add_options(CLI::App& command) {
    command
        .add_option("--dim", dims,
                    "Value of a dimension the file leaves open: NAME=N, or "
                    "INPUT:AXIS=N with axes from 0")
        ->allow_extra_args(false);
    command.add_option("--input-u8", input_u8,
                       "Take the picture as uint8 in NHWC order, (byte - MEAN) / STD: MEAN,STD or "
                       "the means of all channels, then their STDs");
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
        ->check(one_of(passes))
        ->group("Debugging");
    command
        .add_flag("--verify-passes", model.compile.pipeline.verify,
                  "Check the graph after each pass")
        ->group("Debugging");
  }
  // --ram, --memory, and where the input is: called --input where no files are given, else
  // --input-mode.
  void add_plan(CLI::App& command, const char* input) {
    command.add_option("--ram", ram, "Most bytes of the arena, as 65536 or 64K");
    command.add_flag("--output-rows", model.compile.output_rows,
                     "Hand outputs out row by row, to a function that you define");
    command.add_option("--memory", model.memory, "JSON file that lists the target's memories");
    command.add_option(input, input_mode, "The input: external, arena or streamed")
        ->check(one_of({"external", "arena", "streamed"}));
  }
  [[nodiscard]] ModelOptions get() {
    model.dims = parse_dims(dims);
    if (!input_u8.empty()) model.compile.input_u8 = parse_numbers("--input-u8", input_u8);
    if (!ram.empty()) model.compile.plan.ram = parse_size("--ram", ram);
    if (input_mode == "arena") model.compile.plan.input = InputMode::kArena;
    if (input_mode == "streamed") model.compile.plan.input = InputMode::kStreamed;
    if (!detect.empty()) {
      std::string error;
      const DetectSettings settings = parse_detect(detect, error);
      if (!error.empty()) {
        throw UsageError("--detect", error, "docs/detection-and-segmentation.md lists them all");
      }
      model.compile.detect = settings;
      model.anchors = settings.anchors_file;
    }
    return model;
  }
};

struct PictureFlags {
  PictureOptions picture;
  std::string mean, std;

  void add_to(CLI::App& command) {
    command.add_option("--crop", picture.crop, "Part of a picture's shorter side to keep, centred");
    command.add_option("--mean", mean, "Subtracted from picture bytes, one or per channel");
    command.add_option("--std", std, "Divides them then, one or per channel");
  }
  [[nodiscard]] PictureOptions get() {
    if (!(picture.crop >= 0.01 && picture.crop <= 1)) {
      throw UsageError("--crop", fmt::format("{} is not from 0.01 to 1", picture.crop));
    }
    if (!mean.empty()) picture.mean = parse_numbers("--mean", mean);
    if (!std.empty()) picture.std = parse_divisors("--std", std);
    return picture;
  }
};

void add_format(CLI::App& command, std::string& format) {
  command.add_option("--format", format, "text or json")
      ->check(one_of({"text", "json"}))
      ->capture_default_str();
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
  compile_command->add_option("--target", compile.target, "See `spindle targets`");
  compile_model.add_plan(*compile_command, "--input");
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
      ->check(one_of({"c", "incbin"}))
      ->capture_default_str();
  compile_command->add_option("--emit", compile.emit, "What to write, one or more of these")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of({"c", "llvm-ir", "bc", "asm", "obj"}))
      ->capture_default_str();
  compile_command->add_option("--optimize", compile.optimize, "How LLVM optimizes bc, asm and obj")
      ->check(one_of({"-O0", "-O1", "-O2", "-O3", "-Oz"}))
      ->capture_default_str();
  compile_command->add_option("--weights-section", compile.weights_section,
                              "Section of the weights in what LLVM writes");

  PlanOptions plan;
  ModelFlags plan_model;
  CLI::App* plan_command = app.add_subcommand("plan", "Show the memory plan");
  plan_model.add_to(*plan_command);
  plan_command->add_option("--target", plan.target, "See `spindle targets`")->capture_default_str();
  plan_command->add_option("-o,--output", plan.output, "File to write instead of stdout");
  plan_model.add_plan(*plan_command, "--input");
  plan_command->add_flag("--pareto", plan.pareto,
                         "List what less RAM costs in work, down to the smallest plan");
  plan_command->add_option("--format", plan.format, "text, json or html")
      ->check(one_of({"text", "json", "html"}))
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
  run_command
      ->add_option(
          "--input", run.inputs,
          ".npy, .png, .jpg or .bmp, one per model input; of one input any number, and folders")
      ->required();
  run_model.add_plan(*run_command, "--input-mode");
  run_command->add_option("--labels", run.labels, "Class names, one a line");
  run_command->add_option("--top", run.top, "How many classes to show")->capture_default_str();
  run_command->add_option("--output-dir", run.output_dir, "Write each output as .npy");
  run_command->add_flag("--save-input", run.save_input, "Write each input there too");
  run_command->add_option("--dump-layers", run.dump_layers, "Write every activation as .npy");
  run_command->add_option("--draw", run.draw,
                          "Write the picture with what was found in it as .png");
  CLI::Option* reference =
      run_command->add_flag("--reference", run.reference, "Use the reference interpreter");
  run_command
      ->add_flag("--jit,!--no-jit", run.jit,
                 "Compile with LLVM first; without, the kernels built in are used")
      ->excludes(reference);
  add_format(*run_command, run.format);
  PictureFlags run_picture;
  run_picture.add_to(*run_command);

  VerifyOptions verify;
  ModelFlags verify_model;
  CLI::App* verify_command =
      app.add_subcommand("verify", "Run the compiled model under emulation and compare");
  verify_model.add_to(*verify_command);
  verify_command->add_option("--target", verify.target, "See `spindle targets`")->required();
  verify_command->add_option("--input", verify.inputs, "Input files, a run each");
  verify_model.add_plan(*verify_command, "--input-mode");
  verify_command->add_option("--golden", verify.golden, "Folder of in_NN.npy and outK_NN.npy");
  verify_command->add_option("--limit", verify.limit, "At most this many goldens");
  verify_command->add_flag("--count", verify.count, "Count instructions");
  verify_command->add_flag("--layers", verify.layers, "Count instructions by step");
  verify_command
      ->add_option("--emit", verify.emit, "What to verify: c, by the target's C compiler, or obj")
      ->check(one_of({"c", "obj"}))
      ->capture_default_str();
  verify_command
      ->add_option("--optimize", verify.optimize,
                   "C compiler's optimization flags; for obj one of -O0, -O1, -O2, -O3, -Oz")
      ->capture_default_str();
  add_format(*verify_command, verify.format);
  PictureFlags verify_picture;
  verify_picture.add_to(*verify_command);

  std::string targets_format = "text";
  CLI::App* targets_command = app.add_subcommand("targets", "List the targets");
  add_format(*targets_command, targets_format);

  // The one that was chosen, if any.
  const auto command_of = [&app]() -> const CLI::App& {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app : *chosen.front();
  };
  app.failure_message(
      [&](const CLI::App*, const CLI::Error& error) { return usage_message(error, command_of()); });
  try {
    check_command(app, argc, argv);
    app.parse(argc, argv);
    const GivenOptions given = [&](const char* option) { return command_of().count(option) > 0; };
    if (compile_command->parsed()) {
      check_compile_options(compile, given, target_names());
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
      run.picture = run_picture.get();
      check_run_options(run, given);
      code = run_run(run, diagnostics);
    } else if (verify_command->parsed()) {
      verify.model = verify_model.get();
      verify.picture = verify_picture.get();
      check_verify_options(verify, given);
      code = run_verify(verify, diagnostics);
    } else if (targets_command->parsed()) {
      code = run_targets(targets_format);
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  } catch (const UsageError& error) {
    std::cerr << usage_message(error, command_of());
    return kExitUsage;
  }
  return code;
}

// Where one of the standard streams is closed, the next file to be opened would take its place, and
// messages would end in it. Limits and broken pipes are told of by a write's result.
void prepare_process() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // Neither for reading, where that is what the stream is not for.
    if (fcntl(fd, F_GETFD) >= 0) continue;
    (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  clean_up_on_signals();
}

}  // namespace

int main(int argc, char** argv) {
  prepare_process();
  Diagnostics diagnostics;
  int code = kExitBug;  // until proven otherwise
  std::string bug;
  try {
    ProgressLine progress;
    code = run(argc, argv, diagnostics);
  } catch (const std::bad_alloc&) {
    diagnostics.error("E0411", "out of memory");
    code = kExitRefused;
  } catch (const TemporaryDirectoryError& error) {
    Diagnostic& diagnostic = diagnostics.error("E0412", "there is no place for temporary files");
    diagnostic.notes.emplace_back(error.what());
    diagnostic.helps.emplace_back("set TMPDIR to a folder that exists and may be written");
    code = kExitRefused;
  } catch (const std::filesystem::filesystem_error& error) {
    diagnostics.error("E0413", "the file system cannot be used").notes.emplace_back(error.what());
    code = kExitRefused;
  } catch (const std::exception& error) {
    bug = error.what();
  }
  const bool color = isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  // Once is enough: a command may have found out itself.
  if (code != kExitRefused && !flush_stdout(diagnostics) && code == kExitDone) code = kExitRefused;
  diagnostics.print(std::cerr, color);
  if (!bug.empty()) {
    std::cerr
        << "internal error: " << bug
        << "\nThis is a bug in Spindle, not in your model; please report it with the model.\n";
    return kExitBug;
  }
  return code;
}
