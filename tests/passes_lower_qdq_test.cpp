#include "compiler/passes/lower_qdq.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/passes/mean_rule.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Builds a quantized graph: 8-bit tensors, and float operators between Dequantize and Quantize.
struct Builder {
  Graph graph;

  TensorId s8_image(const std::string& name, Quant q = quant(0.05F, 3), DType type = DType::kI8) {
    return add_input(graph, name, {1, 6, 6, 8}, type, std::move(q));
  }
  TensorId real(TensorId id) { return dequantize(graph, graph.tensor(id).name + "_real", id); }
  TensorId real_image(const std::string& name, Quant q = quant(0.05F, 3)) {
    return real(s8_image(name, std::move(q)));
  }
  TensorId real_weights(const std::string& name, Shape shape, int axis = -1) {
    return real(add_weights_s8(graph, name, std::move(shape), axis));
  }
  TensorId op(const std::string& name, Op o, std::vector<TensorId> inputs) {
    return graph.append(name, std::move(o), std::move(inputs));
  }
  TensorId quantized(const std::string& name, TensorId x, Quant q, DType type = DType::kI8) {
    return quantize(graph, name, x, q.scale[0], q.zero_point[0], type);
  }

  // Lowers the graph with `output` as its only output. The values must not change by more than
  // `tolerance` times the largest one: 0 if the integer rule is exact, about 1/128 (one step) if it
  // may differ from float at ties.
  Diagnostics lower(TensorId output, float tolerance = 0) {
    graph.outputs = {output};
    if (tolerance > 0) graph.outputs = {dequantize(graph, "last", output)};
    std::vector<Diagnostics> runs;  // one for each run, since apply() runs the pass twice
    const auto pass = [&](Graph& g) { lower_qdq(g, runs.emplace_back()); };
    REQUIRE(apply(pass, graph, tolerance) == "");
    return runs.front();
  }
};

constexpr float kStep = 1.01F / 100;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The integers of the bias of the graph's only Conv.
std::vector<std::int64_t> bias_of(const Graph& graph) {
  const Node* conv = only<Conv>(graph);
  REQUIRE(conv != nullptr);
  REQUIRE(conv->inputs.size() == 3);
  return graph.tensor(conv->inputs[2]).constant->to_ints();
}

bool all_8bit(const Graph& graph) {
  return std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    return graph.tensor(node.output()).type == DType::kF32 && node.as<Dequantize>() == nullptr;
  });
}

}  // namespace

TEST_CASE("a convolution becomes an integer one") {
  Builder b;
  const TensorId x = b.real_image("x");
  const TensorId w = b.real_weights("w", {4, 3, 3, 8}, 0);
  Conv conv;
  conv.stride = {2, 1};
  conv.pad = {1, 0, 1, 1};
  conv.act = {0, 2};
  const TensorId y = b.quantized("y", b.op("conv", conv, {x, w}), quant(0.02F, -100));
  b.graph.tensor(y).origins = {{"y", {1, 3, 5, 4}, {}, DType::kI8, 0}};
  CHECK(b.lower(y, kStep).all().empty());

  const Node* node = only<Conv>(b.graph);
  REQUIRE(node != nullptr);
  CHECK(b.graph.nodes.size() == 2);  // the Conv, and the Dequantize that the test adds
  CHECK(node->name == "conv");
  CHECK(node->as<Conv>()->stride == conv.stride);
  CHECK(node->as<Conv>()->pad == conv.pad);
  CHECK(node->as<Conv>()->act == conv.act);
  CHECK(b.graph.tensor(node->inputs[0]).name == "x");
  CHECK(b.graph.tensor(node->inputs[1]).name == "w");
  CHECK(b.graph.tensor(node->output()).name == "y");
  CHECK(b.graph.tensor(node->output()).origins.size() == 1);
}

