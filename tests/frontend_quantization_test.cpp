// The import of QuantizeLinear, DequantizeLinear and QOperator nodes: how their scales and zero
// points are read, and which tensors get them.
#include <cmath>

#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;
using Codes = std::vector<std::string>;
using Values = std::vector<float>;
using Numbers = std::vector<double>;

namespace {

const Tensor& tensor_named(const Graph& graph, const std::string& name) {
  for (const Tensor& tensor : graph.tensors) {
    for (const Origin& origin : tensor.origins) {
      if (origin.name == name) return tensor;
    }
  }
  throw std::runtime_error("no tensor holds " + name);
}

// Adds a DequantizeLinear of x, int8 [2,3], by constants for scale and zero point.
ModelBuilder& dequantize(ModelBuilder& m, const OnnxTensor& scale, const OnnxTensor* zero,
                         const std::vector<Attribute>& attributes = {}) {
  m.input("x", kInt8, {2, 3}).output("y").constant("s", scale);
  if (zero != nullptr) m.constant("z", *zero);
  return m.node("DequantizeLinear", zero != nullptr ? Codes{"x", "s", "z"} : Codes{"x", "s"}, {"y"},
                attributes);
}

Codes dequantize_codes(const OnnxTensor& scale, const OnnxTensor* zero,
                       const std::vector<Attribute>& attributes = {}) {
  ModelBuilder m(21);
  return import_model(dequantize(m, scale, zero, attributes)).codes();
}

}  // namespace

TEST_CASE("DequantizeLinear: per tensor of rank 0 and [1], per channel along axis") {
  const Numbers x{1, 2, 3, 4, 5, 6};
  const auto run = [&](const OnnxTensor& scale, const OnnxTensor* zero,
                       const std::vector<Attribute>& attributes = {}) {
    ModelBuilder m(13);
    const Imported imported = import_model(dequantize(m, scale, zero, attributes));
    INFO(imported.messages());
    REQUIRE(imported.graph);
    return output_of(*imported.graph, {x});
  };
  const OnnxTensor one = ints(kInt8, {}, {1});
  const OnnxTensor three = ints(kInt8, {3}, {0, 1, 2});
  CHECK(run(floats({}, {2}), nullptr) == Numbers{2, 4, 6, 8, 10, 12});
  CHECK(run(floats({1}, {2}), &one) == Numbers{0, 2, 4, 6, 8, 10});
  CHECK(run(floats({3}, {1, 2, 4}), &three) == Numbers{1, 2, 4, 4, 8, 16});  // default axis: 1
  CHECK(run(floats({3}, {1, 2, 4}), &three, {{"axis", std::int64_t{-1}}}) ==
        Numbers{1, 2, 4, 4, 8, 16});
  CHECK(run(floats({2}, {1, 2}), nullptr, {{"axis", std::int64_t{0}}}) ==
        Numbers{1, 2, 3, 8, 10, 12});
  CHECK(run(floats({3}, {1, 2, 4}), &one) == Numbers{0, 2, 8, 3, 8, 20});  // one zero point for all
  CHECK(run(floats({}, {2}), &one, {{"axis", std::int64_t{7}}}) == Numbers{0, 2, 4, 6, 8, 10});
}

TEST_CASE("scales and zero points that cannot be used") {
  const OnnxTensor s = floats({}, {1});
  const OnnxTensor wrong_type = ints(kUint8, {}, {1});
  const OnnxTensor three = ints(kInt8, {3}, {0, 0, 0});
  CHECK(dequantize_codes(floats({}, {0}), nullptr) == Codes{"E0108"});
  CHECK(dequantize_codes(floats({}, {-1}), nullptr) == Codes{"E0108"});
  CHECK(dequantize_codes(floats({}, {std::nanf("")}), nullptr) == Codes{"E0108"});
  CHECK(dequantize_codes(floats({}, {INFINITY}), nullptr) == Codes{"E0108"});
  CHECK(dequantize_codes(floats({2}, {1, 1}), nullptr) == Codes{"E0108"});  // axis 1 has 3 elements
  CHECK(dequantize_codes(floats({2}, {1, 1}), &three) == Codes{"E0108"});
  CHECK(dequantize_codes(floats({0}, {}), nullptr) == Codes{"E0102"});
  CHECK(dequantize_codes(floats({1, 3}, {1, 1, 1}), nullptr) == Codes{"E0102"});
  CHECK(dequantize_codes(s, &wrong_type) == Codes{"E0108"});
  CHECK(dequantize_codes(s, nullptr, {{"block_size", std::int64_t{2}}}) == Codes{"E0102"});
}

