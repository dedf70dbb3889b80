#include "compiler/passes/recognize_blocks.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr Activation kRelu6{0, 6};

TensorId pointwise(Graph& graph, const std::string& name, TensorId x, std::int64_t channels,
                   Activation act = {}) {
  const std::int64_t in = graph.tensor(x).shape[3];
  Conv conv;
  conv.act = act;
  return graph.append(name, conv, {x, add_floats(graph, name + "_w", {channels, 1, 1, in})});
}

struct Window {
  int kernel = 3;
  int stride = 1;
  int dilation = 1;
};

TensorId depthwise(Graph& graph, const std::string& name, TensorId x, Window window = {},
                   int multiplier = 1) {
  const std::int64_t channels = graph.tensor(x).shape[3];
  const int pad = window.dilation * (window.kernel / 2);
  Conv conv;
  conv.stride = {window.stride, window.stride};
  conv.dilation = {window.dilation, window.dilation};
  conv.pad = {pad, pad, pad, pad};
  conv.groups = static_cast<int>(channels);
  conv.act = kRelu6;
  const TensorId w =
      add_floats(graph, name + "_w", {channels * multiplier, window.kernel, window.kernel, 1});
  return graph.append(name, conv, {x, w});
}

TensorId image(Graph& graph, std::int64_t channels = 8) {
  return add_input(graph, "x", {1, 8, 8, channels});
}

void recognize(Graph& graph, TensorId output) {
  graph.outputs = {output};
  REQUIRE(apply(recognize_blocks, graph) == "");
}

Role role_of(const Graph& graph, const std::string& name) {
  for (const Node& node : graph.nodes) {
    if (node.name == name) return node.role;
  }
  FAIL("no node " + name);
  return Role::kNone;
}

}  // namespace

TEST_CASE("an inverted residual in full") {
  Graph graph;
  const TensorId x = image(graph);
  const TensorId e = pointwise(graph, "expand", x, 48, kRelu6);
  const TensorId d = depthwise(graph, "depthwise", e);
  const TensorId p = pointwise(graph, "project", d, 8);
  const bool swapped = GENERATE(false, true);
  recognize(graph, graph.append("add", Binary{}, {swapped ? x : p, swapped ? p : x}));

  REQUIRE(graph.blocks.size() == 1);
  CHECK(graph.blocks[BlockId(0)].name == "block_1");
  CHECK(graph.blocks[BlockId(0)].expand == 6);
  CHECK(graph.blocks[BlockId(0)].stride == 1);
  CHECK(graph.blocks[BlockId(0)].residual);
  CHECK(role_of(graph, "expand") == Role::kExpand);
  CHECK(role_of(graph, "depthwise") == Role::kDepthwise);
  CHECK(role_of(graph, "project") == Role::kProject);
  CHECK(role_of(graph, "add") == Role::kAdd);
  for (const Node& node : graph.nodes) CHECK(node.block == BlockId(0));
}

TEST_CASE("kernels, strides and dilations") {
  Graph graph;
  const TensorId e = pointwise(graph, "expand", image(graph), 16, kRelu6);
  SECTION("5x5, stride 2") {
    recognize(graph, pointwise(graph, "project",
                               depthwise(graph, "d", e, {.kernel = 5, .stride = 2}), 12));
    REQUIRE(graph.blocks.size() == 1);
    CHECK(graph.blocks[BlockId(0)].stride == 2);
    CHECK_FALSE(graph.blocks[BlockId(0)].residual);
  }
  SECTION("dilated") {
    recognize(graph, pointwise(graph, "project", depthwise(graph, "d", e, {.dilation = 2}), 8));
    CHECK(graph.blocks.size() == 1);
  }
  SECTION("a channel multiplier is something else") {
    recognize(graph, pointwise(graph, "project", depthwise(graph, "d", e, {}, 2), 8));
    CHECK(graph.blocks.empty());
  }
  SECTION("stride 3 is something else") {
    recognize(graph, pointwise(graph, "project", depthwise(graph, "d", e, {.stride = 3}), 8));
    CHECK(graph.blocks.empty());
  }
}

TEST_CASE("a block without expand, behind another one and before one") {
  Graph graph;
  const TensorId d1 = depthwise(graph, "d1", image(graph, 16));
  const TensorId p1 = pointwise(graph, "p1", d1, 16);
  // p1 has no activation and feeds d2, but it is the projection of the first block, and not an
  // expansion of the second.
  const TensorId p2 = pointwise(graph, "p2", depthwise(graph, "d2", p1), 16);
  const TensorId a2 = graph.append("a2", Binary{}, {p1, p2});
  const TensorId e3 = pointwise(graph, "e3", a2, 96, kRelu6);
  recognize(graph, pointwise(graph, "p3", depthwise(graph, "d3", e3), 24));

  REQUIRE(graph.blocks.size() == 3);
  CHECK(graph.blocks[BlockId(0)].expand == 1);
  CHECK_FALSE(graph.blocks[BlockId(0)].residual);
  CHECK(graph.blocks[BlockId(1)].expand == 1);
  CHECK(graph.blocks[BlockId(1)].residual);
  CHECK(graph.blocks[BlockId(2)].expand == 6);
  CHECK(role_of(graph, "p1") == Role::kProject);
}