TEST_CASE("unsigned weights with a zero point") {
  Builder b;
  const TensorId x = b.real(b.s8_image("x", quant(0.02F, 128), DType::kU8));
  std::vector<std::int64_t> values(32);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i * 8);
  const TensorId w = b.graph.add_constant("w", Constant::ints(DType::kU8, {4, 1, 1, 8}, values),
                                          quant(0.01F, 131));
  const TensorId y = b.op("conv", Conv{}, {x, b.real(w)});
  CHECK(b.lower(b.quantized("y", y, quant(0.1F, 120), DType::kU8), kStep).all().empty());
  REQUIRE(only<Conv>(b.graph) != nullptr);
  CHECK(all_8bit(b.graph));
}

TEST_CASE("biases") {
  Builder b;
  const TensorId x = b.real_image("x", quant(0.5F, 3));
  Quant wq{{0.5F, 0.25F}, {0, 0}, 0};
  const std::vector<std::int64_t> weights(16, 1);
  const TensorId w =
      b.graph.add_constant("w", Constant::ints(DType::kI8, {2, 1, 1, 8}, weights), std::move(wq));
  const auto s32 = [&](std::vector<std::int64_t> values, Quant q) {
    return b.real(
        b.graph.add_constant("b", Constant::ints(DType::kI32, {2}, values), std::move(q)));
  };
  const auto lower = [&](TensorId bias) {
    const TensorId y = b.op("conv", Conv{}, {x, b.real(w), bias});
    return b.lower(b.quantized("y", y, quant(1, 0)), 0.03F);  // one step; values reach about 40
  };
  using Ints = std::vector<std::int64_t>;
  SECTION("s32 at the accumulator's scale") {
    CHECK(lower(s32({5, -7}, {{0.25F, 0.125F}, {0, 0}, 0})).all().empty());
    CHECK(bias_of(b.graph) == Ints{5, -7});
  }
  SECTION("s32 at a scale that is off by rounding only keeps its integers") {
    lower(s32({1000001, -7}, {{0.2500005F, 0.125F}, {0, 0}, 0}));
    CHECK(bias_of(b.graph) == Ints{1000001, -7});
    const Node* conv = only<Conv>(b.graph);
    CHECK(b.graph.tensor(conv->inputs[2]).quant->scale == std::vector<float>{0.25F, 0.125F});
  }
  SECTION("s32 at another scale is requantized, half to even") {
    lower(s32({5, 7}, quant(0.125F, 0)));  // 0.625 / 0.25 = 2.5 and 0.875 / 0.125 = 7
    CHECK(bias_of(b.graph) == Ints{2, 7});
  }
  SECTION("s32 with a zero point") {
    lower(s32({5, 7}, quant(0.25F, 1)));  // 1.0 / 0.25 = 4 and 1.5 / 0.125 = 12
    CHECK(bias_of(b.graph) == Ints{4, 12});
  }
  SECTION("float constants are quantized, half to even") {
    // 0.875 / 0.25 = 3.5 and -0.3125 / 0.125 = -2.5.
    lower(b.graph.add_constant("b", Constant::floats({2}, {0.875F, -0.3125F})));
    CHECK(bias_of(b.graph) == Ints{4, -2});
  }
  SECTION("what does not fit into 32 bits stays in float") {
    const Diagnostics d = lower(b.graph.add_constant("b", Constant::floats({2}, {1e9F, 0})));
    REQUIRE(d.all().size() == 1);
    CHECK(d.all()[0].notes.back().find("does not fit into 32 bits") != std::string::npos);
    CHECK_FALSE(all_8bit(b.graph));
  }
}

TEST_CASE("an addition of constants is a bias") {
  Builder b;
  const TensorId x = b.real_image("x");
  TensorId w = b.real_weights("w", {4, 1, 1, 8}, 0);
  TensorId bias = add_floats(b.graph, "b", {4});
  bool absorbed = true;
  SECTION("floats per channel") {}
  SECTION("a scalar") {
    bias = add_floats(b.graph, "b", {1, 1});
  }
  SECTION("a quantized constant") {
    bias = b.real_weights("qb", {1, 1, 4});
  }
  SECTION("but not one per row") {
    bias = add_floats(b.graph, "b", {6, 1, 1});
    absorbed = false;
  }
  SECTION("nor with float weights") {
    w = add_floats(b.graph, "float_w", {4, 1, 1, 8});
    absorbed = false;
  }
  const TensorId sum =
      b.op("add", Binary{BinaryKind::kAdd, {-1, 1}}, {bias, b.op("conv", Conv{}, {x, w})});
  b.lower(b.quantized("y", sum, quant(0.02F, 3)), 0.03F);
  CHECK(all_8bit(b.graph) == absorbed);
  REQUIRE(only<Conv>(b.graph) != nullptr);
  CHECK(only<Conv>(b.graph)->as<Conv>()->act.none() != absorbed);
}

