#include "compiler/driver/generated.h"

#include <fmt/format.h>

#include <set>

#include "compiler/target/embedded.h"

namespace spindle {
namespace {

std::string_view runtime_file(std::string_view name) {
  for (const EmbeddedFile& file : embedded::runtime()) {
    if (file.name == name) return file.data;
  }
  throw InternalError(fmt::format("runtime file '{}' is not embedded", name));
}

// `name` and the runtime headers it includes, directly or not.
void add_with_headers(std::string_view name, std::set<std::string>& files) {
  if (!files.insert(std::string(name)).second) return;
  const std::string_view text = runtime_file(name);
  constexpr std::string_view kInclude = "#include \"";
  for (std::size_t at = text.find(kInclude); at != std::string_view::npos;
       at = text.find(kInclude, at)) {
    at += kInclude.size();
    add_with_headers(text.substr(at, text.find('"', at) - at), files);
  }
}

std::set<std::string> runtime_files(const Compilation& compilation) {
  std::set<std::string> files;
  add_with_headers("spindle.h", files);
  for (const std::string& source : compilation.program.sources) add_with_headers(source, files);
  return files;
}

}  // namespace

std::vector<std::string> generated_sources(const Compilation& compilation, const std::string& name,
                                           WeightsForm weights) {
  const char* extension = weights == WeightsForm::kC ? "c" : "S";
  std::vector<std::string> sources{name + ".c", fmt::format("{}_weights.{}", name, extension)};
  for (const std::string& source : compilation.program.sources) sources.push_back(source);
  return sources;
}

std::vector<OutputFile> generated_files(const Compilation& compilation, const std::string& name,
                                        const std::string& model_file, WeightsForm weights) {
  std::vector<OutputFile> files;
  for (EmittedFile& file : emit_c(compilation.program, {name, model_file}, weights)) {
    files.push_back({std::move(file.name), std::move(file.text)});
  }
  for (const std::string& file : runtime_files(compilation)) {
    files.push_back({file, std::string(runtime_file(file))});
  }
  std::string cmake =
      fmt::format("# Sources of the model, for target_sources().\nset({}_sources\n", name);
  std::string make =
      fmt::format("# Sources of the model, relative to this file.\n{}_sources :=", name);
  for (const std::string& source : generated_sources(compilation, name, weights)) {
    cmake += fmt::format("  ${{CMAKE_CURRENT_LIST_DIR}}/{}\n", source);
    make += fmt::format(" \\\n  {}", source);
  }
  cmake += ")\n";
  if (weights == WeightsForm::kIncbin) {
    cmake += fmt::format(
        "set_source_files_properties(${{CMAKE_CURRENT_LIST_DIR}}/{}_weights.S PROPERTIES\n"
        "  LANGUAGE C COMPILE_OPTIONS "
        "\"-xassembler-with-cpp;-Wa,-I${{CMAKE_CURRENT_LIST_DIR}}\")\n",
        name);
  }
  files.push_back({"sources.cmake", cmake});
  files.push_back({"sources.mk", make + "\n"});
  return files;
}

}  // namespace spindle
