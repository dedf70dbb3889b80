#include "compiler/driver/option_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/driver/optimize_flags.h"
#include "compiler/driver/usage_error.h"
#include "compiler/support/names.h"

namespace spindle {
namespace {

using FileList = std::vector<std::filesystem::path>;

// Options that say how a form is written, where that form is not.
void check_forms(const CompileOptions& options, const GivenOptions& given) {
  const auto writes = [&](std::initializer_list<const char*> forms) {
    return std::any_of(forms.begin(), forms.end(), [&](const char* form) {
      return std::find(options.emit.begin(), options.emit.end(), form) != options.emit.end();
    });
  };
  if (given("--optimize") && !writes({"bc", "asm", "obj"})) {
    throw UsageError("--optimize", "only for what LLVM optimizes: bc, asm and obj",
                     "pass --emit=obj too; generated C is optimized by your compiler's flags");
  }
  if (given("--weights-section") && !writes({"llvm-ir", "bc", "asm", "obj"})) {
    throw UsageError("--weights-section", "only for what LLVM writes",
                     "pass --emit=obj too; in generated C, define SPINDLE_WEIGHTS_ATTR");
  }
  if (given("--weights") && !writes({"c"})) {
    throw UsageError("--weights", "only for C", "pass --emit=c too");
  }
}

void check_name(const std::string& name) {
  if (name.empty() || c_identifier(name) != name) {
    throw UsageError(
        "--name",
        fmt::format("'{}' cannot begin names in C: letters, digits and '_', a letter "
                    "first",
                    name),
        fmt::format("for example --name={}", c_identifier(name.empty() ? "model" : name)));
  }
  if (!is_reserved_prefix(name)) return;
  const bool runtime = lower_case(name).starts_with("spindle");
  throw UsageError("--name",
                   runtime ? "names that begin with 'spindle' are the runtime's"
                           : fmt::format("'{}' is taken by C's standard headers", name),
                   fmt::format("for example --name=model_{}", name));
}

// Whether pictures could be among the files: all but arrays.
bool has_picture(const FileList& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const auto& file) { return file.extension() != ".npy"; });
}

void check_picture(const ModelOptions& model, const FileList& inputs, const GivenOptions& given) {
  for (const char* option : {"--mean", "--std", "--crop"}) {
    if (!given(option)) continue;
    if (!has_picture(inputs)) {
      throw UsageError(option, "only for pictures; a .npy file is taken as it is",
                       "give a .png, .jpg or .bmp file as --input, or leave it away");
    }
    const bool scales = std::string_view(option) != "--crop";
    if (scales && !model.compile.input_u8.empty()) {
      throw UsageError(option, "not together with --input-u8",
                       "with --input-u8 the model itself scales the picture's bytes");
    }
  }
}

}  // namespace

void check_compile_options(const CompileOptions& options, const GivenOptions& given,
                           const std::vector<std::string>& targets) {
  if (options.target.empty()) {
    throw UsageError("--target", "missing: the core that the code is for",
                     fmt::format("one of {}", fmt::join(targets, ", ")));
  }
  check_forms(options, given);
  if (!given("--name")) return;
  for (const std::string& name : options.names) check_name(name);
  if (options.names.size() != options.models.size()) {
    throw UsageError("--name",
                     fmt::format("{} model{}, but {} name{}", options.models.size(),
                                 options.models.size() == 1 ? "" : "s", options.names.size(),
                                 options.names.size() == 1 ? "" : "s"),
                     "give a name for each model, as in --name=first,second");
  }
}

void check_run_options(const RunOptions& options, const GivenOptions& given) {
  check_picture(options.model, options.inputs, given);
  if (options.top < 1) throw UsageError("--top", fmt::format("{} is not above 0", options.top));
  if (options.save_input && options.output_dir.empty()) {
    throw UsageError("--save-input", "the inputs are written beside the outputs",
                     "pass --output-dir=DIR too");
  }
  if (given("--top") && options.model.compile.detect) {
    throw UsageError("--top", "only for classes; --detect gives detections",
                     "--detect=ssd,max=N is the most of them");
  }
}

void check_verify_options(const VerifyOptions& options, const GivenOptions& given) {
  check_picture(options.model, options.inputs, given);
  if (options.limit < 0) {
    throw UsageError("--limit", fmt::format("{} is below 0", options.limit));
  }
  if (given("--limit") && options.golden.empty()) {
    throw UsageError("--limit", "only for goldens", "pass --golden=DIR too");
  }
  for (const char* option : {"--count", "--layers"}) {
    if (!given(option) || options.target != "host") continue;
    throw UsageError(option, "only an emulator counts; host runs without one",
                     "pass another --target, for example cortex-m7");
  }
  if (options.emit == "obj") {
    if (llvm_level(options.optimize)) return;
    throw UsageError("--optimize", fmt::format("'{}' is none of LLVM's levels", options.optimize),
                     "for objects one of -O0, -O1, -O2, -O3, -Oz");
  }
  check_optimize_flags(options.optimize);
}

}  // namespace spindle