TEST_CASE("what cannot be integer stays in float, on float constants, and is reported once") {
  Builder b;
  const TensorId x = b.real_image("x");
  SECTION("weights per input channel") {
    const TensorId w = b.real_weights("w", {4, 1, 1, 8}, 3);
    const TensorId y = b.op("conv", Conv{}, {x, w});
    const Diagnostics d = b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    REQUIRE(d.all().size() == 1);
    CHECK(d.all()[0].notes.back() ==
          "'conv' stays in float: the scales of its weights are not one per output channel");
    CHECK(b.graph.is_constant(only<Conv>(b.graph)->inputs[1]));
    CHECK(count_of<Dequantize>(b.graph) == 2);
  }
  SECTION("two operators without Q/DQ between them are one island") {
    const TensorId y = b.op("tanh", Unary{UnaryKind::kTanh}, {x});
    const TensorId z = b.op("exp", Unary{UnaryKind::kExp}, {y});
    const Diagnostics d = b.lower(b.quantized("z", z, quant(0.02F, 0)));
    REQUIRE(d.all().size() == 1);
    CHECK(d.all()[0].code == "W0201");
    CHECK(d.all()[0].severity == Severity::kWarning);
    CHECK(d.all()[0].message == "computed in float between quantized operators");
    CHECK(d.all()[0].place == ": node 'tanh' (tanh)");
    CHECK(d.all()[0].notes[0] == "operators: 'tanh' (tanh), 'exp' (exp)");
    CHECK(d.all()[0].notes[1] == "'exp' stays in float: an input is not quantized");
  }
  SECTION("what has an integer rule that no kernel implements") {
    const auto image = [&](const char* name, Shape shape) {
      return b.real(add_input(b.graph, name, std::move(shape), DType::kI8, quant(0.1F, 0)));
    };
    const TensorId two = image("two", {2, 3, 4, 8});
    const TensorId some = image("some", {2, 1, 4, 8});
    const TensorId ends[] = {b.op("add", Binary{}, {two, some}),
                             b.op("mul", Binary{BinaryKind::kMul, {}}, {some, two})};
    const TensorId y = ends[GENERATE(0, 1)];
    const Diagnostics d = b.lower(b.quantized("y", y, quant(0.02F, 0)));
    REQUIRE(d.all().size() == 1);
    CHECK(d.all()[0].notes.back().find("has an integer form") != std::string::npos);
  }
  SECTION("softmax from one 8-bit type to the other") {
    const TensorId y = b.op("softmax", Softmax{3}, {x});
    const Diagnostics d = b.lower(b.quantized("y", y, quant(0.004F, 0), DType::kU8));
    REQUIRE(d.all().size() == 1);
    CHECK(d.all()[0].notes.back().find("one type") != std::string::npos);
  }
  SECTION("a result that is also used in float") {
    const TensorId y = b.op("tanh", Unary{UnaryKind::kTanh}, {x});
    const TensorId q = b.quantized("q", y, quant(0.02F, 0));
    b.graph.outputs = {q, b.op("exp", Unary{UnaryKind::kExp}, {y})};
    Diagnostics d;
    lower_qdq(b.graph, d);
    CHECK(d.all().size() == 1);
    CHECK(count_of<Quantize>(b.graph) == 1);
  }
  SECTION("activations per channel") {
    Quant q{std::vector<float>(8, 0.1F), std::vector<std::int32_t>(8, 0), 3};
    const TensorId y = b.op("tanh", Unary{UnaryKind::kTanh}, {b.real_image("p", std::move(q))});
    CHECK(b.lower(b.quantized("y", y, quant(0.02F, 0))).all().size() == 1);
    CHECK(count_of<Quantize>(b.graph) == 1);
  }
}

