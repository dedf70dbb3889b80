// Importing and running the small models that tests build.
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

  [[nodiscard]] std::string messages() const;            // as the user sees them
  [[nodiscard]] std::vector<std::string> codes() const;  // in the order reported
};

// Imports the model as "m.onnx"; a graph that does not pass verify() fails the test.
[[nodiscard]] Imported import_model(const ModelBuilder& model, const ImportOptions& options = {},
                                    const std::filesystem::path& folder = {});

// The first output for float inputs, row-major; fails the test if the import does.
[[nodiscard]] std::vector<float> outputs_of(const ModelBuilder& model,
                                            const std::vector<std::vector<float>>& inputs);

// Any output for inputs of any type, values given as numbers.
[[nodiscard]] std::vector<double> output_of(const Graph& graph,
                                            const std::vector<std::vector<double>>& inputs,
                                            std::size_t output = 0);

}  // namespace spindle::testing
