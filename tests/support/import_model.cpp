#include "tests/support/import_model.h"

#include <sstream>

#include "compiler/ir/verifier.h"
#include "compiler/reference/interpreter.h"
#include "tests/catch.h"

namespace spindle::testing {

std::string Imported::messages() const {
  std::ostringstream out;
  diagnostics.print(out, false);
  return out.str();
}

std::vector<std::string> Imported::codes() const {
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : diagnostics.all()) result.push_back(diagnostic.code);
  return result;
}

Imported import_model(const ModelBuilder& model, const ImportOptions& options,
                      const std::filesystem::path& folder) {
  Imported result;
  result.graph = import_onnx(model.bytes(), "m.onnx", folder, options, result.diagnostics);
  INFO(result.messages());
  CHECK(result.graph.has_value() != result.diagnostics.has_errors());
  if (result.graph) CHECK(verify(*result.graph) == "");
  return result;
}

std::vector<double> output_of(const Graph& graph, const std::vector<std::vector<double>>& inputs,
                              std::size_t output) {
  REQUIRE(inputs.size() == graph.inputs.size());
  std::vector<ConstantPtr> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& tensor = graph.tensor(graph.inputs[i]);
    REQUIRE(static_cast<std::int64_t>(inputs[i].size()) == tensor.elements());
    if (tensor.type == DType::kF32) {
      values.push_back(
          Constant::floats(tensor.shape, std::vector<float>(inputs[i].begin(), inputs[i].end())));
    } else {
      values.push_back(
          Constant::ints(tensor.type, tensor.shape,
                         std::vector<std::int64_t>(inputs[i].begin(), inputs[i].end())));
    }
  }
  const ConstantPtr result = interpret(graph, values).at(output);
  std::vector<double> numbers;
  for (std::int64_t i = 0; i < result->size(); ++i) numbers.push_back(result->as_double(i));
  return numbers;
}

std::vector<float> outputs_of(const ModelBuilder& model,
                              const std::vector<std::vector<float>>& inputs) {
  const Imported imported = import_model(model);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  std::vector<std::vector<double>> numbers;
  for (const auto& input : inputs) numbers.emplace_back(input.begin(), input.end());
  const auto result = output_of(*imported.graph, numbers);
  return {result.begin(), result.end()};
}

}  // namespace spindle::testing