TEST_CASE("no report of float heads and tails, nor of float models") {
  Builder b;
  const TensorId x = add_input(b.graph, "x", {1, 6, 6, 8});
  SECTION("normalization before the first Quantize, softmax after the last Dequantize") {
    const TensorId n = b.op("scale", Unary{UnaryKind::kNeg}, {x});
    const TensorId q = b.quantized("q", n, quant(0.02F, 0));
    const TensorId y = b.op("sigmoid", Unary{UnaryKind::kSigmoid}, {b.real(q)});
    CHECK(b.lower(b.op("softmax", Softmax{3}, {y})).all().empty());
    CHECK(b.graph.nodes.size() == 5);
  }
  SECTION("float only") {
    CHECK(b.lower(b.op("softmax", Softmax{3}, {x})).all().empty());
  }
}

TEST_CASE("additions") {
  Builder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  SECTION("of two scales, with activation") {
    const TensorId y =
        b.op("add", Binary{BinaryKind::kAdd, {0, 3}}, {x, b.real_image("z", quant(0.02F, -9))});
    b.lower(b.quantized("y", y, quant(0.03F, -100)), kStep);
    CHECK(only<Binary>(b.graph)->as<Binary>()->act == Activation{0, 3});
  }
  SECTION("of a quantized constant") {
    const TensorId y = b.op("add", Binary{}, {x, b.real_weights("c", {1, 6, 6, 8})});
    b.lower(b.quantized("y", y, quant(0.03F, 0)), kStep);
  }
  SECTION("of a quantized constant that broadcasts") {
    const TensorId y = b.op("add", Binary{}, {b.real_weights("c", {8}), x});
    b.lower(b.quantized("y", y, quant(0.03F, 0)), kStep);
  }
  SECTION("of a tensor that is repeated") {
    const TensorId z = b.real(add_input(b.graph, "z", {1, 1, 1, 8}, DType::kI8, quant(0.02F, 9)));
    const TensorId y = b.op("add", Binary{}, {z, x});
    CHECK(b.lower(b.quantized("y", y, quant(0.03F, 0)), kStep).all().empty());
  }
  SECTION("of two types: the zero point moves with the type") {
    const TensorId u = b.real(b.s8_image("u", quant(0.02F, 200), DType::kU8));
    const TensorId y = b.op("add", Binary{}, {u, x});
    b.lower(b.quantized("y", y, quant(0.03F, 0)), kStep);
    REQUIRE(only<Requantize>(b.graph) != nullptr);
    CHECK(b.graph.tensor(only<Requantize>(b.graph)->output()).quant == quant(0.02F, 72));
  }
  REQUIRE(only<Binary>(b.graph) != nullptr);
  CHECK(all_8bit(b.graph));
}

TEST_CASE("every operator with the generic rule is lowered") {
  Builder b;
  const TensorId x = b.real_image("x");
  Pool average;
  average.kind = PoolKind::kAverage;
  average.kernel = {2, 2};
  Resize resize;
  resize.kind = ResizeKind::kLinear;
  resize.size = {9, 9};
  Reduce max;
  max.kind = ReduceKind::kMax;
  max.axes = {3};
  const Op ops[] = {Unary{UnaryKind::kSigmoid}, Clip{{0, 1}}, Softmax{3}, average, resize, max};
  const auto i = GENERATE(range(0, 6));
  INFO(name_of(ops[i]));
  const TensorId y = b.op("op", ops[i], {x});
  CHECK(b.lower(b.quantized("y", y, quant(0.02F, -7)), i == 2 || i == 3 ? kStep : 0).all().empty());
  CHECK(all_8bit(b.graph));
  CHECK(count_of<Quantize>(b.graph) == 0);
}

