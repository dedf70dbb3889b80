// The import of operators whose form changed between opsets, or that are easily imported wrongly.
// Expected values were computed by hand or by ONNX Runtime.
#include <cmath>

#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;
using Codes = std::vector<std::string>;
using Values = std::vector<float>;

namespace {

template <typename T>
const Node* only(const Graph& graph) {
  const Node* found = nullptr;
  for (const Node& node : graph.nodes) {
    if (node.as<T>() == nullptr) continue;
    REQUIRE(found == nullptr);
    found = &node;
  }
  REQUIRE(found != nullptr);
  return found;
}

Values counting(int count) {
  Values values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(i));
  return values;
}

Shape output_shape(const Graph& graph) {
  return graph.tensor(graph.outputs.at(0)).shape;
}

}  // namespace

TEST_CASE("ReLU6 in its forms") {
  const Values x{-1, 3, 8};
  const Values wanted{0, 3, 6};
  SECTION("Clip with attributes") {
    ModelBuilder m(10);
    m.input("x", kFloat, {3}).output("y");
    m.node("Clip", {"x"}, {"y"}, {{"min", 0.0F}, {"max", 6.0F}});
    CHECK(outputs_of(m, {x}) == wanted);
  }
  SECTION("Clip with inputs") {
    ModelBuilder m(13);
    m.input("x", kFloat, {3}).output("y");
    m.constant("lo", floats({}, {0})).constant("hi", floats({}, {6}));
    CHECK(outputs_of(m.node("Clip", {"x", "lo", "hi"}, {"y"}), {x}) == wanted);
  }
  SECTION("Relu, then Min with a CastLike constant") {
    ModelBuilder m(18);
    m.input("x", kFloat, {3}).output("y").constant("six", ints(kInt64, {}, {6}));
    m.node("Relu", {"x"}, {"r"}).node("CastLike", {"six", "x"}, {"c"});
    CHECK(outputs_of(m.node("Min", {"r", "c"}, {"y"}), {x}) == wanted);
  }
  SECTION("limits through Constant, Cast, Identity") {
    ModelBuilder m(13);
    m.input("x", kFloat, {3}).output("y").constant("zero", ints(kInt64, {}, {0}));
    m.node("Cast", {"zero"}, {"z"}, {{"to", std::int64_t{1}}}).node("Identity", {"z"}, {"lo"});
    m.node("Constant", {}, {"hi"}, {{"value_float", 6.0F}});
    m.node("Clip", {"x", "lo", "hi"}, {"y"});
    CHECK(outputs_of(m, {x}) == wanted);
    CHECK(only<Clip>(*import_model(m).graph)->as<Clip>()->act == Activation{0, 6});
  }
}

TEST_CASE("Clip with one limit, and with a limit known at run time only") {
  ModelBuilder upper(13);
  upper.input("x", kFloat, {3}).output("y").constant("hi", floats({}, {2}));
  upper.node("Clip", {"x", "", "hi"}, {"y"});
  CHECK(outputs_of(upper, {{-9, 1, 9}}) == Values{-9, 1, 2});
  ModelBuilder lower(13);
  lower.input("x", kFloat, {3}).output("y").constant("lo", floats({1}, {0}));
  lower.node("Clip", {"x", "lo"}, {"y"});
  CHECK(outputs_of(lower, {{-9, 1, 9}}) == Values{0, 1, 9});
  ModelBuilder varying(13);
  varying.input("x", kFloat, {3}).input("lo", kFloat, {}).output("y");
  varying.node("Clip", {"x", "lo"}, {"y"});
  CHECK(outputs_of(varying, {{-9, 1, 9}, {-2}}) == Values{-2, 1, 9});
}