TEST_CASE("QuantizeLinear: the zero point says the type, without one it is uint8") {
  const auto type = [](const OnnxTensor* zero, const std::vector<Attribute>& attributes = {}) {
    ModelBuilder m(21);
    m.input("x", kFloat, {1}).output("y").constant("s", floats({}, {0.5F}));
    if (zero != nullptr) m.constant("z", *zero);
    m.node("QuantizeLinear", zero != nullptr ? Codes{"x", "s", "z"} : Codes{"x", "s"}, {"y"},
           attributes);
    const Imported imported = import_model(m);
    return imported.graph
               ? std::string(name_of(imported.graph->tensor(imported.graph->outputs[0]).type))
               : imported.codes().at(0);
  };
  const OnnxTensor s8 = ints(kInt8, {}, {-3});
  const OnnxTensor u8 = ints(kUint8, {}, {200});
  const OnnxTensor s32 = ints(kInt32, {}, {0});
  const OnnxTensor s4{kInt4, {}, {std::byte{0}}};
  CHECK(type(&s8) == "s8");
  CHECK(type(&u8) == "u8");
  CHECK(type(nullptr) == "u8");
  CHECK(type(nullptr, {{"output_dtype", std::int64_t{kInt8}}}) == "s8");
  CHECK(type(nullptr, {{"output_dtype", std::int64_t{kInt4}}}) == "E0102");
  CHECK(type(&s32) == "E0102");
  CHECK(type(&s4) == "E0106");
}

TEST_CASE("int32 tensors are dequantized with zero point 0 only") {
  const auto codes = [](std::int64_t zero) {
    ModelBuilder m(13);
    m.input("x", kInt32, {2}).output("y").constant("s", floats({}, {0.5F}));
    m.constant("z", ints(kInt32, {}, {zero})).node("DequantizeLinear", {"x", "s", "z"}, {"y"});
    return import_model(m).codes();
  };
  CHECK(codes(0).empty());
  CHECK(codes(1) == Codes{"E0108"});
}

TEST_CASE("weights behind DequantizeLinear keep their scales through the change of layout") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 2, 1, 1}).output("y").constant("s", floats({3}, {1, 10, 100}));
  m.constant("w", ints(kInt8, {3, 2, 1, 1}, {1, 2, 3, 4, 5, 6}));
  m.node("DequantizeLinear", {"w", "s"}, {"d"}, {{"axis", std::int64_t{0}}});
  m.node("Conv", {"x", "d"}, {"y"});
  CHECK(outputs_of(m, {{1, 1}}) == Values{3, 70, 1100});
  const Graph graph = *import_model(m).graph;
  CHECK(tensor_named(graph, "w").quant->axis == 0);
}

TEST_CASE("the quantization of an input spreads back through Transpose, Pad and MaxPool") {
  ModelBuilder m(13);
  m.input("x", kUint8, {1, 2, 2, 1}).output("y").constant("s", floats({}, {0.5F}));
  m.constant("z", ints(kUint8, {}, {10})).constant("fill", ints(kUint8, {}, {30}));
  m.constant("p", ints(kInt64, {8}, {0, 0, 0, 1, 0, 0, 0, 0}));
  m.node("Transpose", {"x"}, {"t"}, {{"perm", Ints{0, 3, 1, 2}}});
  m.node("Pad", {"t", "p", "fill"}, {"q"});
  m.node("MaxPool", {"q"}, {"v"}, {{"kernel_shape", Ints{2, 2}}});
  m.node("DequantizeLinear", {"v", "s", "z"}, {"y"});
  const Imported imported = import_model(m);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  const Graph& graph = *imported.graph;
  for (const char* name : {"x", "t", "q", "v"}) {
    INFO(name);
    CHECK(tensor_named(graph, name).quant == Quant{{0.5F}, {10}, -1});
  }
  // The input is [[11 12] [40 14]], padded by a column of 30.
  CHECK(output_of(graph, {{11, 12, 40, 14}}) == Numbers{15, 15});
}

