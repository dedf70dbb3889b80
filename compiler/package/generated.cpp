#include "compiler/package/generated.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "compiler/support/includes.h"
#include "compiler/target/embedded.h"

namespace spindle {
namespace {

std::string_view runtime_file(std::string_view name) {
  for (const EmbeddedFile& file : embedded::runtime()) {
    if (file.name == name) return file.data;
  }
  throw InternalError(fmt::format("runtime file '{}' is not embedded", name));
}

// Adds `name` and the runtime headers that it includes, directly or indirectly.
void add_with_headers(std::string_view name, std::set<std::string>& files) {
  if (!files.insert(std::string(name)).second) return;
  for (const std::string& header : quoted_includes(runtime_file(name))) {
    add_with_headers(header, files);
  }
}

std::set<std::string> runtime_files(const Compilation& compilation) {
  std::set<std::string> files;
  for (const std::string& source : runtime_sources(compilation)) add_with_headers(source, files);
  return files;
}

}  // namespace

std::vector<std::string> model_sources(const std::string& name, WeightsForm weights) {
  const char* extension = weights == WeightsForm::kC ? "c" : "S";
  return {name + ".c", fmt::format("{}_weights.{}", name, extension)};
}

std::vector<std::string> runtime_sources(const Compilation& compilation) {
  std::vector<std::string> sources = compilation.program.sources;
  sources.emplace_back("spindle_version.c");
  return sources;
}

std::vector<std::string> generated_sources(const Compilation& compilation, const std::string& name,
                                           WeightsForm weights) {
  std::vector<std::string> sources = model_sources(name, weights);
  for (const std::string& source : runtime_sources(compilation)) sources.push_back(source);
  return sources;
}

std::vector<OutputFile> generated_files(const Compilation& compilation, const std::string& name,
                                        const std::string& model_file, WeightsForm weights,
                                        std::optional<ModelFacts> facts) {
  std::vector<OutputFile> files;
  const CNames names{name, model_file, std::move(facts)};
  for (EmittedFile& file : emit_c(compilation.program, names, weights)) {
    files.push_back({std::move(file.name), std::move(file.text)});
  }
  for (const std::string& file : runtime_files(compilation)) {
    files.push_back({file, std::string(runtime_file(file))});
  }
  return files;
}

}  // namespace spindle