TEST_CASE("Pad by attribute, by input, with axes, and cropping") {
  // [[1,2],[3,4]] with a column of 5 on the left, then a row of 0 on top.
  const Values wanted{0, 0, 0, 5, 1, 2, 5, 3, 4};
  ModelBuilder attributes(10);
  attributes.input("x", kFloat, {2, 2}).output("y");
  attributes.node("Pad", {"x"}, {"p"}, {{"pads", Ints{0, 1, 0, 0}}, {"value", 5.0F}});
  attributes.node("Pad", {"p"}, {"y"}, {{"pads", Ints{1, 0, 0, 0}}});
  CHECK(outputs_of(attributes, {{1, 2, 3, 4}}) == wanted);

  ModelBuilder inputs(13);
  inputs.input("x", kFloat, {2, 2}).output("y").constant("five", floats({}, {5}));
  inputs.constant("p", ints(kInt64, {4}, {0, 1, 0, 0}))
      .constant("q", ints(kInt64, {4}, {1, 0, 0, 0}));
  inputs.node("Pad", {"x", "p", "five"}, {"a"}).node("Pad", {"a", "q"}, {"y"});
  CHECK(outputs_of(inputs, {{1, 2, 3, 4}}) == wanted);

  ModelBuilder axes(18);
  axes.input("x", kFloat, {2, 2}).output("y").constant("five", floats({}, {5}));
  axes.constant("p", ints(kInt64, {2}, {1, 0})).constant("last", ints(kInt64, {1}, {-1}));
  axes.constant("first", ints(kInt64, {1}, {0}));
  axes.node("Pad", {"x", "p", "five", "last"}, {"a"}).node("Pad", {"a", "p", "", "first"}, {"y"});
  CHECK(outputs_of(axes, {{1, 2, 3, 4}}) == wanted);

  ModelBuilder crop(13);
  crop.input("x", kFloat, {4}).output("y").constant("p", ints(kInt64, {2}, {-1, 1}));
  CHECK(outputs_of(crop.node("Pad", {"x", "p"}, {"y"}), {{1, 2, 3, 4}}) == Values{2, 3, 4, 0});
  ModelBuilder too_much(13);
  too_much.input("x", kFloat, {4}).output("y").constant("p", ints(kInt64, {2}, {-5, 9}));
  CHECK(import_model(too_much.node("Pad", {"x", "p"}, {"y"})).codes() == Codes{"E0104"});
}

TEST_CASE("auto_pad puts the odd row and column behind or before") {
  const auto padding = [](const char* mode, std::int64_t size, std::int64_t kernel) {
    ModelBuilder m(13);
    m.input("x", kFloat, {1, 1, size, size}).output("y");
    m.constant(
        "w", floats({1, 1, kernel, kernel}, Floats(static_cast<std::size_t>(kernel * kernel), 1)));
    m.node("Conv", {"x", "w"}, {"y"}, {{"auto_pad", std::string(mode)}, {"strides", Ints{2, 2}}});
    const Imported imported = import_model(m);
    REQUIRE(imported.graph);
    return only<Conv>(*imported.graph)->as<Conv>()->pad;
  };
  CHECK(padding("SAME_UPPER", 8, 3) == Padding{0, 0, 1, 1});  // 4 outputs need 9 inputs, not 8
  CHECK(padding("SAME_LOWER", 8, 3) == Padding{1, 1, 0, 0});
  CHECK(padding("SAME_UPPER", 7, 3) == Padding{1, 1, 1, 1});  // 4 outputs need 9 inputs, not 7
  CHECK(padding("SAME_LOWER", 7, 3) == Padding{1, 1, 1, 1});
  CHECK(padding("SAME_UPPER", 7, 4) == Padding{1, 1, 2, 2});
  CHECK(padding("SAME_LOWER", 7, 4) == Padding{2, 2, 1, 1});
  CHECK(padding("SAME_UPPER", 7, 1) == Padding{});
  CHECK(padding("VALID", 8, 3) == Padding{});
}

