// Files that cannot be imported. Each gives diagnostics, and all errors of one kind are reported at
// once.
#include <algorithm>
#include <fstream>

#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;
using Codes = std::vector<std::string>;

namespace {

bool mentions(const Imported& imported, const std::string& text) {
  return imported.messages().find(text) != std::string::npos;
}

Imported import_bytes(const std::vector<std::byte>& bytes) {
  Imported result;
  result.graph = import_onnx(bytes, "m.onnx", {}, {}, result.diagnostics);
  return result;
}

ModelBuilder& relu(ModelBuilder& model) {
  return model.input("x", kFloat, {2}).output("y").node("Relu", {"x"}, {"y"});
}

}  // namespace

TEST_CASE("missing files, folders, other files") {
  Diagnostics diagnostics;
  CHECK_FALSE(import_onnx("no/such.onnx", {}, diagnostics));
  CHECK_FALSE(import_onnx(std::filesystem::temp_directory_path(), {}, diagnostics));
  REQUIRE(diagnostics.all().size() == 2);
  CHECK(diagnostics.all()[0].code == "E0100");
  CHECK(diagnostics.all()[0].place == "no/such.onnx");
  CHECK(diagnostics.all()[1].code == "E0100");
  CHECK(import_bytes({}).codes() == Codes{"E0101"});
  const std::string text = "this is not a model";
  const auto bytes = std::as_bytes(std::span(text));
  CHECK(import_bytes({bytes.begin(), bytes.end()}).codes() == Codes{"E0101"});
}

TEST_CASE("no truncation of a model crashes or imports as something else") {
  ModelBuilder model(13);
  const auto whole = relu(model).bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Imported imported =
        import_bytes({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    CHECK(imported.graph.has_value() != imported.diagnostics.has_errors());
    // The operator set comes last in this file, so every shorter file lacks it.
    CHECK_FALSE(imported.graph);
  }
  CHECK(import_bytes(whole).graph);
}

TEST_CASE("versions") {
  ModelBuilder old_opset(6);
  CHECK(import_model(relu(old_opset)).codes() == Codes{"E0101"});
  ModelBuilder old_ir(13, 2);
  CHECK(import_model(relu(old_ir)).codes() == Codes{"E0101"});
  ModelBuilder oldest(7, 3);
  CHECK(import_model(relu(oldest)).codes().empty());
  ModelBuilder newest(99, 99);
  CHECK(import_model(relu(newest)).codes() == Codes{"W0101"});
  ModelBuilder early(13);  // HardSwish was added in opset 14
  early.input("x", kFloat, {2}).output("y").node("HardSwish", {"x"}, {"y"});
  CHECK(import_model(early).codes() == Codes{"E0103"});
  ModelBuilder undeclared(13);
  undeclared.input("x", kFloat, {2}).output("y").node("com.microsoft::QGemm", {"x"}, {"y"});
  CHECK(import_model(undeclared).codes() == Codes{"E0103"});
}

TEST_CASE("all unsupported nodes are listed at once, and nothing that follows from them") {
  ModelBuilder model(13);
  model.input("x", kFloat, {1, 2, 4, 4}).output("y");
  model.node("Unheard", {"x"}, {"a"}).named("first");
  model.node("Relu", {"a"}, {"b"});
  model.node("MaxPool", {"b"}, {"c"}, {{"kernel_shape", Ints{9, 9, 9}}});  // an error of its own
  model.node("LSTM", {"c", "x"}, {"d"});
  model.node("my.domain::Thing", {"d"}, {"y"});
  const Imported imported = import_model(model);
  CHECK(imported.codes() == Codes{"E0102", "E0102", "E0102"});
  CHECK(mentions(imported, "m.onnx: node 'first' (Unheard)"));
  CHECK(mentions(imported, "m.onnx: node 'd' (LSTM)"));  // without a name, called by its output
  CHECK(mentions(imported, "domain my.domain"));
}

TEST_CASE("operators that are refused say why") {
  ModelBuilder model(13);
  model.input("x", kFloat, {1, 2, 4, 4}).input("q", kUint8, {1, 2, 4, 4});
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) model.output(name);
  model.node("DynamicQuantizeLinear", {"x"}, {"a", "s", "z"});
  model.node("Pad", {"x", "p"}, {"b"}, {{"mode", std::string("reflect")}});
  model.constant("p", ints(kInt64, {8}, {0, 0, 1, 1, 0, 0, 1, 1}));
  model.node("MaxPool", {"x"}, {"m", "c"}, {{"kernel_shape", Ints{2, 2}}});
  model.node("Resize", {"x", "", "", "n"}, {"d"}, {{"mode", std::string("cubic")}});
  model.constant("n", ints(kInt64, {4}, {1, 2, 8, 8}));
  model.node("Add", {"q", "q"}, {"e"});
  model.node("Conv", {"x", "x"}, {"f"});
  const Imported imported = import_model(model);
  CHECK(imported.codes() == Codes(6, "E0102"));
  CHECK(mentions(imported, "scales at run time"));
  CHECK(mentions(imported, "mode is 'reflect'"));
  CHECK(mentions(imported, "its output 1 ('c') is used"));
  CHECK(mentions(imported, "mode is 'cubic'"));
  CHECK(mentions(imported, "computes on u8"));
  CHECK(mentions(imported, "weights are computed at run time"));
}

