// ConvTranspose against its definition: each input element adds its product with the window to the
// result.
#include <array>

#include "compiler/passes/pipeline.h"
#include "tests/catch.h"
#include "tests/support/import_model.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;
using Codes = std::vector<std::string>;
using Numbers = std::vector<double>;

namespace {

// A transposed convolution of an image [1,C,H,W], or of a sequence [1,C,W] if `sequence`.
struct Form {
  bool sequence = false;
  std::int64_t channels, outputs, groups;
  std::array<std::int64_t, 2> in, kernel, stride;
  std::array<std::int64_t, 4> pads;  // top, left, bottom, right
  std::array<std::int64_t, 2> extra;

  [[nodiscard]] std::int64_t out(std::size_t d) const {
    return (in[d] - 1) * stride[d] + kernel[d] + extra[d] - pads[d] - pads[d + 2];
  }
  // A list with one value for each spatial dimension.
  [[nodiscard]] Ints spatial(std::int64_t rows, std::int64_t columns) const {
    return sequence ? Ints{columns} : Ints{rows, columns};
  }
  [[nodiscard]] Ints shape(std::int64_t first, std::int64_t second, std::int64_t rows,
                           std::int64_t columns) const {
    Ints result{first, second};
    for (const std::int64_t extent : spatial(rows, columns)) result.push_back(extent);
    return result;
  }
  [[nodiscard]] std::vector<Attribute> attributes() const {
    Ints all = spatial(pads[0], pads[1]);
    for (const std::int64_t pad : spatial(pads[2], pads[3])) all.push_back(pad);
    return {{"strides", spatial(stride[0], stride[1])},
            {"pads", all},
            {"output_padding", spatial(extra[0], extra[1])},
            {"group", groups}};
  }
};

Form random_form(Random& random) {
  for (;;) {
    Form form{};
    form.sequence = random.integer(0, 4) == 0;
    form.groups = random.integer(1, 3);
    form.channels = form.groups * random.integer(1, 3);
    form.outputs = form.groups * random.integer(1, 3);
    for (std::size_t d = form.sequence ? 1 : 0; d < 2; ++d) {
      form.in[d] = random.integer(1, 5);
      form.kernel[d] = random.integer(1, 5);
      form.stride[d] = random.integer(1, 3);
      form.extra[d] = random.integer(0, form.stride[d] - 1);
      form.pads[d] = random.integer(0, 3);
      form.pads[d + 2] = random.integer(0, 3);
    }
    if (form.sequence) form.in[0] = form.kernel[0] = form.stride[0] = 1;
    if (form.out(0) >= 1 && form.out(1) >= 1) return form;
  }
}

// By the definition, in double.
Numbers expected(const Form& f, const Numbers& x, const Numbers& w, const Numbers& bias) {
  const std::int64_t height = f.out(0);
  const std::int64_t width = f.out(1);
  const std::int64_t depth = f.channels / f.groups;
  const std::int64_t run = f.outputs / f.groups;
  Numbers y;
  for (std::int64_t o = 0; o < f.outputs; ++o) y.insert(y.end(), height * width, bias[o]);
  for (std::int64_t c = 0; c < f.channels; ++c) {
    for (std::int64_t o = 0; o < run; ++o) {
      const std::int64_t channel = c / depth * run + o;
      for (std::int64_t i = 0; i < f.in[0] * f.in[1]; ++i) {
        for (std::int64_t k = 0; k < f.kernel[0] * f.kernel[1]; ++k) {
          const std::int64_t row = i / f.in[1] * f.stride[0] + k / f.kernel[1] - f.pads[0];
          const std::int64_t column = i % f.in[1] * f.stride[1] + k % f.kernel[1] - f.pads[1];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          y[(channel * height + row) * width + column] +=
              x[c * f.in[0] * f.in[1] + i] * w[(c * run + o) * f.kernel[0] * f.kernel[1] + k];
        }
      }
    }
  }
  return y;
}

Numbers small_integers(Random& random, std::int64_t count) {
  Numbers values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<double>(random.integer(-9, 9)));
  }
  return values;
}

}  // namespace