TEST_CASE("asymmetric pads go to their own sides") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 1, 4, 4}).output("y").constant("w", floats({1, 1, 2, 2}, {1, 0, 0, 0}));
  m.node("Conv", {"x", "w"}, {"y"}, {{"pads", Ints{0, 1, 2, 0}}, {"strides", Ints{2, 2}}});
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  CHECK(only<Conv>(*imported.graph)->as<Conv>()->pad == Padding{0, 1, 2, 0});
  // The kernel selects the first element of its window: columns -1 and 1 of rows 0, 2 and 4.
  CHECK(outputs_of(m, {counting(16)}) == Values{0, 1, 0, 9, 0, 0});
}

TEST_CASE("depthwise with a multiplier keeps the order of its channels") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 2, 1, 1}).output("y").constant("w", floats({4, 1, 1, 1}, {1, 2, 3, 4}));
  m.node("Conv", {"x", "w"}, {"y"}, {{"group", std::int64_t{2}}});
  CHECK(outputs_of(m, {{10, 100}}) == Values{10, 20, 300, 400});
}

TEST_CASE("weights that layers share are shared") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 2, 4, 4}).output("y").constant("w", floats({2, 2, 1, 1}, {1, 2, 3, 4}));
  m.node("Conv", {"x", "w"}, {"a"}).node("Conv", {"a", "w"}, {"y"});
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  std::vector<TensorId> weights;
  for (const Node& node : imported.graph->nodes) {
    if (node.as<Conv>() != nullptr) weights.push_back(node.inputs[1]);
  }
  REQUIRE(weights.size() == 2);
  CHECK(weights[0] == weights[1]);
}

TEST_CASE("shape subgraphs come out as constants") {
  ModelBuilder m(13);
  m.input("x", kFloat, {"N", 2, 3, 4}).output("y");
  m.constant("zero", ints(kInt64, {}, {0})).constant("axes", ints(kInt64, {1}, {0}));
  m.constant("rest", ints(kInt64, {1}, {-1}));
  m.node("Relu", {"x"}, {"r"}).node("Shape", {"r"}, {"s"}).node("Gather", {"s", "zero"}, {"n"});
  m.node("Unsqueeze", {"n", "axes"}, {"u"});
  m.node("Concat", {"u", "rest"}, {"shape"}, {{"axis", std::int64_t{0}}});
  m.node("Reshape", {"r", "shape"}, {"y"});
  const Imported imported = import_model(m);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  CHECK(output_shape(*imported.graph) == Shape{1, 24});
  CHECK(imported.graph->nodes.size() == 2);  // Relu and Reshape; the shape is a constant now
}

TEST_CASE("Reshape: 0, -1 and allowzero") {
  const auto shape = [](const Ints& wanted, std::int64_t allow_zero) {
    ModelBuilder m(14);
    m.input("x", kFloat, {2, 3, 4}).output("y");
    m.constant("s", ints(kInt64, {static_cast<std::int64_t>(wanted.size())}, wanted));
    m.node("Reshape", {"x", "s"}, {"y"}, {{"allowzero", allow_zero}});
    const Imported imported = import_model(m);
    return imported.graph ? output_shape(*imported.graph) : Shape{};
  };
  CHECK(shape({0, -1}, 0) == Shape{2, 12});
  CHECK(shape({4, 0, -1}, 0) == Shape{4, 3, 2});
  CHECK(shape({-1}, 0) == Shape{24});
  CHECK(shape({0, -1}, 1).empty());
  CHECK(shape({-1, -1}, 0).empty());
  CHECK(shape({5, -1}, 0).empty());
  CHECK(shape({2, 3, 4, 0}, 0).empty());
  CHECK(shape({-2, 12}, 0).empty());
}

