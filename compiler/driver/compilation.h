// From an ONNX file to a program: what every command begins with.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/output_options.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/program.h"
#include "compiler/lower/select.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/planner.h"
#include "compiler/target/target.h"

namespace spindle {

struct ModelOptions {
  std::filesystem::path model;
  std::map<std::string, std::int64_t> dims;  // --dim
  std::vector<float> input_u8;               // --input-u8: means, stds; empty when not given
  std::vector<std::string> print_after;      // --print-after
  bool verify_passes = false;
  std::optional<DetectOptions> detect;  // --detect
  bool output_u8 = false;               // --output-u8
  bool output_rows = false;             // --output-rows
  PlanSettings plan;                    // --ram, --input
  std::filesystem::path memory;         // --memory; empty when not given
  bool frontier = false;                // --pareto
};

// The canonical graph; nothing if the model cannot be read (reported).
[[nodiscard]] std::optional<Graph> load_model(const ModelOptions& options,
                                              Diagnostics& diagnostics);

struct Compilation {
  Graph graph;
  const Target* target = nullptr;
  Selection selection;
  Plan plan;
  std::vector<PlanPoint> frontier;  // RAM against work, where it was asked for
  Program program;
};

// The whole way; `target` is a name, unknown ones are reported (E0401), and so is a bad memory map
// (E0404). A plan that does not fit into the budget is reported with the smallest one found
// (E0301), and one that does not fit into the map's regions with what they lack (E0302).
[[nodiscard]] std::optional<Compilation> compile_model(const ModelOptions& options,
                                                       const std::string& target,
                                                       Diagnostics& diagnostics);

// Whether a prefix for symbols and files could meet those of the runtime.
[[nodiscard]] bool is_reserved_name(const std::string& name);

// Name for symbols and files: `wish`, or the model file's stem made a C identifier; not a reserved
// one.
[[nodiscard]] std::string model_name(const std::filesystem::path& model, const std::string& wish);

}  // namespace spindle
