#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/generated.h"
#include "compiler/driver/plan_html.h"
#include "compiler/driver/plan_json.h"
#include "compiler/driver/plan_report.h"
#include "compiler/support/human.h"
#include "compiler/support/progress.h"

namespace spindle {
namespace {

// What `--emit` asks for besides C.
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

// The model in every form asked for; nothing if one cannot be had.
std::optional<std::vector<OutputFile>> emitted_files(const CompileOptions& options,
                                                     const Compilation& compilation,
                                                     const std::string& name,
                                                     Diagnostics& diagnostics) {
  const std::string source = options.model.model.filename().string();
  std::vector<OutputFile> files;
  if (wants(options, "c")) {
    const WeightsForm form = options.weights == "c" ? WeightsForm::kC : WeightsForm::kIncbin;
    files = generated_files(compilation, name, source, form);
  } else {
    files.push_back({name + ".h", emit_header(compilation.program, {name, source})});
  }
  LlvmOptions llvm;
  llvm.level = *llvm_level(options.optimize);
  llvm.weights_section = options.weights_section;
  for (const Form& form : kForms) {
    if (!wants(options, form.name)) continue;
    std::optional<LlvmOutput> output = emit_llvm(compilation.program, {name, source},
                                                 *compilation.target, form.form, llvm, diagnostics);
    if (!output) return std::nullopt;
    files.push_back({name + form.extension, std::move(output->data)});
  }
  return files;
}

}  // namespace

int run_compile(const CompileOptions& options, Diagnostics& diagnostics) {
  const std::optional<Compilation> compilation =
      compile_model(options.model, options.target, diagnostics);
  if (!compilation) return kExitRefused;
  std::optional<ProgressStage> stage("writing code");
  const std::string name = model_name(options.model.model, options.name);
  std::optional<std::vector<OutputFile>> forms =
      emitted_files(options, *compilation, name, diagnostics);
  if (!forms) return kExitRefused;
  std::vector<OutputFile> files = std::move(*forms);
  const PlanReport report = make_plan_report(*compilation);
  files.push_back({name + ".plan.json", plan_json(report)});
  files.push_back({name + ".plan.html", plan_html(report)});
  OutputFiles output(diagnostics);
  if (!output.add(options.output, files)) return kExitRefused;
  stage.reset();
  std::cout << fmt::format("{}: {} files, {} arena, {} weights\n", options.output.string(),
                           files.size(), human_bytes(compilation->plan.arena_bytes),
                           human_bytes(compilation->program.weight_bytes));
  if (options.model.compile.self_check) {
    std::cout << "checked: what the code does on " << compilation->target->name
              << " was run here on one input, every step as the reference computes it\n";
  }
  // Whoever does not get the message shall not have the files either.
  return flush_stdout(diagnostics) && output.commit() ? kExitDone : kExitRefused;
}

}  // namespace spindle