TEST_CASE("Squeeze, Unsqueeze and Flatten with negative axes, by attribute and by input") {
  ModelBuilder attributes(11);
  attributes.input("x", kFloat, {1, 3, 1, 2}).output("y");
  attributes.node("Squeeze", {"x"}, {"s"}, {{"axes", Ints{-2}}});
  attributes.node("Unsqueeze", {"s"}, {"y"}, {{"axes", Ints{-1, 0}}});
  CHECK(output_shape(*import_model(attributes).graph) == Shape{1, 1, 3, 2, 1});
  ModelBuilder all(13);
  all.input("x", kFloat, {1, 3, 1, 2}).output("y").node("Squeeze", {"x"}, {"y"});
  CHECK(output_shape(*import_model(all).graph) == Shape{3, 2});
  ModelBuilder flatten(13);
  flatten.input("x", kFloat, {2, 3, 4}).output("y");
  flatten.node("Flatten", {"x"}, {"y"}, {{"axis", std::int64_t{-1}}});
  CHECK(output_shape(*import_model(flatten).graph) == Shape{6, 4});
  ModelBuilder front(13);
  front.input("x", kFloat, {2, 3, 4}).output("y");
  front.node("Flatten", {"x"}, {"y"}, {{"axis", std::int64_t{0}}});
  CHECK(output_shape(*import_model(front).graph) == Shape{1, 24});
}

TEST_CASE("Softmax is over everything from axis 1 on up to opset 12, over the last axis from 13") {
  const auto sums = [](int opset) {
    ModelBuilder m(opset);
    m.input("x", kFloat, {1, 2, 2}).output("y").node("Softmax", {"x"}, {"y"});
    return outputs_of(m, {{0, 0, 0, 0}});
  };
  CHECK(sums(12) == Values{0.25F, 0.25F, 0.25F, 0.25F});
  CHECK(sums(13) == Values{0.5F, 0.5F, 0.5F, 0.5F});
}

TEST_CASE("Gemm") {
  // A = [1 2] and B = [[1 2 3] [4 5 6]], so A B = [9 12 15].
  const auto gemm = [](const std::vector<Attribute>& attributes, const OnnxTensor& b,
                       const OnnxTensor* c) {
    ModelBuilder m(13);
    m.input("a", kFloat, {1, 2}).output("y").constant("b", b);
    if (c != nullptr) m.constant("c", *c);
    m.node("Gemm", c != nullptr ? Codes{"a", "b", "c"} : Codes{"a", "b"}, {"y"}, attributes);
    return outputs_of(m, {{1, 2}});
  };
  const OnnxTensor b = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const OnnxTensor turned = floats({3, 2}, {1, 4, 2, 5, 3, 6});
  const OnnxTensor vector = floats({3}, {10, 20, 30});
  const OnnxTensor row = floats({1, 3}, {10, 20, 30});
  const OnnxTensor scalar = floats({}, {10});
  const OnnxTensor column = floats({1, 1}, {10});
  const Attribute transposed{"transB", std::int64_t{1}};
  const Attribute alpha{"alpha", 2.0F};
  const Attribute beta{"beta", 0.5F};
  CHECK(gemm({}, b, nullptr) == Values{9, 12, 15});
  CHECK(gemm({transposed}, turned, nullptr) == Values{9, 12, 15});
  CHECK(gemm({alpha}, b, nullptr) == Values{18, 24, 30});
  CHECK(gemm({alpha, transposed}, turned, nullptr) == Values{18, 24, 30});
  CHECK(gemm({}, b, &vector) == Values{19, 32, 45});
  CHECK(gemm({alpha, beta}, b, &row) == Values{23, 34, 45});
  CHECK(gemm({beta}, b, &scalar) == Values{14, 17, 20});
  CHECK(gemm({}, b, &column) == Values{19, 22, 25});
  CHECK(gemm({{"beta", 0.0F}}, b, &vector) == Values{9, 12, 15});

  ModelBuilder first_transposed(13);
  first_transposed.input("a", kFloat, {2, 1}).output("y").constant("b", b);
  first_transposed.node("Gemm", {"a", "b"}, {"y"}, {{"transA", std::int64_t{1}}});
  CHECK(outputs_of(first_transposed, {{1, 2}}) == Values{9, 12, 15});

  ModelBuilder run_time(13);
  run_time.input("a", kFloat, {1, 2}).input("b", kFloat, {3, 2}).input("c", kFloat, {1, 3});
  run_time.output("y").node("Gemm", {"a", "b", "c"}, {"y"}, {alpha, beta, transposed});
  CHECK(outputs_of(run_time, {{1, 2}, {1, 4, 2, 5, 3, 6}, {10, 20, 30}}) == Values{23, 34, 45});
}

