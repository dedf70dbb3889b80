// What depends on constants only is computed during import, whatever its operator and type, and may
// stand where ONNX wants a constant.
#include <cmath>
#include <numeric>
#include <set>

#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;
using Codes = std::vector<std::string>;
using Values = std::vector<float>;
using Numbers = std::vector<double>;

namespace {

Numbers first_output(const ModelBuilder& model, const Numbers& x) {
  const Imported imported = import_model(model);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  return output_of(*imported.graph, {x});
}

}  // namespace

TEST_CASE("arguments may come through DequantizeLinear and arithmetic") {
  ModelBuilder pad(13);
  pad.input("x", kFloat, {2}).output("y");
  pad.constant("q", ints(kInt8, {}, {7})).constant("s", floats({}, {0.5F}));
  pad.constant("p", ints(kInt64, {2}, {1, 2}));
  pad.node("DequantizeLinear", {"q", "s"}, {"fill"}).node("Pad", {"x", "p", "fill"}, {"y"});
  CHECK(first_output(pad, {1, 2}) == Numbers{3.5, 1, 2, 3.5, 3.5});

  ModelBuilder clip(13);
  clip.input("x", kFloat, {3}).output("y");
  clip.constant("q", ints(kUint8, {}, {4})).constant("s", floats({}, {0.5F}));
  clip.node("DequantizeLinear", {"q", "s"}, {"a"}).node("Sqrt", {"a"}, {"b"});
  clip.node("Exp", {"b"}, {"high"}).node("Clip", {"x", "", "high"}, {"y"});
  const Numbers clipped = first_output(clip, {1, 4, 5});
  CHECK(clipped[1] == 4);
  CHECK(clipped[2] == Approx(std::exp(std::sqrt(2.0))));
}

TEST_CASE("integers are folded whatever their number") {
  constexpr std::int64_t kCount = 10000;
  Ints codes(kCount);
  for (std::int64_t i = 0; i < kCount; ++i) codes[static_cast<std::size_t>(i)] = i % 256 - 128;
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 1, 1, 1}).output("y");
  m.constant("w", ints(kInt8, {kCount, 1, 1, 1}, codes));
  m.constant("lo", ints(kInt8, {}, {-127})).constant("hi", ints(kInt8, {}, {100}));
  m.constant("s", floats({}, {0.25F}));
  m.node("Clip", {"w", "lo", "hi"}, {"c"}).node("DequantizeLinear", {"c", "s"}, {"f"});
  m.node("Conv", {"x", "f"}, {"y"});
  const Numbers y = first_output(m, {4});
  CHECK(y[0] == -127);
  CHECK(y[1] == -127);
  CHECK(y[2] == -126);
  CHECK(y[228] == 100);
  CHECK(y[255] == 100);
}

TEST_CASE("codes may be clipped between QuantizeLinear and DequantizeLinear") {
  ModelBuilder m(14);
  m.input("x", kFloat, {5}).output("y").constant("s", floats({}, {0.3F}));
  m.constant("z", ints(kInt8, {}, {-3}));
  m.constant("lo", ints(kInt8, {}, {-7})).constant("hi", ints(kInt8, {}, {7}));
  m.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("Clip", {"q", "lo", "hi"}, {"c"});
  m.node("Relu", {"c"}, {"r"}).node("DequantizeLinear", {"r", "s", "z"}, {"y"});
  const Numbers y = first_output(m, {-30, -1.2, 0, 0.9, 30});
  const Numbers codes{0, 0, 0, 0, 7};
  for (std::size_t i = 0; i < codes.size(); ++i) CHECK(y[i] == Approx((codes[i] + 3) * 0.3));

  ModelBuilder without_relu(14);
  without_relu.input("x", kFloat, {3}).output("y").constant("s", floats({}, {0.3F}));
  without_relu.constant("z", ints(kUint8, {}, {100})).constant("lo", ints(kUint8, {}, {97}));
  without_relu.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("Clip", {"q", "lo"}, {"c"});
  without_relu.node("DequantizeLinear", {"c", "s", "z"}, {"y"});
  const Numbers z = first_output(without_relu, {-30, -0.6, 30});
  CHECK(z[0] == Approx(-0.9));
  CHECK(z[1] == Approx(-0.6));
  CHECK(z[2] == Approx(30));
}

