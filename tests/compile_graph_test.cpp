// Compiles one small network with every combination of the options that change a program. The
// program must obey all of them, or the combination must be refused with its own diagnostic.
#include "compiler/compile/compilation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "compiler/execute/execute.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/network_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr int kSize = 16;     // width and height of the picture
constexpr int kClasses = 5;   // of the map of classes
constexpr int kAnchors = 12;  // 2 x 2 cells with three anchors each
constexpr int kMost = 4;      // most detections

// A network with a planar float picture as input, a wide inverted residual on 2 x 2 pixels, and as
// outputs a map of classes as large as the picture and a detector's three tensors.
Graph network() {
  NetworkBuilder net(Precision::kInt8, 3);
  const std::int64_t size = kSize;
  ModelBuilder& model = net.model();
  model.input("image", kFloat, {std::int64_t{1}, std::int64_t{3}, size, size});
  FeatureMap x{net.quantized_node("Identity", {"image"}, 1.0F / 127, 0), 3, kSize, 1.0F / 127};
  for (const int channels : {8, 16, 64}) {
    x = net.conv(x, {.outputs = channels, .kernel = 3, .stride = 2, .relu6 = true});
  }
  x = net.block(x, 64, 8, 1);
  const auto list = [&](const char* name, int values) {
    const FeatureMap y = net.conv(x, {.outputs = 3 * values});
    model.constant(net.fresh("shape"), ints(kInt64, {3}, {1, kAnchors, values}));
    model.node("Transpose", {y.name}, {std::string(name) + "_cells"}, {{"perm", Ints{0, 2, 3, 1}}});
    model.constant(std::string(name) + "_shape", ints(kInt64, {3}, {1, kAnchors, values}));
    model.node("Reshape", {std::string(name) + "_cells", std::string(name) + "_shape"}, {name});
    model.output(name, kFloat, {std::int64_t{1}, std::int64_t{kAnchors}, std::int64_t{values}});
  };
  list("scores", 3);
  list("boxes", 4);
  Floats corners;
  for (int i = 0; i < kAnchors; ++i) {
    const float at = 0.05F * static_cast<float>(i);
    corners.insert(corners.end(), {at, at / 2, at + 0.4F, at / 2 + 0.3F});
  }
  model.constant("anchors", floats({1, kAnchors, 4}, corners));
  model.output("anchors", kFloat, {std::int64_t{1}, std::int64_t{kAnchors}, std::int64_t{4}});
  const FeatureMap scores = net.conv(x, {.outputs = kClasses});
  model.constant("sizes", ints(kInt64, {4}, {1, kClasses, size, size}));
  const std::string large = net.quantized_node("Resize", {scores.name, "", "", "sizes"}, 0.05F, 0,
                                               {{"mode", std::string("linear")}});
  model.node("ArgMax", {large}, {"classes"},
             {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}});
  model.output("classes", kInt64, {std::int64_t{1}, size, size});
  const std::string bytes = net.file();
  Diagnostics diagnostics;
  auto graph = import_onnx(std::as_bytes(std::span(bytes)), "m.onnx", {}, {}, diagnostics);
  REQUIRE(graph);
  return *std::move(graph);
}

enum class Budget { kNone, kRoomy, kTight };

struct Wish {
  bool input_u8, output_u8, detect, output_rows, frontier;
  InputMode input;
  Budget ram, memory;
};

std::string describe(const Wish& w) {
  return fmt::format(
      "input_u8 {} output_u8 {} detect {} rows {} frontier {} input {} ram {} "
      "memory {}",
      w.input_u8, w.output_u8, w.detect, w.output_rows, w.frontier, static_cast<int>(w.input),
      static_cast<int>(w.ram), static_cast<int>(w.memory));
}

