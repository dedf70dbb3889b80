// Two quantizations behind each other: which are merged, and into what. Scales and zero points are
// those that ONNX Runtime 1.32 makes of the same models.
#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct Parameters {
  float scale;
  std::int64_t zero;
};

// x -> Quantize, Dequantize with each of `parameters` -> y. The tensors are q0, f0, q1, ...
void add_chain(ModelBuilder& m, const std::vector<Parameters>& parameters, int type = kInt8) {
  m.input("x", kFloat, {4}).output("y");
  std::string before = "x";
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string n = std::to_string(i);
    m.constant("s" + n, floats({}, {parameters[i].scale}));
    m.constant("z" + n, ints(type, {}, {parameters[i].zero}));
    m.node("QuantizeLinear", {before, "s" + n, "z" + n}, {"q" + n});
    m.node("DequantizeLinear", {"q" + n, "s" + n, "z" + n}, {"f" + n});
    before = "f" + n;
  }
  m.node("Relu", {before}, {"y"});
}

// The quantizations that remain, in order.
std::vector<Quant> quants_of(const ModelBuilder& model) {
  const Imported imported = import_model(model);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  std::vector<Quant> quants;
  for (const Node& node : imported.graph->nodes) {
    if (node.as<Quantize>() == nullptr) continue;
    quants.push_back(*imported.graph->tensor(node.output()).quant);
  }
  return quants;
}

void check_merged(const std::vector<Parameters>& parameters, float scale, std::int32_t zero,
                  int type = kInt8) {
  ModelBuilder m(13);
  add_chain(m, parameters, type);
  const std::vector<Quant> quants = quants_of(m);
  REQUIRE(quants.size() == 1);
  CHECK(quants[0].scale[0] == scale);
  CHECK(quants[0].zero_point[0] == zero);
}

}  // namespace

TEST_CASE("double quantization: the range that both have") {
  check_merged({{0.05F, 3}, {0.03F, -7}}, 0.03F, -7);
  check_merged({{0.03F, 3}, {0.05F, -7}}, 0.03F, 3);
  check_merged({{0.05F, 100}, {0.03F, 120}}, 0.03F, 120, kUint8);
  check_merged({{0.03F, 3}, {0.03F, 3}}, 0.03F, 3);
  // one range is not within the other: -193*s0 .. 22*s1
  check_merged({{0.03890928626060486F, 65}, {0.03985758125782013F, 105}},
               (22 * 0.03985758125782013F + 193 * 0.03890928626060486F) / 255, 100);
}

TEST_CASE("double quantization: a chain is merged from its beginning") {
  check_merged(
      {{0.03890928626060486F, 65}, {0.03985758125782013F, 105}, {0.031363483518362045F, 85}},
      0.029679957777261734F, 97);
}

TEST_CASE("double quantization: what stays") {
  const std::vector<Parameters> two{{0.05F, 3}, {0.03F, -7}};
  SECTION("the first codes are an output") {
    ModelBuilder m(13);
    add_chain(m, two);
    CHECK(quants_of(m.output("q0")).size() == 2);
  }
  SECTION("the first real values are an output") {
    ModelBuilder m(13);
    add_chain(m, two);
    CHECK(quants_of(m.output("f0")).size() == 2);
  }
  SECTION("the second codes are an output") {
    ModelBuilder m(13);
    add_chain(m, two);
    CHECK(quants_of(m.output("q1")).size() == 2);
  }
  SECTION("somebody else reads the first real values") {
    ModelBuilder m(13);
    add_chain(m, two);
    m.node("Neg", {"f0"}, {"n"}).output("n");
    CHECK(quants_of(m).size() == 2);
  }
  SECTION("somebody else reads the second codes") {
    ModelBuilder m(13);
    add_chain(m, two);
    m.node("Flatten", {"q1"}, {"n"}).output("n");
    CHECK(quants_of(m).size() == 2);
  }
  SECTION("an operator lies between") {
    ModelBuilder m(13);
    m.input("x", kFloat, {4}).output("y").constant("s", floats({}, {0.05F}));
    m.constant("z", ints(kInt8, {}, {0}));
    m.node("QuantizeLinear", {"x", "s", "z"}, {"q"})
        .node("DequantizeLinear", {"q", "s", "z"}, {"f"});
    m.node("Abs", {"f"}, {"a"}).node("QuantizeLinear", {"a", "s", "z"}, {"r"});
    m.node("DequantizeLinear", {"r", "s", "z"}, {"y"});
    CHECK(quants_of(m).size() == 2);
  }
  SECTION("the ranges do not overlap") {
    ModelBuilder m(13);
    add_chain(m, {{0.01F, -128}, {0.01F, 127}});
    CHECK(quants_of(m).size() == 2);
  }
  SECTION("a zero point is absent") {
    ModelBuilder m(13);
    m.input("x", kFloat, {4}).output("y").constant("s", floats({}, {0.05F}));
    m.constant("t", floats({}, {0.03F}));
    m.node("QuantizeLinear", {"x", "s"}, {"q"}).node("DequantizeLinear", {"q", "s"}, {"f"});
    m.node("QuantizeLinear", {"f", "t"}, {"r"}).node("DequantizeLinear", {"r", "t"}, {"y"});
    CHECK(quants_of(m).size() == 2);
  }
}

TEST_CASE("double quantization: several may read the result") {
  ModelBuilder m(13);
  add_chain(m, {{0.05F, 3}, {0.03F, -7}});
  m.node("Neg", {"f1"}, {"n"}).output("n");
  m.node("DequantizeLinear", {"q1", "s1", "z1"}, {"g"}).node("Abs", {"g"}, {"a"}).output("a");
  CHECK(quants_of(m).size() == 1);
}