TEST_CASE("an output that nobody reads does not matter") {
  ModelBuilder model(13);
  model.input("x", kFloat, {1, 2, 4, 4}).output("y");
  model.node("MaxPool", {"x"}, {"y", "indices"}, {{"kernel_shape", Ints{2, 2}}});
  CHECK(import_model(model).codes().empty());
}

TEST_CASE("nodes that no output depends on do not matter") {
  ModelBuilder model(13);
  relu(model).node("Unheard", {"x"}, {"unused"});
  const Imported imported = import_model(model);
  REQUIRE(imported.graph);
  CHECK(imported.graph->nodes.size() == 1);
}

TEST_CASE("nodes in any order") {
  ModelBuilder model(13);
  model.input("x", kFloat, {1}).output("y").constant("one", floats({}, {1}));
  model.node("Mul", {"b", "b"}, {"y"}).node("Add", {"a", "one"}, {"b"}).node("Relu", {"x"}, {"a"});
  CHECK(outputs_of(model, {{2}}) == std::vector<float>{9});
}

TEST_CASE("cycles") {
  ModelBuilder model(13);
  model.input("x", kFloat, {1}).output("y");
  model.node("Add", {"x", "c"}, {"a"}).named("first");
  model.node("Relu", {"a"}, {"b"}).named("second");
  model.node("Relu", {"b"}, {"c"}).named("third");
  model.node("Relu", {"c"}, {"y"}).named("after");
  const Imported imported = import_model(model);
  CHECK(imported.codes() == Codes{"E0105"});
  // The message may begin the cycle at any of the three nodes.
  const bool shown = mentions(imported, "'first' -> 'second' -> 'third' -> 'first'") ||
                     mentions(imported, "'second' -> 'third' -> 'first' -> 'second'") ||
                     mentions(imported, "'third' -> 'first' -> 'second' -> 'third'");
  CHECK(shown);
  ModelBuilder self(13);
  self.input("x", kFloat, {1}).output("y").node("Add", {"x", "y"}, {"y"});
  CHECK(import_model(self).codes() == Codes{"E0105"});
}

