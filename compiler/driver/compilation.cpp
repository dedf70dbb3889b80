#include "compiler/driver/compilation.h"

#include <fmt/format.h>

#include <iostream>

#include "compiler/driver/picture_input.h"
#include "compiler/lower/build_program.h"
#include "compiler/passes/pipeline.h"
#include "compiler/plan/planner.h"
#include "frontend/importer.h"

namespace spindle {

std::optional<Graph> load_model(const ModelOptions& options, Diagnostics& diagnostics) {
  std::optional<Graph> graph = import_onnx(options.model, {options.dims}, diagnostics);
  if (!graph) return std::nullopt;
  if (!options.input_u8.empty() && !take_picture_input(*graph, options.input_u8, diagnostics)) {
    return std::nullopt;
  }
  PipelineOptions pipeline;
  pipeline.verify = pipeline.verify || options.verify_passes;
  pipeline.print_after = options.print_after;
  pipeline.print = [](const std::string& pass, const std::string& text) {
    std::cerr << "# after " << pass << '\n' << text << '\n';
  };
  run_pipeline(*graph, pipeline, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return graph;
}

std::optional<Compilation> compile_model(const ModelOptions& options, const std::string& target,
                                         Diagnostics& diagnostics) {
  Compilation result;
  result.target = find_target(target);
  if (result.target == nullptr) {
    diagnostics.error("E0401", fmt::format("there is no target '{}'", target))
        .helps.emplace_back("`spindle targets` lists them");
    return std::nullopt;
  }
  std::optional<Graph> graph = load_model(options, diagnostics);
  if (!graph) return std::nullopt;
  result.graph = std::move(*graph);
  std::optional<Selection> selection = select_kernels(result.graph, *result.target, diagnostics);
  if (!selection) return std::nullopt;
  result.selection = std::move(*selection);
  result.plan = make_plan(result.selection.steps);
  result.program = build_program(result.graph, result.selection, result.plan);
  return result;
}

std::string model_name(const std::filesystem::path& model, const std::string& wish) {
  return c_identifier(wish.empty() ? model.stem().string() : wish);
}

}  // namespace spindle
