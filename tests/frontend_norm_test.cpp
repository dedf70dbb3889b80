// Normalizations and norms, which become means, sums and products. Expected values follow ONNX's
// formulas, in double.
#include <cmath>
#include <functional>

#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;
using Codes = std::vector<std::string>;
using Numbers = std::vector<double>;

namespace {

const Numbers kX{1, 2, 3, 4, -5, 6, 7, -8, 9, 10, 11, 13, 0, 1, 5, -2};  // [1,4,2,2]

// The outputs of one node on kX as float [1,4,2,2]; `constants` are its other inputs.
Numbers run(int opset, const std::string& type, const std::vector<OnnxTensor>& constants,
            const std::vector<Attribute>& attributes) {
  ModelBuilder m(opset);
  m.input("x", kFloat, {1, 4, 2, 2}).output("y");
  std::vector<std::string> inputs{"x"};
  for (const OnnxTensor& constant : constants) {
    inputs.push_back("c" + std::to_string(inputs.size()));
    m.constant(inputs.back(), constant);
  }
  m.node(type, inputs, {"y"}, attributes);
  const Imported imported = import_model(m);
  INFO(type << '\n' << imported.messages());
  REQUIRE(imported.graph);
  return output_of(*imported.graph, {kX});
}

// kX with each run of `count` elements normalized, then scaled and shifted by functions of the
// element's index.
Numbers normalized(std::size_t count, double epsilon, bool centered,
                   const std::function<double(std::size_t)>& scale,
                   const std::function<double(std::size_t)>& bias) {
  Numbers y;
  for (std::size_t first = 0; first < kX.size(); first += count) {
    double mean = 0, squares = 0;
    for (std::size_t i = first; i < first + count; ++i) mean += kX[i] / static_cast<double>(count);
    if (!centered) mean = 0;
    for (std::size_t i = first; i < first + count; ++i) {
      squares += (kX[i] - mean) * (kX[i] - mean) / static_cast<double>(count);
    }
    for (std::size_t i = first; i < first + count; ++i) {
      y.push_back((kX[i] - mean) / std::sqrt(squares + epsilon) * scale(i) + bias(i));
    }
  }
  return y;
}

void check_close(const Numbers& got, const Numbers& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("element " << i);
    CHECK(got[i] == Approx(wanted[i]).margin(1e-5));
  }
}

const auto kOne = [](std::size_t) { return 1.0; };
const auto kZero = [](std::size_t) { return 0.0; };

}  // namespace

TEST_CASE("LayerNormalization over the last dimensions, with and without bias") {
  const Attribute epsilon{"epsilon", 0.5F};
  check_close(run(17, "LayerNormalization", {floats({2}, {2, 3}), floats({2}, {1, -1})}, {epsilon}),
              normalized(
                  2, 0.5, true, [](std::size_t i) { return i % 2 == 0 ? 2.0 : 3.0; },
                  [](std::size_t i) { return i % 2 == 0 ? 1.0 : -1.0; }));
  check_close(run(17, "LayerNormalization", {floats({4, 2, 2}, Floats(16, 1))},
                  {{"axis", std::int64_t{1}}}),
              normalized(16, 1e-5, true, kOne, kZero));
  check_close(
      run(23, "RMSNormalization", {floats({2, 2}, Floats(4, 1))}, {{"axis", std::int64_t{-2}}}),
      normalized(4, 1e-5, false, kOne, kZero));
}

TEST_CASE("InstanceNormalization and GroupNormalization, whose scales changed with opset 21") {
  const auto channel = [](std::size_t i) { return static_cast<double>(i / 4 + 1); };
  const auto group = [](std::size_t i) { return static_cast<double>(i / 8 + 1); };
  const OnnxTensor four = floats({4}, {1, 2, 3, 4});
  const OnnxTensor two = floats({2}, {1, 2});
  const Attribute groups{"num_groups", std::int64_t{2}};
  check_close(run(13, "InstanceNormalization", {four, four}, {}),
              normalized(4, 1e-5, true, channel, channel));
  check_close(run(18, "GroupNormalization", {two, two}, {groups}),
              normalized(8, 1e-5, true, group, group));
  check_close(run(21, "GroupNormalization", {four, four}, {groups}),
              normalized(8, 1e-5, true, channel, channel));
}

