// Compiles random networks with any structure (tests/support/random_network.h). The program must
// compute what the reference computes, in exactly the memory that was planned. This is tested
// without and with a budget, in every input mode, for targets with and without kernels of their
// own, and as C. With SPINDLE_RANDOM_SEEDS=N in the environment, N seeds of each kind are run.
#include <cstdlib>
#include <limits>
#include <string>

#include "compiler/ir/printer.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/compiled.h"
#include "tests/support/random_network.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

std::uint64_t seeds(std::uint64_t usual) {
  const char* wanted = std::getenv("SPINDLE_RANDOM_SEEDS");
  return wanted == nullptr ? usual : std::strtoull(wanted, nullptr, 10);
}

// Compiles and runs the graph, and returns what is wrong, or an empty text. It is no fault if there
// is no plan for the budget, or if the input cannot be streamed.
std::string fault_of(const Graph& graph, const char* target, const PlanSettings& settings,
                     std::uint64_t seed) {
  try {
    const Compilation compiled = compile_graph(graph, target, settings);
    return check_against_reference(compiled, random_inputs(compiled.graph, seed));
  } catch (const NoPlan&) {
    return {};
  } catch (const std::exception& refused) {
    const std::string text = refused.what();
    const bool streamed = settings.input == InputMode::kStreamed;
    return streamed && text.find("E0403") != std::string::npos ? "" : text;
  }
}

void check_networks(DType type, std::uint64_t first, std::uint64_t usual) {
  for (std::uint64_t seed = first; seed < first + seeds(usual); ++seed) {
    CAPTURE(seed);
    const Graph graph = random_network(seed, type);
    INFO(print(graph));
    CHECK(fault_of(graph, "host", {}, seed) == "");
    CHECK(fault_of(graph, "cortex-m7", {}, seed) == "");
    PlanSettings settings;
    settings.input = seed % 3 == 0 ? InputMode::kArena : InputMode::kStreamed;
    CHECK(fault_of(graph, seed % 2 == 0 ? "host" : "cortex-m7", settings, seed) == "");
    settings.input = seed % 3 == 0 ? InputMode::kExternal : settings.input;
    settings.ram = 64 + static_cast<std::int64_t>(seed * 977 % 1500);
    CHECK(fault_of(graph, seed % 2 == 0 ? "host" : "cortex-m7", settings, seed) == "");
  }
}

// A graph with a mask in the form that exporters write: adds zero or minus infinity.
Graph masked() {
  Graph graph;
  graph.name = "masked";
  Tensor in;
  in.name = "x";
  in.shape = {1, 3, 4};
  const TensorId x = graph.add_tensor(std::move(in));
  graph.inputs = {x};
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  const TensorId mask = graph.add_constant(
      "mask", Constant::floats({1, 3, 4}, {0, 0, kNone, 0, kNone, 0, 0, 0, 0, kNone, 0, kNone}));
  const TensorId sum = graph.append("sum", Binary{BinaryKind::kAdd, {}}, {x, mask});
  graph.outputs = {graph.append("y", Softmax{2}, {sum})};
  return graph;
}

}  // namespace

TEST_CASE("random int8 networks of any shape are identical to the reference") {
  check_networks(DType::kI8, 1, 400);
}

TEST_CASE("random uint8 networks of any shape are identical to the reference") {
  check_networks(DType::kU8, 100000, 200);
}

TEST_CASE("random float networks of any shape agree with the reference") {
  check_networks(DType::kF32, 200000, 400);
}

namespace {

// check_as_c() of the compiled graph.
std::string as_c(const Graph& graph, std::uint64_t seed) {
  const Compilation compiled = compile_graph(graph);
  return check_as_c(compiled, random_inputs(compiled.graph, seed));
}

// A graph with an image as input and every kind of pooling of it as an output.
Graph poolings(DType type) {
  Graph graph;
  graph.name = "poolings";
  Tensor in;
  in.name = "input";
  in.type = type;
  in.shape = {1, 7, 6, 5};
  if (type != DType::kF32) in.quant = Quant{{0.05F}, {type == DType::kU8 ? 120 : -9}, -1};
  const std::optional<Quant> quant = in.quant;
  const TensorId x = graph.add_tensor(std::move(in));
  graph.inputs = {x};
  for (const PoolKind kind : {PoolKind::kMax, PoolKind::kAverage}) {
    for (const bool include : {false, true}) {
      for (const Padding pad : {Padding{}, Padding{0, 1, 1, 0}, Padding{1, 1, 1, 1}}) {
        if (kind == PoolKind::kMax && include) continue;
        Pool op{kind, {3, 2}, {2, 1}, {1, 1}, pad, false, include};
        const TensorId y = graph.append("pool", op, {x});
        graph.tensor(y).type = type;
        graph.tensor(y).quant = quant;
        if (quant && kind == PoolKind::kAverage) graph.tensor(y).quant->scale[0] = 0.04F;
        graph.outputs.push_back(y);
      }
    }
  }
  return graph;
}

}  // namespace

TEST_CASE("random networks of any shape compute the same as C") {
  if (!available("gcc")) return;
  CHECK(as_c(masked(), 1) == "");
  for (const DType type : {DType::kI8, DType::kU8, DType::kF32}) {
    CHECK(as_c(poolings(type), 1) == "");
    for (std::uint64_t seed = 300000; seed < 300000 + seeds(3); ++seed) {
      CAPTURE(seed);
      const Graph graph = random_network(seed, type);
      INFO(print(graph));
      CHECK(as_c(graph, seed) == "");
    }
  }
}