TEST_CASE("means: integers where the order of a sum does not decide") {
  Builder b;
  Reduce mean;
  mean.keep_dims = false;
  float scale = 0.0123F;
  bool in_floats = false;
  SECTION("over the image, as pooling") {
    mean.axes = {1, 2};
  }
  SECTION("over the image, ties nowhere") {
    mean.axes = {1, 2};
    mean.float_sum = true;
  }
  SECTION("over the image, ties with scales in a ratio of small numbers") {
    mean.axes = {1, 2};
    mean.float_sum = in_floats = true;
    scale = GENERATE(0.05F, 0.05F / 3, 0.1F);
  }
  SECTION("over other dimensions") {
    mean.axes = GENERATE(std::vector<int>{1}, std::vector<int>{3}, std::vector<int>{2, 3});
    mean.float_sum = in_floats = true;
  }
  SECTION("over a plane of planar data, as pooling") {
    mean.axes = {2, 3};
  }
  const TensorId y = b.op("mean", mean, {b.real_image("x")});
  CHECK(b.lower(b.quantized("y", y, quant(scale, 1)), kStep).all().empty());
  REQUIRE(only<Reduce>(b.graph) != nullptr);
  CHECK(only<Reduce>(b.graph)->as<Reduce>()->float_sum == in_floats);
  CHECK(all_8bit(b.graph));
}

TEST_CASE("ties are met if the ratio of the scales and the count make one") {
  const auto decides = [](float x, float y, std::int64_t count) {
    return order_decides_mean(quant(x, 0), quant(y, 5), count);
  };
  CHECK(decides(0.0371F, 0.0371F, 4));
  CHECK(decides(0.0371F, 0.0371F, 16));
  CHECK_FALSE(decides(0.0371F, 0.0371F, 49));  // sums over an odd count have no ties
  CHECK(decides(0.0371F, 2 * 0.0371F, 49));    // with twice the scale they have
  CHECK(decides(0.1F, 0.3F, 2));               // the quotient of the scales is rounded
  CHECK_FALSE(decides(0.02352941F, 0.01907783F, 49));
  CHECK_FALSE(decides(0.02352941F, 0.02150496F, 16));
  CHECK(decides(0.02352941F, 0.01907783F, 56 * 56));  // a long sum
}

TEST_CASE("an average over the whole image is a mean in integers") {
  Builder b;
  Pool pool;
  pool.kind = PoolKind::kAverage;
  pool.kernel = {6, 6};
  pool.stride = {GENERATE(1, 6), 6};
  const bool padded = GENERATE(false, true);
  if (padded) pool.pad = {0, 0, 1, 0};
  const TensorId y = b.op("pool", pool, {b.real_image("x")});
  CHECK(b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep).all().empty());
  CHECK(count_of<Reduce>(b.graph) == (padded ? 0 : 1));
  CHECK(count_of<Pool>(b.graph) == (padded ? 1 : 0));
  CHECK(all_8bit(b.graph));
}

TEST_CASE("limits behind an operator without activation are set on its codes") {
  Builder b;
  Pool pool;
  pool.kind = PoolKind::kAverage;
  pool.kernel = {2, 2};
  const Op ops[] = {pool, Softmax{3}, Unary{UnaryKind::kSigmoid}};
  const TensorId y = b.op("op", ops[GENERATE(0, 1, 2)], {b.real_image("x")});
  const TensorId limited = b.op("clip", Clip{{0.1F, 0.3F}}, {y});
  // With this scale 1.0 is a whole number of steps, so that the integer rule of Softmax equals the
  // float form.
  CHECK(b.lower(b.quantized("y", limited, quant(1.0F / 256, -7)), kStep).all().empty());
  CHECK(only<Clip>(b.graph) != nullptr);
  CHECK(all_8bit(b.graph));
}

TEST_CASE("dequantize - quantize") {
  Builder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  SECTION("without change is an identity") {
    b.lower(b.quantized("y", x, quant(0.05F, 3)));
    CHECK(only<Identity>(b.graph) != nullptr);
  }
  SECTION("to another scale is a requantize") {
    b.lower(b.quantized("y", x, quant(0.04F, 3)));
    CHECK(only<Requantize>(b.graph) != nullptr);
  }
  SECTION("to another type is a requantize") {
    b.lower(b.quantized("y", x, quant(0.05F, 131), DType::kU8));
    CHECK(only<Requantize>(b.graph) != nullptr);
  }
  CHECK(b.graph.nodes.size() == 1);
}

