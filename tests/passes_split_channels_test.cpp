#include "compiler/passes/split_channels.h"

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/ir/verifier.h"
#include "compiler/passes/recognize_blocks.h"
#include "compiler/reference/interpreter.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_model.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct BlockCase {
  DType type = DType::kI8;
  std::int64_t channels = 8, wide = 48, outputs = 8;
  int stride = 1, kernel = 3;
  bool expand = true, residual = true;
  std::int64_t largest_bias = 2000;
};

// Makes a graph of one inverted residual block that is recognized as such.
class BlockMaker {
 public:
  BlockMaker(const BlockCase& c, std::uint64_t seed) : case_(c), random_(seed) {}

  Graph make() {
    const TensorId x = add_input(graph_, "x", {1, 9, 7, case_.channels}, case_.type,
                                 Quant{{0.05F}, {zero_point()}, -1});
    TensorId y = x;
    if (case_.expand) y = conv("expand", y, case_.wide, 1, 1, {0, 6});
    y = conv("depthwise", y, graph_.tensor(y).shape[3], case_.kernel, case_.stride, {0, 6});
    y = conv("project", y, case_.outputs, 1, 1, {});
    if (case_.residual) {
      y = graph_.append("add", Binary{}, {x, y});
      set_type(y, 0.07F);
    }
    graph_.outputs = {y};
    recognize_blocks(graph_);
    REQUIRE(graph_.blocks.size() == 1);
    return std::move(graph_);
  }

 private:
  // A random zero point. Not the lowest, because that would act as a ReLU.
  std::int32_t zero_point() {
    return static_cast<std::int32_t>(random_.integer(min_of(case_.type) + 1, max_of(case_.type)));
  }

  void set_type(TensorId id, float scale) {
    graph_.tensor(id).type = case_.type;
    graph_.tensor(id).quant = Quant{{scale}, {zero_point()}, -1};
  }

  TensorId conv(const std::string& name, TensorId x, std::int64_t outputs, int k, int stride,
                Activation act) {
    Conv op;
    const bool depthwise = name == "depthwise";
    op.stride = {stride, stride};
    if (depthwise) op.pad = {k / 2, k / 2, k / 2, k / 2};
    if (depthwise) op.groups = static_cast<int>(outputs);
    op.act = act;
    const Shape w{outputs, k, k, depthwise ? 1 : graph_.tensor(x).shape[3]};
    const bool per_channel = case_.type == DType::kI8;
    Quant weights{{}, {}, per_channel ? 0 : -1};
    for (std::int64_t o = 0; o < (per_channel ? outputs : 1); ++o) {
      weights.scale.push_back(random_.real(0.002F, 0.01F));
      weights.zero_point.push_back(
          per_channel ? 0 : static_cast<std::int32_t>(random_.integer(100, 150)));
    }
    Quant bias = weights;
    for (float& scale : bias.scale) scale *= graph_.tensor(x).quant->scale[0];
    bias.zero_point.assign(bias.scale.size(), 0);
    const ConstantPtr values = random_values(random_, case_.type, w);
    const ConstantPtr offsets =
        random_integers(random_, DType::kI32, {outputs}, -case_.largest_bias, case_.largest_bias);
    const TensorId y = graph_.append(name, op,
                                     {x, graph_.add_constant(name + "_w", values, weights),
                                      graph_.add_constant(name + "_b", offsets, bias)});
    set_type(y, 0.05F);
    return y;
  }

  BlockCase case_;
  Random random_;
  Graph graph_;
};

Graph block_of(const BlockCase& c, std::uint64_t seed) {
  return BlockMaker(c, seed).make();
}

Graph split(Graph graph, int groups) {
  split_channels(graph, BlockId(0), groups);
  REQUIRE(verify(graph) == "");
  return graph;
}

void require_equal(const Graph& before, const Graph& after, std::uint64_t seed) {
  const std::vector<ConstantPtr> inputs = random_inputs(before, seed);
  const std::vector<ConstantPtr> expected = interpret(before, inputs);
  const std::vector<ConstantPtr> got = interpret(after, inputs);
  REQUIRE(expected.size() == got.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(expected[i]->type() == got[i]->type());
    REQUIRE(expected[i]->shape() == got[i]->shape());
    REQUIRE(std::ranges::equal(expected[i]->bytes(), got[i]->bytes()));
  }
}

