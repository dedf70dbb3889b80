#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <utility>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/option_text.h"
#include "compiler/package/generated.h"
#include "compiler/package/model_folder.h"
#include "compiler/report/plan_html.h"
#include "compiler/report/plan_json.h"
#include "compiler/report/plan_report.h"
#include "compiler/stack/stack_need.h"
#include "compiler/support/human.h"
#include "compiler/support/names.h"
#include "compiler/support/progress.h"
#include "compiler/support/sha256.h"
#include "compiler/support/version.h"

namespace spindle {
namespace {

namespace fs = std::filesystem;

// A value of `--emit` that LLVM makes, so any value but "c".
struct Form {
  const char* name;
  LlvmForm form;
  const char* extension;
};
constexpr Form kForms[] = {{"llvm-ir", LlvmForm::kIr, ".ll"},
                           {"bc", LlvmForm::kBitcode, ".bc"},
                           {"asm", LlvmForm::kAssembly, ".s"},
                           {"obj", LlvmForm::kObject, ".o"}};

bool wants(const CompileOptions& options, const char* form) {
  return std::find(options.emit.begin(), options.emit.end(), form) != options.emit.end();
}

// The result of compiling one of the command's models.
struct CompiledModel {
  std::string name;
  FolderModel folder;
  std::string summary;
  std::int64_t arena_bytes = 0;
};

class ModelWriter {
 public:
  ModelWriter(const CompileOptions& options, fs::path model, std::string name,
              Diagnostics& diagnostics)
      : options_(options),
        model_(std::move(model)),
        name_(std::move(name)),
        diagnostics_(diagnostics) {}

  // Returns nothing if any of the forms asked for cannot be made.
  std::optional<CompiledModel> run() {
    ModelOptions model = options_.model;
    model.model = model_;
    compilation_ = compile_model(model, options_.target, diagnostics_);
    if (!compilation_) return std::nullopt;
    source_ = model_.filename().string();
    digest_ = sha256_of_file(model_).value_or("");
    if (!add_llvm_forms()) return std::nullopt;
    add_c_forms();
    add_reports();
    describe();
    return std::move(result_);
  }

 private:
  void add(std::string file, std::string data) {
    result_.folder.files.push_back({std::move(file), std::move(data)});
  }

  bool add_llvm_forms() {
    LlvmOptions llvm;
    llvm.level = *llvm_level(options_.optimize);
    llvm.weights_section = options_.weights_section;
    for (const Form& form : kForms) {
      if (!wants(options_, form.name)) continue;
      std::optional<LlvmOutput> output =
          emit_llvm(compilation_->program, {name_, source_}, *compilation_->target, form.form, llvm,
                    diagnostics_);
      if (!output) return false;
      if (form.form == LlvmForm::kObject) {
        need(object_stack_need(output->frames, name_, compilation_->program));
        result_.folder.entry.objects.push_back(name_ + form.extension);
      }
      add(name_ + form.extension, std::move(output->data));
    }
    return true;
  }

  void need(StackNeed stack) {
    stack_ = stack_ ? larger(std::move(*stack_), std::move(stack)) : std::move(stack);
  }

  [[nodiscard]] ModelFacts facts(bool c) const {
    ModelFacts facts;
    facts.version = version();
    facts.target = compilation_->target->name;
    facts.options = option_text(options_);
    facts.sha256 = digest_;
    facts.stack_bytes = stack_->bytes.value_or(-1);
    facts.stack_basis = stack_->basis;
    facts.input_u8 = options_.model.compile.input_u8;
    if (options_.model.compile.detect) {
      facts.detections =
          options_.model.compile.detect->x_first ? Detections::kXFirst : Detections::kYFirst;
    }
    facts.runtime = c;
    return facts;
  }

  void add_c_forms() {
    const bool c = wants(options_, "c");
    // The user compiles assembly and bitcode, so their stack frames are unknown. The bound of the C
    // code does not hold for them, so it is used only if C is written too.
    if (c) need(c_stack_need(compilation_->program, *compilation_->target));
    if (!stack_) {
      need({std::nullopt,
            "stack frames are known only for C and for objects (--emit=c, --emit=obj)"});
    }
    if (!c) {
      add(name_ + ".h", emit_header(compilation_->program, {name_, source_, facts(false)}));
      return;
    }
    const WeightsForm form = options_.weights == "c" ? WeightsForm::kC : WeightsForm::kIncbin;
    for (OutputFile& file : generated_files(*compilation_, name_, source_, form, facts(true))) {
      result_.folder.files.push_back(std::move(file));
    }
    result_.folder.entry.sources = model_sources(name_, form);
    result_.folder.entry.kernels = runtime_sources(*compilation_);
  }