TEST_CASE("tensors defined twice or never") {
  ModelBuilder twice(13);
  relu(twice).node("Neg", {"x"}, {"y"});
  CHECK(import_model(twice).codes() == Codes{"E0105"});
  ModelBuilder over_input(13);
  relu(over_input).node("Neg", {"y"}, {"x"});
  CHECK(import_model(over_input).diagnostics.has_errors());
  ModelBuilder constants(13);
  relu(constants).constant("c", floats({}, {1})).constant("c", floats({}, {2}));
  CHECK(import_model(constants).codes() == Codes{"E0105"});
  ModelBuilder never(13);
  never.input("x", kFloat, {1}).output("y").output("z").node("Add", {"x", "nobody"}, {"y"});
  const Imported imported = import_model(never);
  CHECK(imported.codes() == Codes{"E0105", "E0105"});
  CHECK(mentions(imported, "nothing defines tensor 'nobody'"));
  CHECK(mentions(imported, "nothing defines tensor 'z'"));
  ModelBuilder no_outputs(13);
  no_outputs.input("x", kFloat, {1});
  CHECK(import_model(no_outputs).codes() == Codes{"E0105"});
}

TEST_CASE("nodes that ONNX does not allow") {
  const auto codes = [](const std::string& type, const std::vector<std::string>& inputs,
                        const std::vector<Attribute>& attributes) {
    ModelBuilder model(13);
    model.input("x", kFloat, {1, 2, 4, 4}).output("y");
    model.constant("w", floats({3, 2, 3, 3}, Floats(54, 1)));
    model.constant("b", floats({2}, {1, 1}));
    return import_model(model.node(type, inputs, {"y"}, attributes)).codes();
  };
  const Ints huge{std::int64_t{1} << 40, 1};
  CHECK(codes("Relu", {}, {}) == Codes{"E0103"});
  CHECK(codes("Relu", {""}, {}) == Codes{"E0103"});
  CHECK(codes("Relu", {"x", "x"}, {}) == Codes{"E0103"});
  CHECK(codes("Relu", {"x"}, {{"alpha", 1.0F}}) == Codes{"E0103"});          // no such attribute
  CHECK(codes("LeakyRelu", {"x"}, {{"alpha", Ints{1}}}) == Codes{"E0103"});  // wrong type
  CHECK(codes("LeakyRelu", {"x"}, {{"alpha", 1.0F}, {"alpha", 1.0F}}) == Codes{"E0103"});
  CHECK(codes("LeakyRelu", {"x"}, {{"alpha", std::nanf("")}}) == Codes{"E0103"});
  CHECK(codes("Softmax", {"x"}, {{"axis", std::int64_t{4}}}) == Codes{"E0103"});
  CHECK(codes("Conv", {"x", "w"}, {{"strides", huge}}) == Codes{"E0103"});
  CHECK(codes("Conv", {"x", "w"}, {{"strides", Ints{0, 1}}}) == Codes{"E0103"});
  CHECK(codes("Conv", {"x", "w"}, {{"pads", Ints{1, 1}}}) == Codes{"E0103"});
  CHECK(codes("Conv", {"x", "w"}, {{"pads", Ints{-1, 0, 0, 0}}}) == Codes{"E0103"});
  CHECK(codes("Conv", {"x", "w"}, {{"auto_pad", std::string("SOME")}}) == Codes{"E0103"});
  CHECK(codes("Conv", {"x", "w"}, {{"group", std::int64_t{2}}}) == Codes{"E0104"});
  CHECK(codes("Conv", {"x", "w"}, {{"dilations", Ints{5, 5}}}) == Codes{"E0104"});
  CHECK(codes("Conv", {"x", "w"}, {{"kernel_shape", Ints{2, 2}}}) == Codes{"E0104"});
  CHECK(codes("Conv", {"x", "w", "b"}, {}) == Codes{"E0104"});
  CHECK(codes("MaxPool", {"x"}, {}) == Codes{"E0103"});
  CHECK(codes("Transpose", {"x"}, {{"perm", Ints{0, 1, 2, 2}}}) == Codes{"E0104"});
  CHECK(codes("Add", {"x", "w"}, {}) == Codes{"E0104"});
  CHECK(codes("Slice", {"x", "b", "b"}, {}) == Codes{"E0103"});  // starts are floats
}

TEST_CASE("a declared output shape that is wrong is announced") {
  ModelBuilder model(13);
  model.input("x", kFloat, {2}).output("y", kFloat, {3}).node("Relu", {"x"}, {"y"});
  CHECK(import_model(model).codes() == Codes{"W0103"});
}
