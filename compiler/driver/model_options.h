// What every command says about its model, and the way from the file to a program.
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
  std::filesystem::path anchors;             // .npy for --detect; empty: the model has them
  std::filesystem::path memory;              // --memory; empty when not given
  CompilationOptions compile;                // without the two files' contents
};

// The canonical graph; nothing if the model cannot be read (reported).
[[nodiscard]] std::optional<Graph> load_model(const ModelOptions& options,
                                              Diagnostics& diagnostics);

// The whole way; `target` is a name, unknown ones are reported (E0401), and so are a bad memory map
// (E0404), anchors that cannot be read (E0405), and what import_onnx and compile_graph report.
[[nodiscard]] std::optional<Compilation> compile_model(const ModelOptions& options,
                                                       const std::string& target,
                                                       Diagnostics& diagnostics);

// Name for symbols and files: `wish`, or the model file's stem, made a C identifier, with "model_"
// before it if it is reserved (support/names.h).
[[nodiscard]] std::string model_name(const std::filesystem::path& model, const std::string& wish);

}  // namespace spindle
