// The options on the model that commands share, and the steps from the ONNX file to a compiled
// program.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

struct ModelOptions {
  std::filesystem::path model;
  std::map<std::string, std::int64_t> dims;  // --dim
  std::filesystem::path anchors;             // .npy for --detect; empty: the model has anchors
  std::filesystem::path memory;              // --memory; empty when not given
  CompilationOptions compile;                // without the contents of `anchors` and `memory`
};

// Imports the model and makes its canonical graph (prepare_graph). Returns nothing after an error,
// which it has reported.
[[nodiscard]] std::optional<Graph> load_model(const ModelOptions& options,
                                              Diagnostics& diagnostics);

// Imports and compiles the model for the target of that name. Returns nothing after an error, which
// it has reported: an unknown target (E0401), a bad memory map (E0404), anchors that cannot be read
// (E0405), or any error of import_onnx and compile_graph.
[[nodiscard]] std::optional<Compilation> compile_model(const ModelOptions& options,
                                                       const std::string& target,
                                                       Diagnostics& diagnostics);

// The model's name in symbols and file names: `wish`, or if that is empty the stem of the model
// file, changed to a C identifier. A name that is_reserved_prefix (support/names.h) gets "model_"
// in front.
[[nodiscard]] std::string model_name(const std::filesystem::path& model, const std::string& wish);

}  // namespace spindle