TEST_CASE("norms over an axis") {
  const std::vector<Attribute> last{{"axes", Ints{3}}, {"keepdims", std::int64_t{0}}};
  const auto by_pairs = [](const std::function<double(double, double)>& f) {
    Numbers y;
    for (std::size_t i = 0; i < kX.size(); i += 2) y.push_back(f(kX[i], kX[i + 1]));
    return y;
  };
  check_close(run(13, "ReduceL1", {}, last),
              by_pairs([](double a, double b) { return std::fabs(a) + std::fabs(b); }));
  check_close(run(13, "ReduceL2", {}, last),
              by_pairs([](double a, double b) { return std::hypot(a, b); }));
  check_close(run(13, "ReduceSumSquare", {}, last),
              by_pairs([](double a, double b) { return a * a + b * b; }));
  check_close(run(13, "ReduceLogSumExp", {}, last),
              by_pairs([](double a, double b) { return std::log(std::exp(a) + std::exp(b)); }));
  Numbers lengths;
  for (std::size_t i = 0; i < kX.size(); i += 2) {
    lengths.push_back(kX[i] / std::hypot(kX[i], kX[i + 1]));
    lengths.push_back(kX[i + 1] / std::hypot(kX[i], kX[i + 1]));
  }
  check_close(run(13, "LpNormalization", {}, {}), lengths);
}

TEST_CASE("Pad that repeats elements") {
  const auto pad = [](const std::string& mode, const Ints& pads) {
    ModelBuilder m(19);
    m.input("x", kFloat, {4}).output("y").constant("p", ints(kInt64, {2}, pads));
    m.node("Pad", {"x", "p"}, {"y"}, {{"mode", mode}});
    const Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    return output_of(*imported.graph, {{1, 2, 3, 4}});
  };
  CHECK(pad("edge", {2, 1}) == Numbers{1, 1, 1, 2, 3, 4, 4});
  CHECK(pad("reflect", {2, 3}) == Numbers{3, 2, 1, 2, 3, 4, 3, 2, 1});
  CHECK(pad("reflect", {-1, 2}) == Numbers{2, 3, 4, 3, 2});
  CHECK(pad("wrap", {2, 1}) == Numbers{3, 4, 1, 2, 3, 4, 1});
}

// A sequence is an image of height 1.
TEST_CASE("sequences: Conv and pools") {
  const auto outputs = [](bool sequence) {
    const auto list = [&](std::int64_t rows, std::int64_t columns) {
      return sequence ? Ints{columns} : Ints{rows, columns};
    };
    const auto shape = [&](std::int64_t a, std::int64_t b, std::int64_t c) {
      return sequence ? Ints{a, b, c} : Ints{a, b, 1, c};
    };
    const auto pads = [&](std::int64_t before, std::int64_t after) {
      return sequence ? Ints{before, after} : Ints{0, before, 0, after};
    };
    ModelBuilder m(13);
    const Ints in = shape(1, 2, 8);
    m.input("x", kFloat, std::vector<Dim>(in.begin(), in.end())).output("y");
    m.constant("w", floats(shape(3, 1, 3), {1, 2, 3, 4, 5, 6, 7, 8, 9}));
    m.constant("v", floats(shape(2, 3, 2), {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}));
    m.constant("u", floats(shape(3, 2, 3), Floats(18, 0.5F)));
    m.node("Conv", {"x", "u"}, {"a"},
           {{"strides", list(1, 2)}, {"pads", pads(1, 2)}, {"dilations", list(1, 2)}});
    m.node("Conv", {"a", "w"}, {"b"},
           {{"group", std::int64_t{3}}, {"auto_pad", std::string("SAME_LOWER")}});
    m.node("MaxPool", {"b"}, {"c"}, {{"kernel_shape", list(1, 2)}, {"pads", pads(1, 0)}});
    m.node("AveragePool", {"c"}, {"d"}, {{"kernel_shape", list(1, 2)}});
    m.node("Conv", {"d", "v"}, {"e"}).node("GlobalAveragePool", {"e"}, {"f"});
    m.node("Add", {"e", "f"}, {"y"});
    const Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    CHECK(imported.graph->output_port(0).shape.size() == (sequence ? 3 : 4));
    Numbers x(16);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i * 7 % 5) - 2;
    return output_of(*imported.graph, {x});
  };
  CHECK(outputs(true) == outputs(false));
}

TEST_CASE("sequences: quantized operators") {
  ModelBuilder m(13);
  m.opset("com.microsoft", 1);
  m.input("x", kUint8, {1, 2, 5}).output("y");
  m.constant("s", floats({}, {1})).constant("z", ints(kUint8, {}, {0}));
  m.constant("w", ints(kInt8, {2, 2, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}));
  m.constant("wz", ints(kInt8, {}, {0}));
  m.node("QLinearConv", {"x", "s", "z", "w", "s", "wz", "s", "z"}, {"c"}, {{"pads", Ints{1, 1}}});
  m.node("com.microsoft::QLinearAveragePool", {"c", "s", "z", "s", "z"}, {"p"},
         {{"kernel_shape", Ints{1}}});
  m.node("DequantizeLinear", {"p", "s", "z"}, {"y"});
  const Imported imported = import_model(m);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  CHECK(output_of(*imported.graph, {{1, 2, 3, 4, 5, 10, 20, 30, 40, 50}}) ==
        Numbers{10, 21, 32, 43, 54, 2, 13, 24, 35, 40});
}
