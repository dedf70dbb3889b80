// Tests tensors that hold the elements of another tensor, or the elements of one tensor twice. The
// checks must know which elements are the same, and accept every correct program.
#include <optional>
#include <string>
#include <vector>

#include "compiler/check/computed_tensors.h"
#include "compiler/check/shadow.h"
#include "compiler/check/tensor_elements.h"
#include "compiler/reference/interpreter.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

const Quant kScale{{0.05F}, {0}, -1};

struct Built {
  Graph graph;

  TensorId input(const char* name, DType type, Shape shape) {
    Tensor t;
    t.name = name;
    t.type = type;
    t.shape = std::move(shape);
    t.quant = quant_of(type);
    const TensorId id = graph.add_tensor(std::move(t));
    graph.inputs.push_back(id);
    return id;
  }
  TensorId add(const char* name, Op op, std::vector<TensorId> inputs, DType type) {
    const TensorId id = graph.append(name, std::move(op), std::move(inputs));
    graph.tensor(id).type = type;
    graph.tensor(id).quant = quant_of(type);
    return id;
  }

 private:
  // Kernels store uint8 less 128. So uint8 with zero point 128 and int8 with 0 have the same bytes.
  static std::optional<Quant> quant_of(DType type) {
    if (type == DType::kF32) return std::nullopt;
    Quant quant = kScale;
    if (type == DType::kU8) quant.zero_point[0] = 128;
    return quant;
  }
};

void check_everywhere(const Graph& graph) {
  for (const char* target : {"host", "cortex-m7", "cortex-m55", "cortex-a53"}) {
    for (const InputMode mode : {InputMode::kExternal, InputMode::kArena}) {
      CAPTURE(target, static_cast<int>(mode));
      CompilationOptions options;
      options.canonical = true;
      options.self_check = true;
      options.plan.input = mode;
      const Compilation compiled = compile_graph(graph, target, options);
      CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 1)) == "");
    }
  }
}

}  // namespace

TEST_CASE("8-bit outputs of either type hold the values of inputs of either type") {
  for (const DType from : {DType::kI8, DType::kU8}) {
    for (const DType to : {DType::kI8, DType::kU8}) {
      for (const bool joined : {false, true}) {
        CAPTURE(name_of(from), name_of(to), joined);
        Built b;
        const TensorId x = b.input("x", from, {1, 4, 5, 3});
        const TensorId y = b.add("y", Requantize{}, {x}, to);
        const TensorId z = joined ? b.add("z", Requantize{}, {x}, to) : y;
        b.graph.outputs = {joined ? b.add("joined", Concat{1}, {y, z}, to) : y};
        check_everywhere(b.graph);
      }
    }
  }
}

TEST_CASE("what is made of a tensor that is somewhere twice is right in both places") {
  for (const DType type : {DType::kF32, DType::kI8, DType::kU8}) {
    for (const int axis : {1, 2, 3}) {
      for (const bool flat : {false, true}) {
        CAPTURE(name_of(type), axis, flat);
        Built b;
        const TensorId x = b.input("x", type, {1, 4, 3, 5});
        const TensorId a = b.add("a", Unary{UnaryKind::kSigmoid}, {x}, type);
        const TensorId twice = b.add("twice", Concat{axis}, {a, a}, type);
        const TensorId c = b.add("c", Unary{UnaryKind::kTanh}, {twice}, type);
        const TensorId nested = b.add("nested", Concat{axis}, {a, c, twice, c}, type);
        TensorId y = b.add("y", Unary{UnaryKind::kHardSwish}, {nested}, type);
        if (flat) y = b.add("flat", Reshape{{1, 420}}, {y}, type);
        b.graph.outputs = {twice, y};
        check_everywhere(b.graph);
      }
    }
  }
}

TEST_CASE("elements that are found to be the same are the same everywhere") {
  Built b;
  const TensorId x = b.input("x", DType::kF32, {1, 6});
  const TensorId y = b.add("y", Unary{UnaryKind::kExp}, {x}, DType::kF32);
  const TensorId flat = b.add("flat", Reshape{{2, 3}}, {y}, DType::kF32);
  const TensorId both = b.add("both", Concat{1}, {y, y}, DType::kF32);
  TensorElements same(b.graph);
  CHECK(same.repeats());
  CHECK(same.find(both, y, 4) == std::vector<std::int64_t>{4, 10});
  same.unite(y, 3, 2, y, 1);
  CHECK(same.find(flat, y, 1) == std::vector<std::int64_t>{1, 3});
  CHECK(same.find(flat, y, 3).empty());
  CHECK(same.find(flat, y, 5) == std::vector<std::int64_t>{5});
  CHECK(same.find(both, y, 2) == std::vector<std::int64_t>{2, 4, 8, 10});
}