// The names of the nodes of block 0, in order. They tell the groups too.
std::vector<std::string> block_nodes(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) {
    if (node.block == BlockId(0)) names.push_back(node.name);
  }
  return names;
}

// The number of channels of each depthwise convolution, one for each group.
std::vector<std::int64_t> group_sizes(const Graph& graph) {
  std::vector<std::int64_t> sizes;
  for (const Node& node : graph.nodes) {
    if (node.role == Role::kDepthwise && node.as<Conv>() != nullptr) {
      sizes.push_back(graph.tensor(node.output()).shape[3]);
    }
  }
  return sizes;
}

}  // namespace

TEST_CASE("a block in groups: its nodes in order, and the same result") {
  const Graph before = block_of({}, 1);
  const Graph after = split(before, 3);
  REQUIRE(block_nodes(after) == std::vector<std::string>{"expand_group_0", "depthwise_group_0",
                                                         "project_group_0", "expand_group_1",
                                                         "depthwise_group_1", "project_group_1",
                                                         "expand_group_2", "depthwise_group_2",
                                                         "project_group_2", "project", "add"});
  REQUIRE(group_sizes(after) == std::vector<std::int64_t>{16, 16, 16});
  REQUIRE(count_of<PartialSum>(after) == 3);
  REQUIRE(only<RequantizeSum>(after)->output() == before.nodes[NodeId(2)].output());
  REQUIRE(after.blocks.size() == 1);
  REQUIRE(total_macs(after) == total_macs(before));
  require_equal(before, after, 2);
}

TEST_CASE("groups are as even as multiples of 8 or 4 allow") {
  const auto sizes = [](std::int64_t wide, int groups) {
    BlockCase c;
    c.wide = wide;
    return group_sizes(split(block_of(c, 1), groups));
  };
  using Sizes = std::vector<std::int64_t>;
  REQUIRE(sizes(96, 2) == Sizes{48, 48});
  REQUIRE(sizes(144, 4) == Sizes{40, 32, 40, 32});
  REQUIRE(sizes(48, 4) == Sizes{12, 12, 12, 12});
  REQUIRE(sizes(48, 5) == Sizes{8, 12, 8, 12, 8});
  REQUIRE(sizes(37, 2) == Sizes{20, 17});
  REQUIRE(sizes(10, 3) == Sizes{3, 4, 3});
  REQUIRE(sizes(9, 9) == Sizes(9, 1));
}

TEST_CASE("one group changes nothing") {
  const Graph before = block_of({}, 1);
  const Graph after = split(before, 1);
  REQUIRE(block_nodes(after) == block_nodes(before));
  REQUIRE(count_of<PartialSum>(after) == 0);
}

TEST_CASE("random blocks: reference and compiled program, bit for bit") {
  Random random(3);
  for (std::uint64_t seed = 0; seed < 48; ++seed) {
    BlockCase c;
    c.type = seed % 2 == 0 ? DType::kI8 : DType::kU8;
    c.expand = seed % 4 < 3;
    c.residual = random.flip();
    c.stride = c.residual ? 1 : static_cast<int>(random.integer(1, 2));
    c.kernel = random.flip() ? 3 : 5;
    c.channels = random.integer(5, 20);
    c.wide = c.channels * random.integer(1, 6) + random.integer(0, 5);
    c.outputs = c.residual ? c.channels : random.integer(1, 20);
    const Graph before = block_of(c, seed);
    const int groups = static_cast<int>(random.integer(2, 5));
    INFO("seed " << seed << ", " << groups << " groups");
    const Graph after = split(before, groups);
    REQUIRE(group_sizes(after).size() == static_cast<std::size_t>(groups));
    require_equal(before, after, seed);
    const Compilation compiled = compile_graph(after);
    REQUIRE(check_against_reference(compiled, random_inputs(after, seed)) == "");
  }
}

TEST_CASE("accumulators that wrap: the same in groups") {
  BlockCase c;
  c.largest_bias = INT32_MAX;
  c.expand = GENERATE(true, false);
  const Graph before = block_of(c, 4);
  require_equal(before, split(before, 3), 5);
}

