// Checks that the compiler's work grows linearly with the size of the network, not quadratically.
// The measure is the sum of all bytes that are allocated, which is equal on every machine. It shows
// data structures that are built again for each part of a network.
#include <atomic>
#include <cstdlib>
#include <new>
#include <span>

#include "compiler/check/program_checker.h"
#include "compiler/compile/compilation.h"
#include "compiler/plan/planner.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/network_builder.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

std::atomic<std::int64_t> asked{0};

void* counted(std::size_t bytes) {
  asked += static_cast<std::int64_t>(bytes);
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) {
  return counted(bytes);
}
void* operator new[](std::size_t bytes) {
  return counted(bytes);
}
// Also these two, which std::stable_sort uses: all that is freed below must be allocated here.
void* operator new(std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  asked += static_cast<std::int64_t>(bytes);
  return std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t& tag) noexcept {
  return operator new(bytes, tag);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}

namespace {

template <typename Work>
double bytes_of(const Work& work) {
  const std::int64_t before = asked;
  work();
  return static_cast<double>(asked - before);
}

// The factor by which `work` allocates more for a network of size 2 * size than for one of `size`.
// `size` should be large already, so that fixed costs do not matter.
template <typename Work>
double growth(int size, const Work& work) {
  return work(2 * size) / work(size);
}

// Linear work has a growth of 2, quadratic work of 4. Trees, and tables that grow in steps, may
// have a little more than 2.
constexpr double kMostGrowth = 2.5;

Graph imported(NetworkBuilder& net) {
  const std::string bytes = net.file();
  Diagnostics diagnostics;
  auto graph = import_onnx(std::as_bytes(std::span(bytes)), "m.onnx", {}, {}, diagnostics);
  REQUIRE(graph);
  return *std::move(graph);
}

// A chain of quantized inverted residual blocks in NCHW, which is the form that exporters write.
Graph blocks(int count) {
  NetworkBuilder net(Precision::kInt8, 1);
  FeatureMap x = net.stem(net.picture(8), 0.25);
  for (int i = 0; i < count; ++i) x = net.block(x, 8, 2, 1);
  net.model().output(x.name, kFloat,
                     {std::int64_t{1}, std::int64_t{8}, std::int64_t{4}, std::int64_t{4}});
  return imported(net);
}

// Heads of two convolutions each, all on the same map. Each is an output.
Graph heads(int count) {
  NetworkBuilder net(Precision::kInt8, 1);
  const FeatureMap x = net.block(net.stem(net.picture(8), 0.25), 8, 2, 1);
  for (int i = 0; i < count; ++i) {
    const FeatureMap wide = net.conv(x, {.outputs = 8, .kernel = 3, .depthwise = true});
    const FeatureMap y = net.conv(wide, {.outputs = 4});
    net.model().output(y.name, kFloat,
                       {std::int64_t{1}, std::int64_t{4}, std::int64_t{4}, std::int64_t{4}});
  }
  return imported(net);
}

double passes(const Graph& graph) {
  Graph changed = graph;
  Diagnostics diagnostics;
  return bytes_of([&] { REQUIRE(prepare_graph(changed, {}, diagnostics)); });
}

double plans(const Graph& graph) {
  const Compilation compiled = compile_graph(canonical(graph), "cortex-m7", PlanSettings{});
  return bytes_of([&] { REQUIRE(make_plan(compiled.selection.steps, {})); });
}

double checks(const Graph& graph) {
  const Compilation compiled = compile_graph(canonical(graph), "cortex-m7", PlanSettings{});
  return bytes_of(
      [&] { REQUIRE(check_program(compiled.graph, compiled.program, nullptr).empty()); });
}

}  // namespace

TEST_CASE("passes, planning and checking grow with the number of blocks") {
  CHECK(growth(60, [](int n) { return passes(blocks(n)); }) < kMostGrowth);
  CHECK(growth(60, [](int n) { return plans(blocks(n)); }) < kMostGrowth);
  CHECK(growth(60, [](int n) { return checks(blocks(n)); }) < kMostGrowth);
}

TEST_CASE("passes, planning and checking grow with the number of heads") {
  CHECK(growth(30, [](int n) { return passes(heads(n)); }) < kMostGrowth);
  CHECK(growth(30, [](int n) { return plans(heads(n)); }) < kMostGrowth);
  CHECK(growth(30, [](int n) { return checks(heads(n)); }) < kMostGrowth);
}

TEST_CASE("a chain that is longer than the stack is deep is planned") {
  StepBuilder b;
  ValueId x = b.input(2, 8);
  for (int i = 0; i < 20000; ++i) x = b.pointwise(x, 8);
  b.output(x);
  const Plan plan = make_plan(b.graph);
  CHECK(plan.arena_bytes <= 32);
  CHECK(plan.cascades.back().end == plan.steps.steps.end_id());
}
