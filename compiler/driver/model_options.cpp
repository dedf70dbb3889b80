#include "compiler/driver/model_options.h"

#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "compiler/compile/memory_map.h"
#include "compiler/files/npy.h"
#include "compiler/support/names.h"
#include "compiler/support/nearest.h"
#include "frontend/importer.h"

namespace spindle {
namespace {

// The options with the contents of the anchors file and the memory map. Returns nothing if one of
// them is bad (reported).
std::optional<CompilationOptions> complete(const ModelOptions& options, Diagnostics& diagnostics) {
  CompilationOptions result = options.compile;
  // A user who asks for streamed input wants to save memory, so keeping it whole is an error.
  result.keep_pushed_rows = false;
  result.pipeline.print = [](const std::string& pass, const std::string& text) {
    std::cerr << "# after " << pass << '\n' << text << '\n';
  };
  if (result.detect && !options.anchors.empty()) {
    std::string error;
    result.detect->anchors = read_npy(options.anchors, error);
    if (!error.empty()) {
      Diagnostic& unread = diagnostics.error("E0405", "--detect cannot read its anchors");
      unread.notes.push_back(error);
      unread.helps.emplace_back("anchors=FILE.npy holds float32 of shape Nx4");
      return std::nullopt;
    }
  }
  if (!options.memory.empty()) {
    auto regions = read_memory_map(options.memory, diagnostics);
    if (!regions) return std::nullopt;
    result.plan.regions = std::move(*regions);
  }
  return result;
}

}  // namespace

std::optional<Graph> load_model(const ModelOptions& options, Diagnostics& diagnostics) {
  const std::optional<CompilationOptions> all = complete(options, diagnostics);
  if (!all) return std::nullopt;
  std::optional<Graph> graph = import_onnx(options.model, {options.dims}, diagnostics);
  if (!graph || !prepare_graph(*graph, *all, diagnostics)) return std::nullopt;
  return graph;
}

std::optional<Compilation> compile_model(const ModelOptions& options, const std::string& target,
                                         Diagnostics& diagnostics) {
  const Target* found = find_target(target);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const Target& known : targets()) names.emplace_back(known.name);
    const std::string meant = did_you_mean(target, names);
    Diagnostic& error = diagnostics.error("E0401", fmt::format("there is no target '{}'", target));
    if (!meant.empty()) error.helps.push_back(meant);
    error.helps.emplace_back("`spindle targets` lists them");
    return std::nullopt;
  }
  const std::optional<CompilationOptions> all = complete(options, diagnostics);
  if (!all) return std::nullopt;
  std::optional<Graph> graph = import_onnx(options.model, {options.dims}, diagnostics);
  if (!graph) return std::nullopt;
  return compile_graph(std::move(*graph), *found, *all, diagnostics);
}

std::string model_name(const std::filesystem::path& model, const std::string& wish) {
  const std::string name = c_identifier(wish.empty() ? model.stem().string() : wish);
  return is_reserved_prefix(name) ? "model_" + name : name;
}

}  // namespace spindle