TEST_CASE("MatMul with constant weights is a Dense over the last dimension") {
  ModelBuilder m(13);
  m.input("a", kFloat, {1, 2, 2}).output("y").constant("b", floats({2, 3}, {1, 2, 3, 4, 5, 6}));
  m.node("MatMul", {"a", "b"}, {"y"});
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  const Node* dense = only<Dense>(*imported.graph);
  CHECK(imported.graph->tensor(dense->inputs[1]).origins.at(0).perm == std::vector<int>{1, 0});
  CHECK(outputs_of(m, {{1, 2, 0, 1}}) == Values{9, 12, 15, 4, 5, 6});
}

TEST_CASE("reductions: axes by attribute and input, negative, empty") {
  ModelBuilder attribute(11);
  attribute.input("x", kFloat, {1, 2, 2, 2}).output("y");
  attribute.node("ReduceMean", {"x"}, {"y"},
                 {{"axes", Ints{-1, 2}}, {"keepdims", std::int64_t{0}}});
  CHECK(outputs_of(attribute, {counting(8)}) == Values{1.5F, 5.5F});
  ModelBuilder input(18);
  input.input("x", kFloat, {1, 2, 2, 2}).output("y").constant("axes", ints(kInt64, {2}, {-2, 3}));
  input.node("ReduceMean", {"x", "axes"}, {"y"});
  CHECK(outputs_of(input, {counting(8)}) == Values{1.5F, 5.5F});
  CHECK(output_shape(*import_model(input).graph) == Shape{1, 2, 1, 1});
  ModelBuilder all(13);
  all.input("x", kFloat, {2, 2}).output("y").node("ReduceSum", {"x"}, {"y"});
  CHECK(outputs_of(all, {{1, 2, 3, 4}}) == Values{10});
  ModelBuilder none(13);
  none.input("x", kFloat, {2, 2}).output("y");
  none.node("ReduceSum", {"x"}, {"y"}, {{"noop_with_empty_axes", std::int64_t{1}}});
  CHECK(outputs_of(none, {{1, 2, 3, 4}}) == Values{1, 2, 3, 4});
  ModelBuilder twice(13);
  twice.input("x", kFloat, {2, 2}).output("y");
  twice.node("ReduceMax", {"x"}, {"y"}, {{"axes", Ints{1, -1}}});
  CHECK(import_model(twice).codes() == Codes{"E0103"});
}

TEST_CASE("Slice: negative, clamped, backwards, by attribute") {
  const auto slice = [](const Ints& start, const Ints& end, const Ints& step) {
    ModelBuilder m(13);
    m.input("x", kFloat, {5}).output("y");
    m.constant("s", ints(kInt64, {1}, start)).constant("e", ints(kInt64, {1}, end));
    m.constant("a", ints(kInt64, {1}, {-1})).constant("t", ints(kInt64, {1}, step));
    return outputs_of(m.node("Slice", {"x", "s", "e", "a", "t"}, {"y"}), {{0, 1, 2, 3, 4}});
  };
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(slice({1}, {3}, {1}) == Values{1, 2});
  CHECK(slice({-2}, {kMost}, {1}) == Values{3, 4});
  CHECK(slice({-99}, {2}, {1}) == Values{0, 1});
  CHECK(slice({0}, {5}, {3}) == Values{0, 3});
  CHECK(slice({0}, {5}, {kMost}) == Values{0});
  CHECK(slice({-1}, {-kMost - 1}, {-2}) == Values{4, 2, 0});
  CHECK(slice({3}, {0}, {-1}) == Values{3, 2, 1});
  CHECK(slice({4}, {2}, {-kMost - 1}) == Values{4});
  CHECK(slice({3}, {3}, {1}).empty());
  ModelBuilder attributes(9);
  attributes.input("x", kFloat, {2, 3}).output("y");
  attributes.node("Slice", {"x"}, {"y"}, {{"starts", Ints{0, 1}}, {"ends", Ints{1, -1}}});
  CHECK(outputs_of(attributes, {counting(6)}) == Values{1});
}

