// Imports the real models. They must give valid graphs and no important messages.
#include <algorithm>
#include <sstream>

#include "compiler/ir/printer.h"
#include "compiler/ir/verifier.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/shared.h"

using namespace spindle;

namespace {

std::string text_of(const Diagnostics& diagnostics) {
  std::ostringstream out;
  diagnostics.print(out, false);
  return out.str();
}

}  // namespace

TEST_CASE("every shared model imports") {
  const auto shared = testing::shared_dir();
  if (!shared) return;
  int models = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*shared / "models")) {
    if (entry.path().extension() != ".onnx") continue;
    ++models;
    Diagnostics diagnostics;
    const auto graph = import_onnx(entry.path(), {}, diagnostics);
    INFO(entry.path().filename());
    INFO(text_of(diagnostics));
    REQUIRE(graph);
    CHECK(diagnostics.all().empty());
    CHECK(verify(*graph).empty());
    CHECK(verify(*graph) == "");
    for (TensorId id : graph->outputs) CHECK_FALSE(graph->tensor(id).origins.empty());
  }
  CHECK(models >= 7);
}

TEST_CASE("the float model has the network's operators and sizes") {
  const auto shared = testing::shared_dir();
  if (!shared) return;
  Diagnostics diagnostics;
  const auto graph =
      import_onnx(*shared / "models" / "mobilenet_v2_1.0_224_float.onnx", {}, diagnostics);
  REQUIRE(graph);
  CHECK(testing::count_of<Conv>(*graph) == 53);
  CHECK(testing::count_of<Clip>(*graph) == 35);
  CHECK(testing::count_of<Identity>(*graph) == 0);
  CHECK(testing::total_macs(*graph) == 300775552);  // the paper's 300M; this model has 1001 classes
  CHECK(graph->tensor(graph->inputs.at(0)).name == "input");
  CHECK(graph->tensor(graph->outputs.at(0)).name == "output");
  CHECK(graph->tensor(graph->outputs.at(0)).shape == Shape{1, 1001});
}