TEST_CASE("what is held by another name is renamed where it lies, and nothing else is") {
  const HeldTensor a{TensorId(1)}, b{TensorId(1), true}, c{TensorId(3)};
  Shadow memory(40);
  memory.put(0, 10, {a, 100});   // bytes from 100 on of tensor 1
  memory.put(10, 20, {b, 100});  // bytes of its other form
  memory.put(20, 30, {a, 104});
  memory.rename({a, 102}, 6, {c, 50});
  CHECK(memory.at(1) == Holding{a, 101});
  CHECK(memory.at(2) == Holding{c, 50});
  CHECK(memory.at(7) == Holding{c, 55});
  CHECK(memory.at(8) == Holding{a, 108});
  CHECK(!memory.mismatch(10, 20, {b, 100}));
  CHECK(!memory.mismatch(20, 24, {c, 52}));
  CHECK(!memory.mismatch(24, 30, {a, 108}));
  CHECK(memory.touched_bytes() == 30);
}

TEST_CASE("inputs that nobody reads have a place in the arena") {
  for (const bool constant : {false, true}) {
    CAPTURE(constant);
    Built b;
    const TensorId a = b.input("a", DType::kF32, {1, 4, 4, 3});
    (void)b.input("unread", DType::kU8, {1, 40, 40, 3});
    (void)b.input("unread too", DType::kF32, {1, 7});
    if (constant) {
      b.graph.outputs = {b.graph.add_constant("c", Constant::floats({1, 2}, {1, 2}))};
    } else {
      b.graph.outputs = {b.add("y", Clip{{0, 6}}, {a}, DType::kF32)};
    }
    check_everywhere(b.graph);
  }
}

TEST_CASE("tensors without elements are left out") {
  Built b;
  const TensorId x = b.input("x", DType::kF32, {1, 4, 4, 3});
  const TensorId none =
      b.add("none", Slice{{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 0, 4, 3}}, {x}, DType::kF32);
  const TensorId still = b.add("still none", Clip{{0, 6}}, {none}, DType::kF32);
  b.graph.outputs = {b.add("y", Concat{1}, {still, x, none, x}, DType::kF32)};
  CompilationOptions options;
  options.self_check = true;
  const Compilation compiled = compile_graph(b.graph, "host", options);
  CHECK(compiled.graph.nodes.size() == 1);
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 1)) == "");
  b.graph.outputs.push_back(still);
  CHECK_THROWS_WITH(compile_graph(b.graph, "host", options), contains_text("E0203"));
}

TEST_CASE("what is computed from a tensor that has its elements twice is dumped too") {
  for (const DType type : {DType::kF32, DType::kI8, DType::kU8}) {
    CAPTURE(name_of(type));
    Built b;
    const TensorId x = b.input("x", type, {1, 6});
    const auto unary = [](UnaryKind kind) { return Unary{kind, 1, 0}; };
    const TensorId s = b.add("s", unary(UnaryKind::kSigmoid), {x}, type);
    const TensorId twice = b.add("c", Concat{1}, {s, s}, type);
    const TensorId t = b.add("t", unary(UnaryKind::kTanh), {twice}, type);
    const TensorId e = b.add("e", unary(UnaryKind::kExp), {t}, type);
    b.graph.outputs = {b.add("o", Reshape{{3, 4}}, {e}, type)};
    CompilationOptions options;
    options.canonical = true;
    const Compilation compiled = compile_graph(b.graph, "host", options);
    const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, 1);
    const IdVector<TensorId, ConstantPtr> computed =
        computed_tensors(compiled.graph, compiled.program, inputs);
    (void)interpret(compiled.graph, inputs, [&](TensorId id, const ConstantPtr& value) {
      CAPTURE(compiled.graph.tensor(id).name);
      const ConstantPtr& own = computed[id];
      if (!compiled.graph.producer(id)) return;
      REQUIRE(own != nullptr);
      REQUIRE(own->size() == value->size());
      for (std::int64_t i = 0; i < own->size(); ++i) {
        CHECK(own->as_double(i) == Approx(value->as_double(i)).epsilon(1e-5));
      }
    });
  }
}