TEST_CASE("limits of integers are exact") {
  constexpr std::int64_t kLarge = (std::int64_t{1} << 40) + 1;
  ModelBuilder m(13);
  m.input("x", kFloat, {1}).output("y");
  m.constant("k", ints(kInt64, {2}, {0, 2 * kLarge})).constant("lo", ints(kInt64, {}, {kLarge}));
  m.constant("base", ints(kInt64, {}, {kLarge - 5}));
  m.node("Clip", {"k", "lo", "lo"}, {"c"}).node("Sub", {"c", "base"}, {"d"});
  m.node("Cast", {"d"}, {"f"}, {{"to", std::int64_t{kFloat}}}).node("Add", {"x", "f"}, {"y"});
  CHECK(first_output(m, {1}) == Numbers{6, 6});
}

TEST_CASE("one constant of codes may be used with two quantizations, also through a Reshape") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 2, 1, 1}).output("y");
  m.constant("w", ints(kInt8, {2, 2, 1, 1}, {1, 2, 3, 4}));
  m.constant("s", floats({2}, {1, 10})).constant("t", floats({}, {0.5F}));
  m.constant("flat", ints(kInt64, {2}, {2, 2}));
  m.node("DequantizeLinear", {"w", "s"}, {"f"}, {{"axis", std::int64_t{0}}});
  m.node("Conv", {"x", "f"}, {"c"}).node("Flatten", {"c"}, {"v"});
  m.node("Reshape", {"w", "flat"}, {"r"}).node("DequantizeLinear", {"r", "t"}, {"g"});
  m.node("MatMul", {"v", "g"}, {"y"});
  // c = (1*1 + 2*1, 30*1 + 40*1) = (3, 70); y = c * ((0.5, 1), (1.5, 2))
  CHECK(first_output(m, {1, 1}) == Numbers{106.5, 143});
}

TEST_CASE("Tile and Expand of constants and of tensors computed at run time") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 2}).output("y");
  m.constant("k", floats({1, 2}, {10, 20})).constant("r", ints(kInt64, {2}, {2, 3}));
  m.constant("e", ints(kInt64, {3}, {2, 1, 1})).constant("z", floats({1, 6}, {1, 1, 1, 1, 1, 1}));
  m.node("Tile", {"k", "r"}, {"kt"}).node("Tile", {"x", "r"}, {"xt"});
  m.node("Add", {"kt", "xt"}, {"s"}).node("Expand", {"s", "e"}, {"y"});
  const Numbers once{11, 22, 11, 22, 11, 22, 11, 22, 11, 22, 11, 22};
  Numbers twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  CHECK(first_output(m, {1, 2}) == twice);

  ModelBuilder ones(13);
  ones.input("x", kFloat, {1, 2}).output("y").constant("r", ints(kInt64, {2}, {1, 1}));
  ones.node("Tile", {"x", "r"}, {"y"});
  CHECK(first_output(ones, {1, 2}) == Numbers{1, 2});

  ModelBuilder wrong(13);
  wrong.input("x", kFloat, {1, 2}).output("y").constant("r", ints(kInt64, {1}, {2}));
  wrong.node("Tile", {"x", "r"}, {"y"});
  CHECK(import_model(wrong).codes() == Codes{"E0103"});
}

namespace {

// y = If(condition) of two branches, each with names of its own that the other has, too. The first
// gives -(2x), the second exp(2x + 1).
void add_if(ModelBuilder& m, const ModelBuilder& then_branch, const ModelBuilder& else_branch) {
  m.input("x", kFloat, {1}).output("y").constant("two", floats({}, {2}));
  m.node("Mul", {"x", "two"}, {"outer"});
  m.node("If", {"condition"}, {"y"},
         {{"then_branch", &then_branch}, {"else_branch", &else_branch}});
}

struct Branches {
  ModelBuilder first{13}, second{13};

  Branches() {
    first.output("result").node("Neg", {"outer"}, {"result"});
    second.output("result").constant("one", floats({}, {1}));
    second.node("Add", {"outer", "one"}, {"sum"}).node("Exp", {"sum"}, {"result"});
  }
};

}  // namespace

