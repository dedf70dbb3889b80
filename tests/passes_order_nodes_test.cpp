// Tests the order of nodes: it is always topological and keeps inverted residuals together, and
// fewer bytes are alive where a file's order keeps results long before they are needed.
#include "compiler/passes/order_nodes.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "compiler/ir/verifier.h"
#include "compiler/passes/pipeline.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_model.h"
#include "tests/support/random_network.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A convolution of `k` x `k`, stride `s`, that keeps the image's borders.
TensorId conv(Graph& graph, const std::string& name, TensorId x, std::int64_t channels, int k = 3,
              int s = 1) {
  const std::int64_t in = graph.tensor(x).shape[3];
  const TensorId w = add_floats(graph, name + "_w", {channels, k, k, in});
  const TensorId b = add_floats(graph, name + "_b", {channels});
  Conv op;
  op.stride = {s, s};
  op.pad = {k / 2, k / 2, k / 2, k / 2};
  return graph.append(name, op, {x, w, b});
}

// Where the node that makes the tensor stands in the order.
std::size_t place(const Graph& graph, const std::vector<NodeId>& order, TensorId id) {
  const auto at = std::find(order.begin(), order.end(), graph.producer(id));
  REQUIRE(at != order.end());
  return static_cast<std::size_t>(at - order.begin());
}

// What is wrong with the order, or an empty text.
std::string fault_of(const Graph& graph, const std::vector<NodeId>& order) {
  std::vector<NodeId> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != NodeId(i)) return "not each node once";
  }
  if (sorted.size() != graph.nodes.size()) return "nodes are missing";
  Graph ordered = graph;
  ordered.nodes.reorder(order);
  if (const std::string fault = verify(ordered); !fault.empty()) return fault;
  std::set<BlockId> ended;
  BlockId last;
  for (const Node& node : ordered.nodes) {
    if (node.block == last) continue;
    if (node.block && ended.contains(node.block)) return "a block is torn apart";
    if (last) ended.insert(last);
    last = node.block;
  }
  return difference(graph, ordered);
}

}  // namespace

TEST_CASE("a chain has one order only") {
  Graph graph;
  TensorId x = add_input(graph, "x", {1, 16, 16, 4});
  for (int i = 0; i < 5; ++i) x = conv(graph, "c" + std::to_string(i), x, 4 + 2 * i);
  graph.outputs = {x};
  CHECK_FALSE(order_with_less_alive(graph));
}

TEST_CASE("a lateral is made when the way down needs it") {
  // The file computes the wide lateral first and reads it last.
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 32, 32, 3});
  const TensorId fine = conv(graph, "fine", x, 4);
  const TensorId lateral = conv(graph, "lateral", fine, 64, 1);
  const TensorId down = conv(graph, "down", fine, 64, 3, 2);
  const TensorId more = conv(graph, "more", down, 64);
  const TensorId sum = graph.append("sum", Binary{}, {down, more});
  Resize twice;
  twice.size = {32, 32};
  twice.scale = {2, 2};
  const TensorId up = graph.append("up", twice, {conv(graph, "thin", sum, 4)});
  Concat join;
  join.axis = 3;
  const TensorId both = graph.append("both", join, {lateral, up});
  graph.outputs = {conv(graph, "out", both, 4)};
  const auto order = order_with_less_alive(graph);
  REQUIRE(order);
  CHECK(fault_of(graph, *order) == "");
  CHECK(place(graph, *order, lateral) > place(graph, *order, up));
}

TEST_CASE("what goes into the caller's buffers is written at once, in any form") {
  // Two heads on a fine map, whose transposed outputs the file computes at its end.
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 32, 32, 3});
  const TensorId fine = conv(graph, "fine", x, 8);
  const TensorId a = conv(graph, "head_a", fine, 24, 1);
  const TensorId b = conv(graph, "head_b", fine, 12, 1);
  TensorId y = conv(graph, "down1", fine, 8, 3, 2);
  y = conv(graph, "down2", y, 8, 3, 2);
  const TensorId c = conv(graph, "head_c", y, 12, 1);
  graph.outputs = {to_nchw(graph, "a", a), to_nchw(graph, "b", b), to_nchw(graph, "c", c)};
  const auto order = order_with_less_alive(graph);
  REQUIRE(order);
  CHECK(fault_of(graph, *order) == "");
  for (std::size_t i : {0, 1}) {
    CHECK(place(graph, *order, graph.outputs[i]) < place(graph, *order, y));
  }
}

TEST_CASE("parts of an output, and views of tensors, are counted where they are") {
  // The heads of a detector: each is viewed as a list of boxes, and the lists are one output.
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 16, 16, 3});
  const TensorId fine = conv(graph, "fine", x, 16);
  const TensorId coarse = conv(graph, "coarse", fine, 16, 3, 2);
  const TensorId head_coarse = conv(graph, "head_coarse", conv(graph, "more", coarse, 16), 4, 1);
  const TensorId head_fine = conv(graph, "head_fine", fine, 4, 1);
  const TensorId view_fine = graph.append("view_fine", Reshape{{1, 256, 4}}, {head_fine});
  const TensorId view_coarse = graph.append("view_coarse", Reshape{{1, 64, 4}}, {head_coarse});
  Concat join;
  join.axis = 1;
  graph.outputs = {graph.append("boxes", join, {view_fine, view_coarse})};
  const auto order = order_with_less_alive(graph);
  REQUIRE(order);
  CHECK(fault_of(graph, *order) == "");
  CHECK(place(graph, *order, head_fine) < place(graph, *order, coarse));
}

TEST_CASE("a network of very many branches keeps its order, because the search would take long") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 4, 1});
  for (int i = 0; i < 3000; ++i) {
    const TensorId y = graph.append("relu_" + std::to_string(i), Unary{}, {x});
    const TensorId z = graph.append("sum_" + std::to_string(i), Binary{}, {y, y});
    graph.outputs.push_back(graph.append("scaled_" + std::to_string(i), Binary{}, {z, y}));
  }
  CHECK_FALSE(order_with_less_alive(graph));
}

TEST_CASE("orders of random networks are topological and keep blocks together") {
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const DType type = seed % 3 == 0 ? DType::kF32 : seed % 3 == 1 ? DType::kI8 : DType::kU8;
    Graph graph =
        seed % 2 == 0 ? random_model(seed, type, Branches::kMany) : random_network(seed, type);
    Diagnostics diagnostics;
    run_pipeline(graph, {}, diagnostics);
    REQUIRE_FALSE(diagnostics.has_errors());
    const auto order = order_with_less_alive(graph);
    if (!order) continue;
    ++changed;
    CHECK(fault_of(graph, *order) == "");
  }
  CHECK(changed > 10);
}