TEST_CASE("ConvTranspose: strides, pads, output_padding, groups, sequences") {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const Form f = random_form(random);
    const Numbers x = small_integers(random, f.channels * f.in[0] * f.in[1]);
    const Numbers w =
        small_integers(random, f.channels * f.outputs / f.groups * f.kernel[0] * f.kernel[1]);
    const Numbers bias = small_integers(random, f.outputs);
    ModelBuilder m(13);
    const Ints in = f.shape(1, f.channels, f.in[0], f.in[1]);
    m.input("x", kFloat, std::vector<Dim>(in.begin(), in.end())).output("y");
    m.constant("w", floats(f.shape(f.channels, f.outputs / f.groups, f.kernel[0], f.kernel[1]),
                           Floats(w.begin(), w.end())));
    m.constant("b", floats({f.outputs}, Floats(bias.begin(), bias.end())));
    m.node("ConvTranspose", {"x", "w", "b"}, {"y"}, f.attributes());
    const Imported imported = import_model(m);
    INFO("case " << i << '\n' << imported.messages());
    REQUIRE(imported.graph);
    REQUIRE(imported.graph->output_port(0).shape == f.shape(1, f.outputs, f.out(0), f.out(1)));
    REQUIRE(output_of(*imported.graph, {x}) == expected(f, x, w, bias));
  }
}

namespace {

// Between quantized tensors, with int8 weights and int32 bias that have a scale for each of two
// output channels, or one scale.
void build_quantized(ModelBuilder& m, bool per_channel) {
  m.input("x", kFloat, {1, 2, 3, 3}).output("y");
  m.constant("s", floats({}, {1})).constant("z", ints(kInt8, {}, {5}));
  m.constant("w",
             ints(kInt8, {2, 2, 2, 2}, {1, -2, 3, 4, -5, 6, 7, 8, 9, 10, -11, 12, 1, 2, 3, 4}));
  m.constant("ws", per_channel ? floats({2}, {0.5F, 0.25F}) : floats({}, {0.5F}));
  m.constant("b", ints(kInt32, {2}, {10, 20}));
  m.constant("t", floats({}, {2}));
  const std::vector<Attribute> axis{{"axis", std::int64_t{per_channel ? 1 : 0}}};
  const std::vector<Attribute> bias_axis{{"axis", std::int64_t{0}}};
  m.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("DequantizeLinear", {"q", "s", "z"}, {"f"});
  m.node("DequantizeLinear", {"w", "ws"}, {"wf"}, axis);
  m.node("DequantizeLinear", {"b", "ws"}, {"bf"}, bias_axis);
  m.node("ConvTranspose", {"f", "wf", "bf"}, {"c"}, {{"strides", Ints{2, 2}}});
  m.node("QuantizeLinear", {"c", "t", "z"}, {"d"}).node("DequantizeLinear", {"d", "t", "z"}, {"y"});
}

}  // namespace

TEST_CASE("ConvTranspose between quantized tensors is computed in integers") {
  for (const bool per_channel : {false, true}) {
    ModelBuilder m(13);
    build_quantized(m, per_channel);
    Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    Numbers x(18);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i) - 7;
    const Numbers before = output_of(*imported.graph, {x});
    Diagnostics diagnostics;
    run_pipeline(*imported.graph, {}, diagnostics);
    CHECK(output_of(*imported.graph, {x}) == before);
    int integer_convs = 0;
    for (const Node& node : imported.graph->nodes) {
      if (node.as<Conv>() == nullptr) continue;
      if (imported.graph->tensor(node.output()).type == DType::kI8) ++integer_convs;
    }
    CHECK(integer_convs == 1);
  }
}