  void add_reports() {
    PlanReport report = make_plan_report(*compilation_);
    report.stack = *stack_;
    add(name_ + ".plan.json", plan_json(report));
    add(name_ + ".plan.html", plan_html(report));
  }

  void describe() {
    ListedModel& entry = result_.folder.entry;
    entry.name = result_.name = name_;
    entry.version = version();
    entry.target = compilation_->target->name;
    entry.sha256 = digest_;
    for (const Arena& arena : compilation_->program.arenas) {
      entry.arenas.push_back({arena.name, arena.bytes});
    }
    for (const OutputFile& file : result_.folder.files) entry.files.push_back(file.name);
    result_.arena_bytes = compilation_->plan.arena_bytes;
    result_.summary = fmt::format(
        "{} arena, {} weights, {}", human_bytes(result_.arena_bytes),
        human_bytes(compilation_->program.weight_bytes),
        stack_->bytes ? fmt::format("stack up to {} bytes", *stack_->bytes) : "stack not known");
  }

  const CompileOptions& options_;
  fs::path model_;
  std::string name_;
  Diagnostics& diagnostics_;
  std::optional<Compilation> compilation_;
  std::string source_;
  std::string digest_;
  std::optional<StackNeed> stack_;
  CompiledModel result_;
};

// One name for each model. Two names that differ in letter case only are equal here: then this
// reports E0415 and returns nothing.
std::optional<std::vector<std::string>> names_of(const CompileOptions& options,
                                                 Diagnostics& diagnostics) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < options.models.size(); ++i) {
    names.push_back(model_name(options.models[i], options.names.empty() ? "" : options.names[i]));
    if (taken.insert(lower_case(names.back())).second) continue;
    Diagnostic& error =
        diagnostics.error("E0415", fmt::format("two models are called '{}'", names.back()));
    error.notes.emplace_back("their files and macros would have the same names");
    error.helps.emplace_back("pass `--name=A,B`, a name for each model");
    return std::nullopt;
  }
  return names;
}

void print_summary(const CompileOptions& options, const std::vector<CompiledModel>& models,
                   std::size_t files) {
  if (models.size() == 1) {
    std::cout << fmt::format("{}: {} files, {}\n", options.output.string(), files,
                             models[0].summary);
    return;
  }
  std::int64_t arena = 0;
  for (const CompiledModel& model : models) arena = std::max(arena, model.arena_bytes);
  std::cout << fmt::format("{}: {} files, {} of arena if the models share one\n",
                           options.output.string(), files, human_bytes(arena));
  for (const CompiledModel& model : models) {
    std::cout << fmt::format("  {}: {}\n", model.name, model.summary);
  }
}

}  // namespace

int run_compile(const CompileOptions& options, Diagnostics& diagnostics) {
  check_internal(!options.models.empty(), "compile has no model");
  const std::optional<std::vector<std::string>> names = names_of(options, diagnostics);
  if (!names) return kExitRefused;
  std::vector<CompiledModel> models;
  for (std::size_t i = 0; i < options.models.size(); ++i) {
    std::optional<CompiledModel> model =
        ModelWriter(options, options.models[i], (*names)[i], diagnostics).run();
    if (model) models.push_back(std::move(*model));
  }
  if (models.size() != options.models.size()) return kExitRefused;
  std::optional<ProgressStage> stage("writing code");
  std::vector<FolderModel> folder;
  for (CompiledModel& model : models) folder.push_back(std::move(model.folder));
  OutputFiles output(diagnostics);
  const auto update = update_model_folder(options.output, std::move(folder), output, diagnostics);
  if (!update) return kExitRefused;
  stage.reset();
  print_summary(options, models, update->files);
  if (options.model.compile.self_check) {
    std::cout << "checked: the program for " << options.target
              << " ran here on one input, and every step gave what the reference gives\n";
  }
  // If the summary cannot be printed, the files are not written either.
  if (!flush_stdout(diagnostics) || !output.commit()) return kExitRefused;
  remove_stale_files(options.output, *update, diagnostics);
  return kExitDone;
}

}  // namespace spindle