TEST_CASE("the quantization of an input spreads back through Gather and TopK") {
  for (const bool forward : {false, true}) {
    ModelBuilder m(13);
    m.input("x", forward ? kFloat : kUint8, {1, 5}).output("y");
    m.constant("s", floats({}, {0.5F})).constant("z", ints(kUint8, {}, {10}));
    m.constant("i", ints(kInt64, {3}, {3, 0, 4})).constant("k", ints(kInt64, {1}, {2}));
    if (forward) m.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
    m.node("Gather", {forward ? "q" : "x", "i"}, {"g"}, {{"axis", std::int64_t{1}}});
    m.node("TopK", {"g", "k"}, {"t", "at"});
    m.node("DequantizeLinear", {"t", "s", "z"}, {"y"});
    const Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    for (const char* name : {"g", "t"}) {
      INFO(name);
      CHECK(tensor_named(*imported.graph, name).quant == Quant{{0.5F}, {10}, -1});
    }
    const Numbers x = forward ? Numbers{0.5, 100, 100, 15, -5} : Numbers{11, 210, 210, 40, 0};
    CHECK(output_of(*imported.graph, {x}) == Numbers{15, 0.5});
  }
}

TEST_CASE("a Pad after a known quantization is filled with integers, zero among them") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1}).output("y").constant("s", floats({}, {0.5F}));
  m.constant("z", ints(kInt8, {}, {4})).constant("p", ints(kInt64, {2}, {0, 1}));
  m.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("Pad", {"q", "p"}, {"r"});
  m.node("DequantizeLinear", {"r", "s", "z"}, {"y"});
  CHECK(outputs_of(m, {{3}}) == Values{3, -2});  // the integer 0 stands for the number -2
}

TEST_CASE("one 8-bit tensor read with two quantizations") {
  ModelBuilder m(13);
  m.input("x", kUint8, {2}).output("a").output("b");
  m.constant("s", floats({}, {0.5F})).constant("z", ints(kUint8, {}, {10}));
  m.constant("t", floats({}, {0.3F})).constant("v", ints(kUint8, {}, {200}));
  m.node("DequantizeLinear", {"x", "s", "z"}, {"a"});
  m.node("DequantizeLinear", {"x", "t", "v"}, {"b"});
  const Imported imported = import_model(m);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  CHECK(output_of(*imported.graph, {{0, 255}}, 0) == Numbers{-5, 122.5});
  CHECK(output_of(*imported.graph, {{0, 255}}, 1) == Numbers{-200 * 0.3F, 55 * 0.3F});
}

TEST_CASE("constants read with two quantizations are not computed twice") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1}).output("y").constant("w", ints(kInt8, {1}, {7}));
  m.constant("s", floats({}, {1})).constant("t", floats({}, {2}));
  m.node("DequantizeLinear", {"w", "s"}, {"a"}).node("DequantizeLinear", {"w", "t"}, {"b"});
  m.node("Sum", {"x", "a", "b"}, {"y"});
  CHECK(outputs_of(m, {{100}}) == Values{121});
}

TEST_CASE("8-bit integers without scales are plain numbers") {
  ModelBuilder m(13);
  m.input("x", kUint8, {2}).output("y").output("z");
  m.node("Cast", {"x"}, {"f"}, {{"to", std::int64_t{kFloat}}}).node("Neg", {"f"}, {"y"});
  m.node("Transpose", {"x"}, {"z"});
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  CHECK(output_of(*imported.graph, {{3, 200}}, 0) == Numbers{-3, -200});
  CHECK(output_of(*imported.graph, {{3, 200}}, 1) == Numbers{3, 200});
  CHECK(tensor_named(*imported.graph, "x").quant == Quant{{1}, {0}, -1});
}