template <typename Visit>
void for_each_wish(Visit visit) {
  constexpr bool kBoth[] = {false, true};
  constexpr Budget kBudgets[] = {Budget::kNone, Budget::kRoomy, Budget::kTight};
  for (bool input_u8 : kBoth)
    for (bool output_u8 : kBoth)
      for (bool detect : kBoth)
        for (bool rows : kBoth)
          for (InputMode input : {InputMode::kExternal, InputMode::kArena, InputMode::kStreamed})
            for (Budget ram : kBudgets)
              for (Budget memory : kBudgets)
                for (bool frontier : kBoth)
                  visit({input_u8, output_u8, detect, rows, frontier, input, ram, memory});
}

// The options without `--ram` and `--memory`.
CompilationOptions free_options(const Wish& wish) {
  CompilationOptions options;
  if (wish.input_u8) options.input_u8 = {127.5F, 64.0F};
  options.output_u8 = wish.output_u8;
  if (wish.detect) {
    options.detect = DetectOptions{};
    options.detect->most = kMost;
    options.detect->score = 0.0F;
  }
  options.output_rows = wish.output_rows;
  options.plan.input = wish.input;
  return options;
}

Region region(const char* name, std::int64_t size, int rank) {
  Region region;
  region.name = name;
  region.size = size;
  region.rank = rank;
  return region;
}

struct Reached {
  std::int64_t whole = 0;  // bytes of the plan without a budget
  std::int64_t least = 0;  // bytes of the smallest plan without groups of channels
};

CompilationOptions options_of(const Wish& wish, const Reached& reached) {
  CompilationOptions options = free_options(wish);
  options.frontier = wish.frontier;
  if (wish.ram == Budget::kRoomy) options.plan.ram = 2 * reached.whole;
  if (wish.ram == Budget::kTight) options.plan.ram = reached.least - 8;
  if (wish.memory == Budget::kRoomy) {
    options.plan.regions = {region("fast", reached.whole / 3 / 8 * 8, 0),
                            region("slow", reached.whole, 1)};
  }
  if (wish.memory == Budget::kTight) {
    options.plan.regions = {region("fast", reached.least - 64, 0), region("slow", 32, 1)};
  }
  return options;
}

// The codes with which a combination may be refused.
std::set<std::string> refusals(const Wish& wish) {
  std::set<std::string> codes;
  if (wish.output_u8 && wish.detect) return {"E0407"};  // --output-u8 needs an output of indices
  if (wish.output_rows && wish.detect) return {"E0406"};
  if (wish.ram == Budget::kTight) codes.insert("E0301");
  // A plan that fits into one arena may not fit into two regions of that size together.
  if (wish.ram == Budget::kTight && wish.memory != Budget::kNone) codes.insert("E0302");
  if (wish.memory == Budget::kTight) codes.insert("E0302");
  return codes;
}

void check_interface(const Program& program, const Wish& wish) {
  REQUIRE(program.inputs.size() == 1);
  const ProgramIo& image = program.inputs[0];
  CHECK(image.onnx_name == "image");
  CHECK(image.type == (wish.input_u8 ? DType::kU8 : DType::kF32));
  CHECK(image.shape == (wish.input_u8 ? Shape{1, kSize, kSize, 3} : Shape{1, 3, kSize, kSize}));
  if (wish.detect) {
    REQUIRE(program.outputs.size() == 1);
    CHECK(program.outputs[0].onnx_name == "detections");
    CHECK(program.outputs[0].shape == Shape{kMost, 6});
    return;
  }
  REQUIRE(program.outputs.size() == 4);
  CHECK(program.outputs[0].onnx_name == "scores");
  CHECK(program.outputs[1].onnx_name == "boxes");
  CHECK(program.outputs[2].constant);
  CHECK(program.outputs[3].onnx_name == "classes");
  CHECK(program.outputs[3].type == (wish.output_u8 ? DType::kU8 : DType::kI64));
  CHECK(program.outputs[3].shape == Shape{1, kSize, kSize});
  CHECK(program.outputs[3].rows == (wish.output_rows ? kSize : 0));
}

