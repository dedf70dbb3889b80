// Tests the lower bound on what must exist as a whole at the same time, on graphs whose answer is
// known.
#include "compiler/plan/coexistence.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/plan/planner.h"
#include "compiler/report/plan_html.h"
#include "compiler/report/plan_json.h"
#include "compiler/report/plan_report.h"
#include "compiler/report/plan_text.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr RowAccess kRepeated{0, 1, 0, 1};

// A step that combines every row of `map` with the only row of `vector`.
ValueId joined(StepBuilder& b, ValueId map, ValueId vector, std::int64_t row_bytes) {
  return b.step({{map, {}, false, false}, {vector, kRepeated, false, false}}, b.rows(map),
                row_bytes);
}

}  // namespace

TEST_CASE("nothing need be whole where nothing is waited for, or nothing comes after") {
  StepBuilder b;
  const ValueId x = b.pointwise(b.input(16, 30), 40);
  const ValueId sum = b.add(x, b.window(x, {}, 40));
  b.output(b.mean(sum));
  const Coexistence found = largest_coexistence(b.graph);
  CHECK_FALSE(found.step);
  CHECK(found.bytes == 0);
}

TEST_CASE("squeeze-and-excite: the map that is squeezed is whole, and its mean beside it") {
  StepBuilder b;
  const ValueId map = b.pointwise(b.input(16, 30), 40);
  const ValueId mean = b.mean(map);
  b.output(joined(b, map, mean, 40));
  const Coexistence found = largest_coexistence(b.graph);
  CHECK(found.values == std::vector<ValueId>{map});
  CHECK(found.bytes == 16 * 40 + 40);
  CHECK(b.graph.step(found.step).output == mean);
  CHECK(make_plan(b.graph).arena_bytes >= found.bytes);
}

TEST_CASE("image pooling: the map, or what is smaller of what is made of it") {
  const std::int64_t branch_bytes = GENERATE(10, 39, 41, 100);
  StepBuilder b;
  const ValueId map = b.pointwise(b.input(16, 30), 40);
  const ValueId mean = b.mean(map);
  const ValueId branch = b.pointwise(map, branch_bytes);
  b.output(joined(b, branch, b.pointwise(mean, 8), 50));
  const Coexistence found = largest_coexistence(b.graph);
  const bool smaller = branch_bytes < 40;
  CHECK(found.values == std::vector<ValueId>{smaller ? branch : map});
  CHECK(found.bytes == 16 * (smaller ? branch_bytes : 40) + 40);
  CHECK(make_plan(b.graph).arena_bytes >= found.bytes);
}

TEST_CASE("several branches: two small ones, or the map they come from") {
  const std::int64_t second_bytes = GENERATE(15, 25);
  StepBuilder b;
  const ValueId map = b.pointwise(b.input(16, 30), 40);
  const ValueId mean = b.mean(map);
  const ValueId first = b.pointwise(map, 20);
  const ValueId second = b.window(map, {}, second_bytes);
  const ValueId both = joined(b, first, mean, 60);
  b.output(b.step({{both, {}, false, false}, {second, {}, false, false}}, 16, 10));
  const Coexistence found = largest_coexistence(b.graph);
  CHECK(found.values ==
        (second_bytes == 15 ? std::vector<ValueId>{first, second} : std::vector<ValueId>{map}));
  CHECK(found.bytes == 16 * std::min<std::int64_t>(20 + second_bytes, 40) + 40);
}

TEST_CASE("bytes outside of the arena count nothing; what does not go through the step neither") {
  StepBuilder b;
  const ValueId input = b.input(16, 30);
  const ValueId mean = b.mean(input);
  const ValueId other = b.pointwise(b.input(16, 30), 40);
  b.output(
      b.step({{joined(b, input, mean, 30), {}, false, false}, {other, {}, false, false}}, 16, 30));
  CHECK_FALSE(largest_coexistence(b.graph).step);
}

TEST_CASE("no plan of a random network is below its bound") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    StepGraph graph = random_network(seed, 4);
    CHECK(largest_coexistence(graph).bytes <= make_plan(graph).arena_bytes);
  }
}

TEST_CASE("all formats of the report say which tensors no plan can divide") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 8, 8, 4});
  const TensorId map =
      graph.append("map", Conv{}, {x, add_floats(graph, "w", {8, 1, 1, 4}), kNoTensor});
  const TensorId gate = graph.append("gate", Reduce{ReduceKind::kMean, {1, 2}, true, {}}, {map});
  graph.outputs = {graph.append("y", Binary{BinaryKind::kMul, {}}, {map, gate})};
  PlanReport report = make_plan_report(compile_graph(std::move(graph)));
  CHECK(report.coexisting_bytes == 4 * (8 * 8 * 8 + 8));
  CHECK(coexisting_text(report) == "map 1x8x8x8 (2.0 KiB)");
  const auto json = nlohmann::json::parse(plan_json(report));
  CHECK(json["coexisting"]["bytes"] == report.coexisting_bytes);
  REQUIRE(json["coexisting"]["tensors"].size() == 1);
  CHECK(json["coexisting"]["tensors"][0]["name"] == "map");
  CHECK(plan_text(report).find("        map 1x8x8x8, 2.0 KiB\n") != std::string::npos);
  CHECK(plan_text(report).find("computed twice; whole until ") != std::string::npos);
  CHECK(plan_html(report).find("Lower bound") != std::string::npos);
  report.arena_bytes = 5 * report.coexisting_bytes;
  CHECK(plan_text(report).find("computed twice; whole") == std::string::npos);
  CHECK(plan_html(report).find("Lower bound") == std::string::npos);
}