TEST_CASE("Split into equal, given and uneven parts") {
  ModelBuilder given(13);
  given.input("x", kFloat, {5}).output("a").output("b").constant("s", ints(kInt64, {2}, {2, 3}));
  given.node("Split", {"x", "s"}, {"a", "b"});
  CHECK(output_of(*import_model(given).graph, {{0, 1, 2, 3, 4}}, 1) ==
        std::vector<double>{2, 3, 4});
  ModelBuilder uneven(18);
  uneven.input("x", kFloat, {5}).output("a").output("b");
  uneven.node("Split", {"x"}, {"a", "b"}, {{"num_outputs", std::int64_t{2}}});
  CHECK(output_of(*import_model(uneven).graph, {{0, 1, 2, 3, 4}}, 1) == std::vector<double>{3, 4});
  ModelBuilder wrong(11);
  wrong.input("x", kFloat, {5})
      .output("a")
      .node("Split", {"x"}, {"a", "b"}, {{"split", Ints{2, 2}}});
  CHECK(import_model(wrong).codes() == Codes{"E0104"});
}

TEST_CASE("Resize: first definition, NHWC, sizes") {
  ModelBuilder first(10);
  first.input("x", kFloat, {1, 1, 1, 3}).output("y").constant("s", floats({4}, {1, 1, 1, 0.5F}));
  first.node("Resize", {"x", "s"}, {"y"});
  CHECK(outputs_of(first, {{0, 1, 2}}) == Values{0});
  ModelBuilder upsample(7);
  upsample.input("x", kFloat, {1, 1, 1, 2}).output("y");
  upsample.node("Upsample", {"x"}, {"y"}, {{"scales", Floats{1, 1, 1, 2}}});
  CHECK(outputs_of(upsample, {{3, 7}}) == Values{3, 3, 7, 7});
  ModelBuilder nhwc(13);
  nhwc.input("x", kFloat, {1, 1, 2, 2}).output("y").constant("n", ints(kInt64, {4}, {1, 2, 2, 2}));
  nhwc.node("Resize", {"x", "", "", "n"}, {"y"});
  const Imported imported = import_model(nhwc);
  REQUIRE(imported.graph);
  CHECK(imported.graph->nodes.size() == 1);  // no Transposes around it
  CHECK(outputs_of(nhwc, {{1, 2, 3, 4}}) == Values{1, 2, 3, 4, 1, 2, 3, 4});
  ModelBuilder batch(13);
  batch.input("x", kFloat, {1, 1, 2, 2}).output("y").constant("n", ints(kInt64, {4}, {2, 1, 4, 4}));
  CHECK(import_model(batch.node("Resize", {"x", "", "", "n"}, {"y"})).codes() == Codes{"E0102"});
}

TEST_CASE("BatchNormalization with its own epsilon; training is refused") {
  ModelBuilder m(14);
  m.input("x", kFloat, {1, 1, 1, 1}).output("y");
  for (const auto& [name, value] :
       std::map<std::string, float>{{"gamma", 2}, {"beta", 1}, {"mean", 3}, {"variance", 3}}) {
    m.constant(name, floats({1}, {value}));
  }
  m.node("BatchNormalization", {"x", "gamma", "beta", "mean", "variance"}, {"y"},
         {{"epsilon", 1.0F}, {"momentum", 0.9F}});
  CHECK(outputs_of(m, {{7}}) == Values{5});  // (7 - 3) / sqrt(4) * 2 + 1
  ModelBuilder training(14);
  training.input("x", kFloat, {1, 1, 1, 1}).output("y").constant("c", floats({1}, {1}));
  training.node("BatchNormalization", {"x", "c", "c", "c", "c"}, {"y"},
                {{"training_mode", std::int64_t{1}}});
  CHECK(import_model(training).codes() == Codes{"E0102"});
}