TEST_CASE("ConvTranspose: what is refused") {
  const auto codes = [](const std::vector<Attribute>& attributes, const Ints& weights) {
    ModelBuilder m(13);
    m.input("x", kFloat, {1, 2, 3, 3}).output("y");
    m.constant("w", floats(weights, Floats(static_cast<std::size_t>(element_count(weights)), 1)));
    m.node("ConvTranspose", {"x", "w"}, {"y"}, attributes);
    return import_model(m).codes();
  };
  CHECK(codes({}, {2, 1, 2, 2}).empty());
  CHECK(codes({{"dilations", Ints{2, 2}}}, {2, 1, 2, 2}) == Codes{"E0102"});
  CHECK(codes({}, {3, 1, 2, 2}) == Codes{"E0104"});
  CHECK(codes({}, {2, 1, 2}) == Codes{"E0104"});
  CHECK(codes({{"pads", Ints{9, 9, 9, 9}}}, {2, 1, 2, 2}) == Codes{"E0104"});
  CHECK(codes({{"auto_pad", std::string("SAME")}}, {2, 1, 2, 2}) == Codes{"E0103"});
  CHECK(codes({{"output_shape", Ints{0, 0}}}, {2, 1, 2, 2}) == Codes{"E0103"});
  // a small file that asks for a convolution with 2^40 output channels
  CHECK(codes({{"strides", Ints{1 << 20, 1 << 20}}}, {2, 1, 2, 2}) == Codes{"E0102"});
  CHECK(codes({{"strides", Ints{1 << 14, 1 << 14}}}, {2, 1, 2, 2}) == Codes{"E0109"});
}

TEST_CASE("ConvTranspose: auto_pad and output_shape crop what is too much") {
  // One row of which the full result is 1 1 1+1 1 1+1 1 1: ones at distance 2, a window of 3 ones.
  const auto run = [](const std::vector<Attribute>& given) {
    ModelBuilder m(13);
    m.input("x", kFloat, {1, 1, 3}).output("y").constant("w", floats({1, 1, 3}, {1, 10, 100}));
    std::vector<Attribute> attributes{{"strides", Ints{2}}};
    attributes.insert(attributes.end(), given.begin(), given.end());
    m.node("ConvTranspose", {"x", "w"}, {"y"}, attributes);
    const Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    return output_of(*imported.graph, {{1, 1, 1}});
  };
  CHECK(run({}) == Numbers{1, 10, 101, 10, 101, 10, 100});
  CHECK(run({{"auto_pad", std::string("SAME_UPPER")}}) == Numbers{1, 10, 101, 10, 101, 10});
  CHECK(run({{"auto_pad", std::string("SAME_LOWER")}}) == Numbers{10, 101, 10, 101, 10, 100});
  CHECK(run({{"output_shape", Ints{5}}}) == Numbers{10, 101, 10, 101, 10});
  CHECK(run({{"output_shape", Ints{6}}}) == Numbers{10, 101, 10, 101, 10, 100});
}

TEST_CASE("DepthToSpace and SpaceToDepth") {
  const Numbers x{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};  // [1,8,1,2]
  const auto run = [&](const std::string& type, const std::vector<Dim>& shape,
                       const std::vector<Attribute>& attributes) {
    ModelBuilder m(13);
    m.input("x", kFloat, shape).output("y").node(type, {"x"}, {"y"}, attributes);
    const Imported imported = import_model(m);
    INFO(imported.messages());
    REQUIRE(imported.graph);
    return output_of(*imported.graph, {x});
  };
  const Attribute block{"blocksize", std::int64_t{2}};
  const std::vector<Dim> deep{std::int64_t{1}, std::int64_t{8}, std::int64_t{1}, std::int64_t{2}};
  CHECK(run("DepthToSpace", deep, {block}) ==
        Numbers{0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15});
  CHECK(run("DepthToSpace", deep, {block, {"mode", std::string("CRD")}}) ==
        Numbers{0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15});
  const std::vector<Dim> wide{std::int64_t{1}, std::int64_t{2}, std::int64_t{2}, std::int64_t{4}};
  CHECK(run("SpaceToDepth", wide, {block}) ==
        Numbers{0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15});
}