TEST_CASE("QLinearConv becomes Dequantize - Conv - Quantize with integer weights and bias") {
  ModelBuilder m(13);
  m.input("x", kUint8, {1, 1, 1, 2}).output("y").constant("xs", floats({}, {0.5F}));
  m.constant("xz", ints(kUint8, {}, {10})).constant("w", ints(kUint8, {2, 1, 1, 2}, {5, 1, 3, 7}));
  m.constant("ws", floats({2}, {0.25F, 0.5F})).constant("wz", ints(kUint8, {2}, {1, 3}));
  m.constant("ys", floats({}, {1})).constant("yz", ints(kUint8, {}, {100}));
  m.constant("b", ints(kInt32, {2}, {16, -8}));
  m.node("QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"}, {"y"});
  const Imported imported = import_model(m);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  const Graph& graph = *imported.graph;
  CHECK(tensor_named(graph, "w").shape == Shape{2, 1, 2, 1});
  CHECK(tensor_named(graph, "w").quant == Quant{{0.25F, 0.5F}, {1, 3}, 0});
  CHECK(tensor_named(graph, "b").quant == Quant{{0.125F, 0.25F}, {0, 0}, 0});
  CHECK(tensor_named(graph, "y").quant == Quant{{1}, {100}, -1});
  // x less its zero point is (12 - 10, 30 - 10) = (2, 20). Channel 0: (2*4 + 20*0 + 16) / 8 = 3.
  // Channel 1: (2*0 + 20*4 - 8) / 4 = 18.
  CHECK(output_of(graph, {{12, 30}}) == Numbers{103, 118});
}

TEST_CASE("com.microsoft operators") {
  const auto run = [](const std::string& type, const Codes& inputs,
                      const std::vector<Attribute>& attributes, const std::vector<Dim>& shape,
                      const Numbers& x) {
    ModelBuilder m(13);
    m.opset("com.microsoft", 1).input("x", kUint8, shape).output("y");
    m.constant("s", floats({}, {0.5F})).constant("z", ints(kUint8, {}, {10}));
    m.constant("t", floats({}, {1})).constant("v", ints(kUint8, {}, {20}));
    m.constant("w", ints(kUint8, {2, 2}, {11, 10, 10, 12}))
        .constant("c", ints(kInt32, {2}, {4, 8}));
    m.node("com.microsoft::" + type, inputs, {"y"}, attributes);
    const Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    return output_of(*imported.graph, {x});
  };
  const Attribute last{"channels_last", std::int64_t{1}};
  const Attribute first{"channels_last", std::int64_t{0}};
  const Numbers image{12, 20, 16, 40};
  CHECK(run("QLinearAdd", {"x", "s", "z", "x", "s", "z", "t", "v"}, {}, {2}, {12, 20}) ==
        Numbers{22, 30});
  CHECK(run("QLinearMul", {"x", "s", "z", "x", "s", "z", "t", "v"}, {}, {2}, {12, 20}) ==
        Numbers{21, 45});
  CHECK(run("QLinearGlobalAveragePool", {"x", "s", "z", "t", "v"}, {first}, {1, 2, 1, 2}, image) ==
        Numbers{23, 29});
  CHECK(run("QLinearGlobalAveragePool", {"x", "s", "z", "t", "v"}, {last}, {1, 2, 1, 2}, image) ==
        Numbers{22, 30});
  CHECK(run("QLinearConcat", {"t", "v", "x", "s", "z", "x", "t", "v"}, {{"axis", std::int64_t{0}}},
            {2}, {12, 40}) == Numbers{21, 35, 12, 40});
  // The real numbers are x = (1, 2), W = 0.5 * [[1 0] [0 2]], C = 0.25 * (4, 8).
  CHECK(run("QGemm", {"x", "s", "z", "w", "s", "z", "c", "t", "v"}, {}, {1, 2}, {12, 14}) ==
        Numbers{22, 24});  // the first: 0.5 + 1 = 1.5 rounds to 2
  CHECK(run("QGemm", {"x", "s", "z", "w", "s", "z", "c"}, {}, {1, 2}, {12, 14}) == Numbers{1.5, 4});
  CHECK(run("QGemm", {"x", "s", "z", "w", "s", "z", "c"}, {{"alpha", 2.0F}}, {1, 2}, {12, 14}) ==
        Numbers{3, 8});  // `alpha` scales the bias too
}

TEST_CASE("scales whose product leaves float32 are refused") {
  for (const float scale : {1e-30F, 1e30F}) {
    ModelBuilder m(13);
    m.input("x", kUint8, {1, 1, 1, 1}).output("y").constant("s", floats({}, {scale}));
    m.constant("z", ints(kUint8, {}, {0})).constant("w", ints(kUint8, {1, 1, 1, 1}, {1}));
    m.constant("b", ints(kInt32, {1}, {1}));
    m.node("QLinearConv", {"x", "s", "z", "w", "s", "z", "s", "z", "b"}, {"y"});
    CHECK(import_model(m).codes() == Codes{"E0108"});
  }
}
