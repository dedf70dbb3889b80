// Checks that slices of images and concatenations of images by rows work row by row, without
// holding a whole image.
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

TensorId conv3x3(Graph& graph, const std::string& name, TensorId x, std::int64_t channels,
                 std::int64_t outputs) {
  Conv op;
  op.pad = {1, 1, 1, 1};
  return graph.append(name, op,
                      {x, add_floats(graph, name + "_w", {outputs, 3, 3, channels}), kNoTensor});
}

std::int64_t rows_kept(const Compilation& compiled, const std::string& tensor) {
  for (const Buffer& buffer : compiled.plan.buffers) {
    if (!buffer.value) continue;
    const TensorId id = compiled.plan.steps.value(buffer.value).tensor;
    if (id != kNoTensor && compiled.graph.tensor(id).name == tensor) return buffer.rows;
  }
  return 0;  // exists only as tiles, or in the caller's buffer
}

}  // namespace

TEST_CASE("a slice of an image takes rows as they come") {
  Slice slice;
  SECTION("all three dimensions") {
    slice = {{0, 3, 2, 1}, {1, 1, 1, 1}, {1, 20, 9, 3}};
  }
  SECTION("every second row and third column") {
    slice = {{0, 1, 0, 0}, {1, 2, 3, 1}, {1, 15, 5, 5}};
  }
  SECTION("one pixel") {
    slice = {{0, 31, 15, 4}, {1, 1, 1, 1}, {1, 1, 1, 1}};
  }
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 32, 16, 4});
  const TensorId y = conv3x3(graph, "y", x, 4, 5);
  const TensorId part = graph.append("part", slice, {y});
  graph.outputs = {conv3x3(graph, "z", part, slice.count[3], 2)};
  const Compilation compiled = compile_graph(std::move(graph));
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 1)) == "");
  CHECK(rows_kept(compiled, "y") <= 3);
  CHECK(rows_kept(compiled, "part") <= 3);
}

TEST_CASE("a slice backwards, or of some channels only, needs the whole") {
  const Slice slice = GENERATE(Slice{{0, 31, 0, 0}, {1, -1, 1, 1}, {1, 32, 16, 5}},
                               Slice{{0, 0, 15, 0}, {1, 1, -1, 1}, {1, 32, 16, 5}},
                               Slice{{0, 0, 0, 0}, {1, 1, 1, 2}, {1, 32, 16, 3}});
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 32, 16, 4});
  graph.outputs = {graph.append("part", slice, {conv3x3(graph, "y", x, 4, 5)})};
  const Compilation compiled = compile_graph(std::move(graph));
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 2)) == "");
  CHECK(rows_kept(compiled, "y") == 32);
}

TEST_CASE("images one below the other are never whole") {
  Graph graph;
  const TensorId a = conv3x3(graph, "a", add_input(graph, "x", {1, 12, 8, 2}), 2, 4);
  const TensorId b = conv3x3(graph, "b", add_input(graph, "y", {1, 7, 8, 3}), 3, 4);
  const TensorId c = conv3x3(graph, "c", add_input(graph, "z", {1, 1, 8, 3}), 3, 4);
  const TensorId all = graph.append("all", Concat{1}, {a, b, c, a});
  graph.outputs = {conv3x3(graph, "w", all, 4, 2)};
  const Compilation compiled = compile_graph(std::move(graph));
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 3)) == "");
  CHECK(rows_kept(compiled, "b") <= 3);
  CHECK(rows_kept(compiled, "all") <= 3);
  CHECK(rows_kept(compiled, "a") == 12);  // all rows, because it is read twice
}