TEST_CASE("a dequantize with several users is handled for each") {
  Builder b;
  const TensorId x = b.real_image("x");
  const TensorId q = b.quantized("q", b.op("tanh", Unary{UnaryKind::kTanh}, {x}), quant(0.01F, 0));
  const TensorId f = b.op("exp", Unary{UnaryKind::kExp}, {x});
  b.graph.outputs = {q, f};
  Diagnostics d;
  REQUIRE(apply([&](Graph& g) { lower_qdq(g, d); }, b.graph, 0) == "");
  CHECK(count_of<Quantize>(b.graph) == 0);
  CHECK(count_of<Dequantize>(b.graph) == 1);
}

TEST_CASE("a change between int8 and uint8 disappears at the borders") {
  Builder b;
  const TensorId x = add_input(b.graph, "x", {1, 6, 6, 8});
  const TensorId u = b.quantized("u", x, quant(0.02F, 130), DType::kU8);
  const TensorId s = b.quantized("s", b.real(u), quant(0.02F, 2));
  const TensorId y = b.quantized("y", b.op("tanh", Unary{}, {b.real(s)}), quant(0.01F, -1));
  const TensorId v = b.quantized("v", b.real(y), quant(0.01F, 127), DType::kU8);
  SECTION("origins stay, as uint8 tensors held in int8") {
    set_origins(b.graph);
    b.lower(b.real(v));
    CHECK(b.graph.nodes.size() == 3);
    CHECK(count_of<Requantize>(b.graph) == 0);
    for (const Tensor& tensor : b.graph.tensors) {
      if (tensor.name == "s" || tensor.name == "y") CHECK(tensor.origins.size() == 2);
    }
  }
  SECTION("but not inside, and not where the result is an output") {
    b.lower(v);
    CHECK(b.graph.nodes.size() == 3);
    CHECK(count_of<Requantize>(b.graph) == 1);
  }
  SECTION("nor with a change of scale") {
    const TensorId w = b.quantized("w", b.real(y), quant(0.02F, 127), DType::kU8);
    b.lower(b.real(w));
    CHECK(count_of<Requantize>(b.graph) == 1);
  }
}

TEST_CASE("equal quantizes of one tensor are one") {
  Builder b;
  const TensorId y = b.op("tanh", Unary{UnaryKind::kTanh}, {b.real_image("x")});
  const TensorId a =
      b.op("neg_a", Unary{UnaryKind::kNeg}, {b.real(b.quantized("a", y, quant(0.01F, 0)))});
  const TensorId c =
      b.op("neg_c", Unary{UnaryKind::kAbs}, {b.real(b.quantized("c", y, quant(0.01F, 0)))});
  b.graph.outputs = {b.quantized("p", a, quant(0.01F, 0)), b.quantized("q", c, quant(0.01F, 0))};
  set_origins(b.graph);
  Diagnostics d;
  REQUIRE(apply([&](Graph& g) { lower_qdq(g, d); }, b.graph, 0) == "");
  CHECK(b.graph.nodes.size() == 3);
  CHECK(all_8bit(b.graph));
}

