// lower_qdq: what becomes an integer operator, and with which parameters.
#include "compiler/passes/lower_qdq.h"

#include <utility>

#include "compiler/passes/mean_rule.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/qdq_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// The integers of the bias of the graph's only Conv.
std::vector<std::int64_t> bias_of(const Graph& graph) {
  const Node* conv = only<Conv>(graph);
  REQUIRE(conv != nullptr);
  REQUIRE(conv->inputs.size() == 3);
  return graph.tensor(conv->inputs[2]).constant->to_ints();
}

}  // namespace

TEST_CASE("a convolution becomes an integer one") {
  QdqBuilder b;
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
  QdqBuilder b;
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
  QdqBuilder b;
  const TensorId x = b.real_image("x", quant(0.5F, 3));
  Quant wq{{0.5F, 0.25F}, {0, 0}, 0};
  const std::vector<std::int64_t> weights(16, 1);
  const TensorId w =
      b.graph.add_constant("w", Constant::ints(DType::kI8, {2, 1, 1, 8}, weights), std::move(wq));
  const auto s32 = [&](const std::vector<std::int64_t>& values, Quant q) {
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
  QdqBuilder b;
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
  QdqBuilder b;
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
  QdqBuilder b;
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
  QdqBuilder b;
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
  QdqBuilder b;
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
  QdqBuilder b;
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
    mean.float_sum = true;
    in_floats = GENERATE(false, true);
    if (in_floats) scale = 0.05F / 5;
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
  const auto decides = [](float x, float y, std::int64_t count, std::vector<int> axes = {1, 2}) {
    Tensor in, out;
    in.shape = {1, 1, count, count};
    in.quant = quant(x, 0);
    out.quant = quant(y, 5);
    return order_decides_mean(Reduce{.axes = std::move(axes)}, in, out);
  };
  CHECK(decides(0.0371F, 0.0371F, 4));
  CHECK(decides(0.0371F, 0.0371F, 16));
  CHECK_FALSE(decides(0.0371F, 0.0371F, 49));  // sums over an odd count have no ties
  CHECK(decides(0.0371F, 2 * 0.0371F, 49));    // with twice the scale they have
  CHECK(decides(0.1F, 0.3F, 2));               // the quotient of the scales is rounded
  CHECK_FALSE(decides(0.02352941F, 0.01907783F, 49));
  CHECK_FALSE(decides(0.02352941F, 0.02150496F, 16));
  CHECK(decides(0.02352941F, 0.01907783F, 56 * 56));  // a long sum
  CHECK_FALSE(decides(0.02352941F, 0.01907783F, 111, {3}));
  CHECK(decides(0.02352941F, 0.01907783F, 129, {3}));  // long, if values are added in turn
}

TEST_CASE("an average over the whole image is a mean in integers") {
  QdqBuilder b;
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
  QdqBuilder b;
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