TEST_CASE("a depthwise separable convolution with activation is no block") {
  Graph graph;
  const TensorId d = depthwise(graph, "d1", image(graph));
  const TensorId p = pointwise(graph, "p1", d, 16, kRelu6);
  recognize(graph, pointwise(graph, "p2", depthwise(graph, "d2", p), 32, kRelu6));
  CHECK(graph.blocks.empty());
  for (const Node& node : graph.nodes) CHECK(node.role == Role::kNone);
}

TEST_CASE("a detector's predictor is no block, but a block before a classifier is") {
  Graph graph;
  const TensorId p = pointwise(graph, "p", depthwise(graph, "d", image(graph)), 2);
  const TensorId r = graph.append("r", Reshape{{1, 128}}, {p});
  SECTION("predictor") {
    const TensorId c = graph.append("c", Concat{1}, {r, add_input(graph, "more", {1, 2})});
    recognize(graph, graph.append("scores", Softmax{1}, {c}));
    CHECK(graph.blocks.empty());
  }
  SECTION("classifier") {
    recognize(graph, graph.append("dense", Dense{}, {r, add_floats(graph, "w", {5, 128})}));
    CHECK(graph.blocks.size() == 1);
  }
}

TEST_CASE("a projection before a relu is not linear") {
  Graph graph;
  const TensorId e = pointwise(graph, "expand", image(graph), 48, kRelu6);
  const TensorId d = depthwise(graph, "depthwise", e);
  recognize(graph, pointwise(graph, "project", d, 8, {0, 1e9F}));
  CHECK(graph.blocks.empty());
}

TEST_CASE("values in between must have no other use") {
  Graph graph;
  const TensorId x = image(graph);
  const TensorId e = pointwise(graph, "expand", x, 48, kRelu6);
  const TensorId d = depthwise(graph, "depthwise", e);
  const TensorId p = pointwise(graph, "project", d, 8);
  const TensorId a = graph.append("add", Binary{}, {p, x});
  SECTION("the expanded tensor is tapped: a block without expand or residual") {
    graph.outputs = {a, e};
    REQUIRE(apply(recognize_blocks, graph) == "");
    REQUIRE(graph.blocks.size() == 1);
    CHECK(graph.blocks[BlockId(0)].expand == 1);
    CHECK_FALSE(graph.blocks[BlockId(0)].residual);
    CHECK(role_of(graph, "expand") == Role::kNone);
    CHECK(role_of(graph, "add") == Role::kNone);
  }
  SECTION("the depthwise result is tapped: no block") {
    graph.outputs = {a, d};
    REQUIRE(apply(recognize_blocks, graph) == "");
    CHECK(graph.blocks.empty());
  }
  SECTION("the projection is tapped: no residual") {
    graph.outputs = {a, p};
    REQUIRE(apply(recognize_blocks, graph) == "");
    REQUIRE(graph.blocks.size() == 1);
    CHECK_FALSE(graph.blocks[BlockId(0)].residual);
  }
}

TEST_CASE("an addition of anything but the block's input is no residual") {
  Graph graph;
  const TensorId x = image(graph);
  const TensorId e = pointwise(graph, "expand", x, 48, kRelu6);
  const TensorId p = pointwise(graph, "project", depthwise(graph, "depthwise", e), 8);
  TensorId other = x;
  SECTION("another tensor") {
    other = add_input(graph, "other", {1, 8, 8, 8});
  }
  SECTION("a broadcast") {
    other = add_input(graph, "other", {8});
  }
  SECTION("itself") {
    other = p;
  }
  recognize(graph, graph.append("add", Binary{}, {p, other}));
  REQUIRE(graph.blocks.size() == 1);
  CHECK_FALSE(graph.blocks[BlockId(0)].residual);
  CHECK(role_of(graph, "add") == Role::kNone);
}

TEST_CASE("an 8-bit projection that cannot be negative has its relu in the zero point") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 8, 8, 8}, DType::kI8, quant(0.05F, 3));
  Conv conv;
  conv.pad = {1, 1, 1, 1};
  conv.groups = 8;
  const TensorId d = graph.append("d", conv, {x, add_weights_s8(graph, "dw", {8, 3, 3, 1}, 0)});
  graph.tensor(d).quant = quant(0.02F, -128);
  const TensorId p = graph.append("p", Conv{}, {d, add_weights_s8(graph, "pw", {8, 1, 1, 8}, 0)});
  SECTION("separable convolution") {
    graph.tensor(p).quant = quant(0.02F, -128);
    recognize(graph, p);
    CHECK(graph.blocks.empty());
  }
  SECTION("linear bottleneck") {
    graph.tensor(p).quant = quant(0.02F, -5);
    recognize(graph, p);
    CHECK(graph.blocks.size() == 1);
  }
}