TEST_CASE("data movement moves bytes") {
  Builder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  Pool pool;
  pool.kernel = {3, 3};
  pool.pad = {1, 1, 1, 1};
  SECTION("from a dequantize into an operator without Q/DQ of its own") {
    const TensorId t = b.op("t", Transpose{{0, 2, 1, 3}}, {x});
    const TensorId r = b.op("r", Reshape{{36, 8}}, {t});
    const TensorId y = b.op("dense", Dense{}, {r, b.real_weights("w", {5, 8}, 0)});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(b.graph.nodes.size() == 4);
  }
  SECTION("between weights and their operator") {
    const TensorId w = b.op("t", Transpose{{0, 2, 3, 1}}, {b.real_weights("w", {4, 8, 3, 3}, 0)});
    const TensorId y = b.op("conv", Conv{}, {x, w});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(b.graph.nodes.size() == 2);
    CHECK(only<Conv>(b.graph) != nullptr);
  }
  SECTION("from an operator to its quantize") {
    const TensorId c = b.op("conv", Conv{}, {x, b.real_weights("w", {4, 1, 1, 8}, 0)});
    const TensorId t = b.op("t", Transpose{{0, 3, 1, 2}}, {c});
    const TensorId r = b.op("r", Reshape{{1, 144}}, {t});
    b.lower(b.quantized("y", r, quant(0.02F, 0)), kStep);
    CHECK(b.graph.nodes.size() == 4);
    CHECK(count_of<Quantize>(b.graph) == 0);
  }
  SECTION("with a change of scale") {
    b.lower(b.quantized("y", b.op("pool", pool, {x}), quant(0.02F, 0)));
    CHECK(only<Pool>(b.graph) != nullptr);
    CHECK(only<Requantize>(b.graph) != nullptr);
  }
  SECTION("without one") {
    b.lower(b.quantized("y", b.op("pool", pool, {x}), quant(0.05F, 3)));
    CHECK(only<Pool>(b.graph) != nullptr);
    CHECK(count_of<Requantize>(b.graph) == 0);
  }
  SECTION("argmax needs no real values") {
    b.lower(b.op("argmax", ArgMax{3}, {x}));
    CHECK(b.graph.nodes.size() == 1);
  }
  CHECK(all_8bit(b.graph));
}

TEST_CASE("padding") {
  Builder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  const auto pad = [&](float value) {
    return b.op("pad", Pad{{0, 1, 1, 0}, {0, 0, 1, 0}, value}, {x});
  };
  SECTION("with zero, into an operator") {
    const TensorId y = b.op("conv", Conv{}, {pad(0), b.real_weights("w", {4, 3, 3, 8}, 0)});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(all_8bit(b.graph));
    CHECK(b.graph.nodes.size() == 3);
  }
  SECTION("with zero, to another scale") {
    b.lower(b.quantized("y", pad(0), quant(0.02F, -11)));
    CHECK(all_8bit(b.graph));
  }
  SECTION("a value the 8-bit tensor does not have is not rounded twice") {
    // 0.07 is 3.5 steps of 0.02, which rounds to 4. Rounded to a step of 0.05 first, it would
    // become 2.5 steps of 0.02, and 3 or less.
    b.lower(b.quantized("y", pad(0.07F), quant(0.02F, -11)));
    CHECK(b.graph.nodes.size() == 1);
  }
  SECTION("minus infinity saturates") {
    b.lower(b.quantized("y", pad(-kInfinity), quant(0.02F, -11)));
    CHECK(b.graph.nodes.size() == 1);
  }
}

TEST_CASE("concatenation") {
  Builder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  const TensorId z = b.real_image("z", quant(0.02F, -3));
  SECTION("of different scales") {
    b.lower(b.quantized("y", b.op("concat", Concat{3}, {x, z}), quant(0.03F, 1)));
    CHECK(b.graph.nodes.size() == 1);
  }
  SECTION("of different types") {
    const TensorId u = b.real(b.s8_image("u", quant(0.02F, 200), DType::kU8));
    b.lower(b.quantized("y", b.op("concat", Concat{3}, {u, x, z}), quant(0.03F, 1)));
    CHECK(b.graph.nodes.size() == 2);
  }
  SECTION("with a float constant") {
    const TensorId c = add_floats(b.graph, "c", {1, 6, 6, 2});
    b.lower(b.quantized("y", b.op("concat", Concat{3}, {x, c, z}), quant(0.03F, 1)));
    CHECK(b.graph.nodes.size() == 1);
  }
  SECTION("of equal scales, without a quantize of its own") {
    const TensorId e = b.real_image("e", quant(0.05F, 3));
    const TensorId c = b.op("concat", Concat{3}, {x, e});
    const TensorId y = b.op("conv", Conv{}, {c, b.real_weights("w", {4, 1, 1, 16}, 0)});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(count_of<Concat>(b.graph) == 1);
  }
  CHECK(all_8bit(b.graph));
}