void check_input_mode(const Program& program, const Wish& wish) {
  CHECK(program.input_mode == wish.input);
  CHECK(program.input_places.size() == (wish.input == InputMode::kArena ? 1U : 0U));
  if (wish.input != InputMode::kStreamed) return;
  CHECK(program.streaming.rows * program.streaming.row_elements == 3 * kSize * kSize);
  CHECK(program.streaming.push);
}

void check_arenas(const Compilation& c, const CompilationOptions& options) {
  std::int64_t bytes = 0;
  for (const Arena& arena : c.program.arenas) {
    bytes += arena.bytes;
    if (options.plan.regions.empty()) {
      CHECK(arena.name.empty());
      continue;
    }
    const auto found =
        std::find_if(options.plan.regions.begin(), options.plan.regions.end(),
                     [&](const Region& region) { return region.name == arena.name; });
    REQUIRE(found != options.plan.regions.end());
    CHECK(arena.bytes <= found->size);
  }
  if (options.plan.ram) CHECK(bytes <= *options.plan.ram);
}

bool has_groups(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const Node& node) { return node.group >= 0; });
}

// The program's outputs for random inputs, which are equal for all programs with equal inputs.
std::vector<std::vector<std::byte>> results(const Compilation& c) {
  std::vector<std::vector<std::byte>> inputs;
  for (const ConstantPtr& input : random_inputs(c.graph, 5)) {
    inputs.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  return execute_painted(c.program, inputs).outputs;
}

}  // namespace

TEST_CASE("every option holds in every combination, or the combination is refused") {
  const Graph graph = network();
  std::map<std::tuple<bool, bool, bool, bool, InputMode>, std::optional<Reached>> reached;
  std::map<std::tuple<bool, bool, bool>, std::vector<std::vector<std::byte>>> expected;
  std::map<std::string, int> refused;
  int compiled = 0, groups = 0, groups_by_rows = 0, groups_in_regions = 0;
  for_each_wish([&](const Wish& wish) {
    INFO(describe(wish));
    const auto key =
        std::make_tuple(wish.input_u8, wish.output_u8, wish.detect, wish.output_rows, wish.input);
    if (!reached.contains(key)) {
      Diagnostics ignored;
      const auto free =
          spindle::compile_graph(graph, *find_target("host"), free_options(wish), ignored);
      reached[key] = std::nullopt;
      if (free) {
        PlanSettings settings;
        settings.input = wish.input;
        reached[key] = Reached{free->plan.arena_bytes,
                               plan_frontier(free->selection.steps, settings).back().arena_bytes};
      }
    }
    const CompilationOptions options = options_of(wish, reached[key].value_or(Reached{8, 16}));
    Diagnostics diagnostics;
    const auto c = spindle::compile_graph(graph, *find_target("host"), options, diagnostics);
    if (!c) {
      REQUIRE(diagnostics.error_count() == 1);
      const std::string code = diagnostics.all().back().code;
      INFO(code);
      CHECK(refusals(wish).contains(code));
      ++refused[code];
      return;
    }
    ++compiled;
    REQUIRE_FALSE(diagnostics.has_errors());
    check_interface(c->program, wish);
    check_input_mode(c->program, wish);
    check_arenas(*c, options);
    CHECK(c->frontier.empty() == !wish.frontier);
    CHECK(check_against_reference(*c, random_inputs(c->graph, 5)) == "");
    // Only these three options may change the results.
    const auto meaning = std::make_tuple(wish.input_u8, wish.output_u8, wish.detect);
    const auto bytes = results(*c);
    CHECK(expected.emplace(meaning, bytes).first->second == bytes);
    groups += has_groups(c->graph);
    groups_by_rows += has_groups(c->graph) && wish.output_rows;
    groups_in_regions += has_groups(c->graph) && wish.memory != Budget::kNone;
  });
  CHECK(compiled > 400);
  CHECK(groups > 0);
  CHECK(groups_by_rows > 0);
  CHECK(groups_in_regions > 0);
  CHECK(refused.contains("E0302"));
  for (const auto& [code, count] : refused) UNSCOPED_INFO(code << " " << count);
  UNSCOPED_INFO(compiled << " compiled, groups " << groups << " " << groups_by_rows << " "
                         << groups_in_regions);
  CHECK(refused["E0406"] > 0);
}

