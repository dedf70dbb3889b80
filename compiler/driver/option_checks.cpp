#include "compiler/driver/option_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/driver/optimize_flags.h"
#include "compiler/options/usage_error.h"
#include "compiler/support/names.h"

namespace spindle {
namespace {

using FileList = std::vector<std::filesystem::path>;

void check_name(const std::string& name) {
  if (name.empty() || c_identifier(name) != name) {
    throw UsageError(
        "--name",
        fmt::format("'{}' cannot begin names in C; they have letters, digits and '_' and begin "
                    "with a letter",
                    name),
        fmt::format("for example --name={}", c_identifier(name.empty() ? "model" : name)));
  }
  if (!is_reserved_prefix(name)) return;
  const bool runtime = lower_case(name).starts_with("spindle");
  throw UsageError("--name",
                   runtime ? "names that begin with 'spindle' are reserved for the runtime"
                           : fmt::format("'{}' is taken by C's standard headers", name),
                   fmt::format("for example --name=model_{}", name));
}

// Whether one of the files may be a picture. Only .npy files surely are not.
bool has_picture(const FileList& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const auto& file) { return file.extension() != ".npy"; });
}

// --mean, --std and --crop apply to pictures only.
void check_picture(const CommandLine& line) {
  for (const char* option : {"--mean", "--std", "--crop"}) {
    if (!line.has(option) || has_picture(line.inputs)) continue;
    throw UsageError(option, "it is only for pictures; a .npy file is taken as it is",
                     "give a .png, .jpg or .bmp file as --input, or omit this option");
  }
}

void check_names(const CommandLine& line) {
  if (!line.has("--name")) return;
  for (const std::string& name : line.names) check_name(name);
  if (line.names.size() == line.models.size()) return;
  throw UsageError("--name",
                   fmt::format("{} model{}, but {} name{}", line.models.size(),
                               line.models.size() == 1 ? "" : "s", line.names.size(),
                               line.names.size() == 1 ? "" : "s"),
                   "give a name for each model, as in --name=first,second");
}

void check_optimize(const CommandLine& line) {
  if (line.emit.front() != "obj") {
    check_optimize_flags(line.optimize);
  } else if (!llvm_level(line.optimize)) {
    throw UsageError("--optimize",
                     fmt::format("'{}' is not a level of optimization of LLVM", line.optimize),
                     "for objects, give one of -O0, -O1, -O2, -O3, -Oz");
  }
}

}  // namespace

void check_options(const CommandLine& line) {
  if (line.command == Command::kCompile) check_names(line);
  if (line.command == Command::kRun || line.command == Command::kVerify) check_picture(line);
  if (line.command == Command::kVerify) check_optimize(line);
}

}  // namespace spindle
