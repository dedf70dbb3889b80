// Checks that means, sums and maxima of images take rows as they come, without holding the image,
// for float and 8-bit data, and that the programs compute what the reference computes.
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr std::int64_t kRows = 24;
constexpr std::int64_t kWidth = 10;
constexpr std::int64_t kChannels = 6;

enum class Data { kFloat, kCodes, kCodesToFloat };

// A reduction of an activation of an image, so that the image would have to be held if all of it
// were needed at once.
Compilation compiled(const Reduce& op, Data data, DType type, const char* target) {
  Graph graph;
  const Quant x_quant = quant(0.05F, type == DType::kU8 ? 131 : 3);
  const Shape shape{1, kRows, kWidth, kChannels};
  TensorId x = kNoTensor;
  if (data == Data::kFloat) {
    x = graph.append("map", Unary{UnaryKind::kTanh}, {add_input(graph, "x", shape)});
  } else {
    const TensorId in = add_input(graph, "x", shape, type, x_quant);
    x = graph.append("map", Unary{UnaryKind::kTanh}, {in});
    graph.tensor(x).quant = quant(0.01F, type == DType::kU8 ? 120 : -7);
  }
  Reduce reduce = op;
  reduce.to_float = data == Data::kCodesToFloat;
  const TensorId y = graph.append("y", reduce, {x});
  if (data == Data::kCodes) graph.tensor(y).quant = quant(0.0073F, 9);
  graph.outputs = {y};
  set_origins(graph);
  CompilationOptions options;
  options.canonical = true;
  options.self_check = true;
  return compile_graph(std::move(graph), target, options);
}

std::int64_t bytes_of_map(const Compilation& c) {
  for (const Buffer& buffer : c.plan.buffers) {
    if (!buffer.value) continue;
    const TensorId id = c.plan.steps.value(buffer.value).tensor;
    if (id != kNoTensor && c.graph.tensor(id).name == "map") return buffer.bytes;
  }
  return 0;  // exists only as tiles
}

}  // namespace

TEST_CASE("reductions of images by rows") {
  const auto axes = GENERATE(std::vector<int>{1, 2}, std::vector<int>{1}, std::vector<int>{2},
                             std::vector<int>{3}, std::vector<int>{2, 3}, std::vector<int>{0, 1},
                             std::vector<int>{1, 2, 3}, std::vector<int>{1, 3});
  const bool keep_dims = GENERATE(true, false);
  const bool whole = axes.size() > 1 && axes[0] == 1 && axes.back() == 3;
  const auto check = [&](const Reduce& op, Data data, DType type, bool by_rows) {
    for (const char* target : {"host", "cortex-m7", "cortex-m55", "cortex-a72"}) {
      INFO("kind " << static_cast<int>(op.kind) << " data " << static_cast<int>(data) << ' '
                   << target);
      const Compilation c = compiled(op, data, type, target);
      CHECK(check_against_reference(c, random_inputs(c.graph, 3)) == "");
      const std::int64_t element = data == Data::kFloat ? 4 : 1;
      if (by_rows) CHECK(bytes_of_map(c) <= kWidth * kChannels * element);
    }
  };
  Reduce op{.axes = axes, .keep_dims = keep_dims};
  for (int kind = 0; kind <= static_cast<int>(ReduceKind::kMin); ++kind) {
    op.kind = static_cast<ReduceKind>(kind);
    const bool sums = op.kind == ReduceKind::kMean || op.kind == ReduceKind::kSum;
    const bool over_rows = axes[0] == 1 || axes.back() == 1;
    check(op, Data::kFloat, DType::kF32, !whole && (sums || !over_rows));
    if (!sums) continue;
    for (DType type : {DType::kI8, DType::kU8}) {
      check(op, Data::kCodesToFloat, type, !whole);
      if (op.kind == ReduceKind::kMean) check(op, Data::kCodes, type, !whole);
    }
  }
  op.kind = ReduceKind::kMean;
  op.float_sum = true;
  check(op, Data::kCodes, DType::kI8, false);
  op.act = {-0.1F, 0.05F};
  op.float_sum = false;
  check(op, Data::kCodes, DType::kI8, !whole);
  check(op, Data::kCodesToFloat, DType::kI8, !whole);
}