TEST_CASE("random networks with every block in groups") {
  int split_blocks = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Graph graph = random_model(seed, seed % 2 == 0 ? DType::kI8 : DType::kU8);
    recognize_blocks(graph);
    const Graph before = graph;
    for (const BlockId block : graph.blocks.ids()) {
      const int groups =
          std::min(2 + static_cast<int>(seed % 4), most_channel_groups(graph, block));
      if (groups > 1) ++split_blocks;
      split_channels(graph, block, groups);
    }
    INFO("seed " << seed);
    REQUIRE(verify(graph) == "");
    REQUIRE(graph.blocks.size() == before.blocks.size());
    require_equal(before, graph, seed);
    REQUIRE(check_against_reference(compile_graph(graph), random_inputs(graph, seed)) == "");
  }
  REQUIRE(split_blocks > 12);
}

TEST_CASE("steps of a split block: contiguous, the sums in place, all by columns") {
  const Graph graph = split(block_of({}, 6), 3);
  const Compilation compiled = compile_graph(graph);
  std::vector<std::string> names;
  for (const Step& step : compiled.selection.steps.steps) {
    if (step.block != BlockId(0)) continue;
    names.push_back(step.name);
    REQUIRE(step.columns == 7);
    const bool adds = step.name == "block_1_project_group_1";
    if (adds) {
      REQUIRE(step.inputs.size() == 2);
      REQUIRE(step.inputs[0].columnwise);
      REQUIRE(step.inputs[1].columnwise);
      REQUIRE(step.inputs[1].in_place);
    }
  }
  REQUIRE(names == std::vector<std::string>{"block_1_expand_group_0", "block_1_depthwise_group_0",
                                            "block_1_project_group_0", "block_1_expand_group_1",
                                            "block_1_depthwise_group_1", "block_1_project_group_1",
                                            "block_1_expand_group_2", "block_1_depthwise_group_2",
                                            "block_1_project_group_2", "block_1_project",
                                            "block_1_add"});
}

TEST_CASE("the convolutions of a group use the target's own kernels") {
  const Compilation compiled = compile_graph(split(block_of({}, 7), 2), "cortex-m7");
  std::vector<std::string> symbols;
  for (const std::vector<KernelCall>& calls : compiled.selection.calls) {
    for (const KernelCall& call : calls) symbols.push_back(call.symbol);
  }
  REQUIRE(symbols == std::vector<std::string>{"spindle_pw_s8_dsp", "spindle_dw3x3_s8_dsp",
                                              "spindle_pw_sum_s8", "spindle_pw_s8_dsp",
                                              "spindle_dw3x3_s8_dsp", "spindle_pw_sum_add_s8",
                                              "spindle_requantize_s32", "spindle_add_s8_dsp"});
}

TEST_CASE("what cannot be split") {
  SECTION("a float block") {
    Graph graph = random_model(1, DType::kF32);
    recognize_blocks(graph);
    REQUIRE_FALSE(graph.blocks.empty());
    REQUIRE(most_channel_groups(graph, BlockId(0)) == 1);
  }
  SECTION("a block that is split already") {
    const Graph before = block_of({}, 1);
    REQUIRE(most_channel_groups(before, BlockId(0)) == 48);
    REQUIRE(most_channel_groups(split(before, 2), BlockId(0)) == 1);
  }
  SECTION("an accumulator whose scale float32 cannot hold") {
    Graph graph = block_of({}, 1);
    graph.tensor(graph.nodes[NodeId(2)].inputs[0]).quant->scale[0] = 1e-30F;
    graph.tensor(graph.nodes[NodeId(2)].inputs[1]).quant->scale[3] = 1e-30F;
    REQUIRE(most_channel_groups(graph, BlockId(0)) == 1);
  }
}

TEST_CASE("the verifier refuses sums that do not belong together") {
  Graph graph = split(block_of({}, 1), 2);
  const auto last = std::find_if(graph.nodes.rbegin(), graph.nodes.rend(),
                                 [](const Node& node) { return node.as<PartialSum>() != nullptr; });
  Tensor& sum = graph.tensor(last->output());
  SECTION("other scales than the accumulator's") {
    sum.quant->scale[2] *= 2;
    REQUIRE_THAT(verify(graph), contains_text("is not quantized like"));
  }
  SECTION("a previous sum of other channels") {
    graph.tensor(last->inputs[3]).shape[3] = 5;
    REQUIRE_FALSE(verify(graph).empty());
  }
  SECTION("a sum without scales") {
    sum.quant.reset();
    REQUIRE_THAT(verify(graph), contains_text("needs a quantization"));
  }
}
