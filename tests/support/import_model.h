// Imports and runs the small models that tests build.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/importer.h"
#include "tests/support/onnx_build.h"

namespace spindle::testing {

struct Imported {
  std::optional<Graph> graph;
  Diagnostics diagnostics;

  [[nodiscard]] std::string messages() const;            // the text that the user sees
  [[nodiscard]] std::vector<std::string> codes() const;  // "E0101", ..., in the order reported
};

// Imports the model as a file "m.onnx". The test fails if the graph does not pass verify().
[[nodiscard]] Imported import_model(const ModelBuilder& model, const ImportOptions& options = {},
                                    const std::filesystem::path& folder = {});

// The first output for these float inputs, all row-major. The test fails if the import does.
[[nodiscard]] std::vector<float> outputs_of(const ModelBuilder& model,
                                            const std::vector<std::vector<float>>& inputs);

// The output of that index, for inputs of any type whose values are given as numbers.
[[nodiscard]] std::vector<double> output_of(const Graph& graph,
                                            const std::vector<std::vector<double>>& inputs,
                                            std::size_t output = 0);

}  // namespace spindle::testing