TEST_CASE("If takes the branch of its constant condition") {
  const Branches branches;
  for (const bool condition : {true, false}) {
    ModelBuilder m(13);
    m.constant("condition", ints(kBool, {}, {condition ? 1 : 0}));
    add_if(m, branches.first, branches.second);
    const Numbers y = first_output(m, {0.5});
    REQUIRE(y.size() == 1);
    CHECK(y[0] == Approx(condition ? -1 : std::exp(2.0)));
  }
}

TEST_CASE("If: its condition may be computed from shapes, branches may nest and pass on") {
  ModelBuilder inner_then(13), inner_else(13);
  inner_then.output("r").node("Identity", {"x"}, {"r"});
  inner_else.output("r").node("Neg", {"x"}, {"r"});
  ModelBuilder then_branch(13), else_branch(13);
  then_branch.output("r").node("If", {"condition"}, {"r"},
                               {{"then_branch", &inner_then}, {"else_branch", &inner_else}});
  // what is never computed may be anything
  else_branch.output("r").node("LSTM", {"x", "x", "x"}, {"r"});
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 3}).output("y").constant("two", ints(kInt64, {}, {2}));
  m.node("Shape", {"x"}, {"s"}).node("Size", {"s"}, {"rank"});
  m.node("Equal", {"rank", "two"}, {"condition"});
  m.node("If", {"condition"}, {"i"},
         {{"then_branch", &then_branch}, {"else_branch", &else_branch}});
  m.node("Abs", {"i"}, {"y"});
  CHECK(first_output(m, {1, -2, 3}) == Numbers{1, 2, 3});
}

TEST_CASE("tensors of branches have names of their own, whatever other branches call theirs") {
  // Two branches with the same names, one of which is that of a tensor outside, and in the second
  // one a third.
  const auto add_branch = [](ModelBuilder& b, float step) {
    b.output("result").constant("step", floats({}, {step}));
    b.node("Add", {"outer", "step"}, {"sum"}).node("Exp", {"sum"}, {"late"});
    b.node("Abs", {"late"}, {"result"});
  };
  ModelBuilder first(13), unused(13), second(13), inner(13);
  add_branch(first, 1);
  add_branch(unused, 2);
  add_branch(second, 3);
  add_branch(inner, 4);
  second.node("If", {"condition"}, {"more"}, {{"then_branch", &inner}, {"else_branch", &unused}});
  second.output("more");
  ModelBuilder m(13);
  m.input("outer", kFloat, {1}).constant("condition", ints(kBool, {}, {1}));
  m.node("If", {"condition"}, {"a"}, {{"then_branch", &first}, {"else_branch", &unused}});
  m.node("If", {"condition"}, {"b", "c"}, {{"then_branch", &second}, {"else_branch", &second}});
  m.node("Neg", {"a"}, {"late"});
  m.output("a").output("b").output("c").output("late");
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  std::multiset<std::string> names;
  for (const Node& node : imported.graph->nodes) names.insert(layer_name(*imported.graph, node));
  CHECK(names == std::multiset<std::string>{"sum", "late_1", "a", "sum_1", "late_2", "b", "sum_2",
                                            "late_3", "c", "late"});
  for (const Tensor& tensor : imported.graph->tensors) {
    for (const Origin& origin : tensor.origins) names.insert(origin.name);
  }
  for (const std::string& name : names) CHECK(names.count(name) <= 2);  // of the layer, the tensor
}

TEST_CASE("If that cannot be resolved") {
  const Branches branches;
  ModelBuilder at_run_time(13);
  at_run_time.input("condition", kBool, {1});
  add_if(at_run_time, branches.first, branches.second);
  const Imported imported = import_model(at_run_time);
  CHECK(imported.codes() == Codes{"E0102"});
  CHECK(imported.messages().find("its condition is computed at run time") != std::string::npos);

  ModelBuilder undefined(13);
  ModelBuilder reads_nothing(13);
  reads_nothing.output("result").node("Neg", {"nowhere"}, {"result"});
  undefined.constant("condition", ints(kBool, {}, {1}));
  add_if(undefined, reads_nothing, branches.second);
  CHECK(import_model(undefined).codes() == Codes{"E0105"});

  ModelBuilder refused(13);
  ModelBuilder recurrent(13);
  recurrent.output("result").node("LSTM", {"outer", "outer", "outer"}, {"result"});
  refused.constant("condition", ints(kBool, {}, {1}));
  add_if(refused, recurrent, branches.second);
  CHECK(import_model(refused).codes() == Codes{"E0102"});
}