TEST_CASE("native inputs and outputs beside every other option on inputs and outputs") {
  const Graph graph = network();
  std::map<std::tuple<bool, bool, bool>, std::vector<std::vector<std::byte>>> expected;
  int compiled = 0;
  for_each_wish([&](const Wish& wish) {
    if (wish.frontier || wish.ram != Budget::kNone || wish.memory != Budget::kNone) return;
    INFO(describe(wish));
    CompilationOptions options = free_options(wish);
    options.native_io = true;
    Diagnostics diagnostics;
    const auto c = spindle::compile_graph(graph, *find_target("host"), options, diagnostics);
    // Detections are float; beside a camera's bytes as input nothing is left to change then.
    const char* refused = wish.detect && wish.output_u8     ? "E0407"
                          : wish.detect && wish.input_u8    ? "E0408"
                          : wish.detect && wish.output_rows ? "E0406"
                                                            : nullptr;
    REQUIRE(c.has_value() == (refused == nullptr));
    if (!c) {
      CHECK(diagnostics.all().back().code == refused);
      return;
    }
    ++compiled;
    const ProgramIo& image = c->program.inputs[0];
    CHECK(image.codes == !wish.input_u8);
    CHECK(image.type == (wish.input_u8 ? DType::kU8 : DType::kI8));
    CHECK(image.shape == (wish.input_u8 ? Shape{1, kSize, kSize, 3} : Shape{1, 3, kSize, kSize}));
    std::vector<std::string> kept;
    for (const Diagnostic& one : diagnostics.all()) {
      if (one.code == "W0405") kept.push_back(one.message);
    }
    if (wish.detect) {
      CHECK(kept == std::vector<std::string>{"output 'detections' stays float"});
    } else {
      CHECK(kept == std::vector<std::string>{"output 'anchors' stays float"});
      for (std::size_t i : {0U, 1U}) {
        CHECK(c->program.outputs[i].codes);
        CHECK(c->program.outputs[i].type == DType::kI8);
      }
      CHECK(c->program.outputs[3].type == (wish.output_u8 ? DType::kU8 : DType::kI64));
      CHECK(c->program.outputs[3].rows == (wish.output_rows ? kSize : 0));
    }
    check_input_mode(c->program, wish);
    CHECK(check_against_reference(*c, random_inputs(c->graph, 5)) == "");
    const auto meaning = std::make_tuple(wish.input_u8, wish.output_u8, wish.detect);
    const auto bytes = results(*c);
    CHECK(expected.emplace(meaning, bytes).first->second == bytes);
  });
  CHECK(compiled == 27);
}

TEST_CASE("nodes run in the order that needs less, not in the file's") {
  // A head on a fine map, whose transposed output the file computes at its end.
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 32, 32, 3});
  const auto conv = [&](const std::string& name, TensorId in, std::int64_t channels, int stride) {
    Conv op;
    op.stride = {stride, stride};
    op.pad = {1, 1, 1, 1};
    const Shape shape{channels, 3, 3, graph.tensor(in).shape[3]};
    return graph.append(name, op, {in, add_floats(graph, name + "_w", shape)});
  };
  const TensorId fine = conv("fine", x, 8, 1);
  const TensorId head = conv("head", fine, 24, 1);
  const TensorId coarse = conv("coarse", conv("down", fine, 16, 2), 16, 2);
  graph.outputs = {to_nchw(graph, "planar", head), coarse};
  const Compilation compiled = compile_graph(std::move(graph), "cortex-m7");
  // Of the head's map, 32 x 32 x 24 floats, there are only rows.
  CHECK(compiled.plan.arena_bytes < std::int64_t{32} * 32 * 24 * 4);
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 1)) == "");
}
