// The import of constants, types, shapes and graph structure: all that surrounds the operators.
#include <fstream>

#include "tests/catch.h"
#include "tests/support/import_model.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;
using Codes = std::vector<std::string>;
using Values = std::vector<float>;

namespace {

// Adds y = x + w, where x has two floats.
ModelBuilder& add_w(ModelBuilder& model) {
  return model.input("x", kFloat, {2}).output("y").node("Add", {"x", "w"}, {"y"});
}

Values sum_with(ModelBuilder& model) {
  add_w(model);
  return outputs_of(model, {{10, 20}});
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fs::path("spindle_frontend_containers")) {
    fs::remove_all(path_);
    fs::create_directories(path_ / "model");
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] fs::path model() const { return path_ / "model"; }
  void write(const fs::path& name, const Values& values) const {
    std::ofstream file(model() / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(float)));
  }

 private:
  fs::path path_;
};

Imported with_external(const Folder& folder,
                       const std::vector<std::pair<std::string, std::string>>& entries) {
  ModelBuilder model(13);
  add_w(model).constant_external("w", kFloat, {2}, entries);
  return import_model(model, {}, folder.model());
}

}  // namespace

TEST_CASE("constants come in raw and typed fields and in other float types") {
  const Values wanted{11, 22};
  SECTION("raw") {
    ModelBuilder m(13);
    CHECK(sum_with(m.constant("w", floats({2}, {1, 2}))) == wanted);
  }
  SECTION("float_data") {
    ModelBuilder m(13);
    CHECK(sum_with(m.constant_typed("w", {2}, {1, 2})) == wanted);
  }
  SECTION("float16 as raw data") {
    ModelBuilder m(13);
    CHECK(sum_with(m.constant("w", ints(kFloat16, {2}, {0x3C00, 0x4000}))) == wanted);
  }
  SECTION("float16 in int32_data") {
    ModelBuilder m(13);
    CHECK(sum_with(m.constant_typed("w", kFloat16, {2}, {0x3C00, 0x4000})) == wanted);
  }
  SECTION("bfloat16") {
    ModelBuilder m(13);
    CHECK(sum_with(m.constant("w", ints(kBfloat16, {2}, {0x3F80, 0x4000}))) == wanted);
  }
}

TEST_CASE("float16 subnormals, infinities and signs convert exactly") {
  ModelBuilder m(13);
  // In float16: the smallest subnormal 2^-24, the largest finite number 65504, -infinity, -0.
  m.input("x", kFloat, {4}).output("y").node("Add", {"x", "w"}, {"y"});
  m.constant("w", ints(kFloat16, {4}, {0x0001, 0x7BFF, 0xFC00, 0x8000}));
  const Values y = outputs_of(m, {{0, 0, 0, 0}});
  CHECK(y == Values{0x1p-24F, 65504, -std::numeric_limits<float>::infinity(), 0});
}

TEST_CASE("other float types are announced") {
  ModelBuilder m(13);
  const Imported imported =
      import_model(add_w(m).constant("w", ints(kFloat16, {2}, {0x3C00, 0x4000})));
  REQUIRE(imported.graph);
  CHECK(imported.codes() == Codes{"W0102"});
}

TEST_CASE("data that does not fill its shape is refused") {
  ModelBuilder m(13);
  const OnnxTensor three = floats({2}, {1, 2, 3});
  CHECK(import_model(add_w(m).constant("w", three)).codes() == Codes{"E0106"});
  ModelBuilder overflow(13);
  const OnnxTensor huge{kFloat, {2147483647, 2147483647, 2147483647}, {}};
  CHECK(import_model(add_w(overflow).constant("w", huge)).codes() == Codes{"E0106"});
  ModelBuilder hidden(13);  // the overflow must be reported although one dimension is 0
  const OnnxTensor zero{kFloat, {0, 2147483647, 2147483647, 2147483647}, {}};
  CHECK(import_model(add_w(hidden).constant("w", zero)).codes() == Codes{"E0106"});
  ModelBuilder wrapped(13);  // 2^71 elements: the product in 64 bits wraps around
  const OnnxTensor wraps{kFloat, {1 << 30, 1 << 10, 1 << 30, 2}, {}};
  CHECK(import_model(add_w(wrapped).constant("w", wraps)).codes() == Codes{"E0106"});
  ModelBuilder negative(13);
  CHECK(import_model(add_w(negative).constant("w", {kFloat, {-2, -1}, {}})).codes() ==
        Codes{"E0106"});
  ModelBuilder strings(13);
  CHECK(import_model(add_w(strings).constant("w", {kString, {2}, {}})).codes() == Codes{"E0106"});
}

TEST_CASE("values outside of the typed field's type are refused") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1}).output("y").constant_typed("w", kInt8, {1}, {200});
  m.constant("s", floats({}, {1}));
  m.node("DequantizeLinear", {"w", "s"}, {"d"}).node("Add", {"x", "d"}, {"y"});
  CHECK(import_model(m).codes() == Codes{"E0106"});
}

TEST_CASE("external data inside the folder is read") {
  const Folder folder;
  folder.write("w.bin", {9, 9, 1, 2, 9});
  const Imported imported =
      with_external(folder, {{"location", "w.bin"}, {"offset", "8"}, {"length", "8"}});
  INFO(imported.messages());
  REQUIRE(imported.graph);
  CHECK(output_of(*imported.graph, {{10, 20}}) == std::vector<double>{11, 22});
}

TEST_CASE("external data outside of the folder or of the file is refused") {
  const Folder folder;
  folder.write("w.bin", {1, 2});
  folder.write("../outside.bin", {1, 2});
  fs::create_symlink(folder.model() / "../outside.bin", folder.model() / "link.bin");
  fs::create_directory(folder.model() / "directory");
  fs::create_symlink("w.bin", folder.model() / "good_link.bin");
  CHECK(with_external(folder, {{"location", "good_link.bin"}}).graph);
  const std::vector<std::string> bad = {(folder.model() / "w.bin").string(),
                                        "../outside.bin",
                                        "directory/../../outside.bin",
                                        "link.bin",
                                        "..\\outside.bin",
                                        "missing.bin",
                                        "directory",
                                        "",
                                        std::string("w.bin\0x", 7)};
  for (const std::string& location : bad) {
    INFO(location);
    CHECK(with_external(folder, {{"location", location}}).codes() == Codes{"E0106"});
  }
  using Entries = std::vector<std::pair<std::string, std::string>>;
  for (const Entries& entries : {Entries{{"location", "w.bin"}, {"offset", "4"}},
                                 Entries{{"location", "w.bin"}, {"offset", "-1"}},
                                 Entries{{"location", "w.bin"}, {"offset", "9223372036854775807"}},
                                 Entries{{"location", "w.bin"}, {"offset", "1x"}},
                                 Entries{{"location", "w.bin"}, {"length", "4"}}}) {
    INFO(entries[1].first << " " << entries[1].second);
    CHECK(with_external(folder, entries).codes() == Codes{"E0106"});
  }
}

TEST_CASE("external data needs a folder") {
  ModelBuilder m(13);
  add_w(m).constant_external("w", kFloat, {2}, {{"location", "w.bin"}});
  CHECK(import_model(m).codes() == Codes{"E0106"});
}

TEST_CASE("reading one external file over and over meets the limit") {
  const Folder folder;
  folder.write("w.bin", Values(1 << 20, 1.0F));
  ModelBuilder m(13);
  m.input("x", kFloat, {1}).output("y");
  std::vector<std::string> names{"x"};
  for (int i = 0; i < 64; ++i) {
    names.push_back("w" + std::to_string(i));
    m.constant_external(names.back(), kFloat, {1 << 20}, {{"location", "w.bin"}});
  }
  m.node("Sum", names, {"y"});
  const Codes codes = import_model(m, {}, folder.model()).codes();
  REQUIRE_FALSE(codes.empty());
  CHECK(codes.back() == "E0109");
}

TEST_CASE("initializers may be listed as inputs") {
  ModelBuilder m(13);
  m.input("w", kFloat, {2});
  add_w(m).constant("w", floats({2}, {1, 2}));
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  CHECK(imported.graph->inputs.size() == 1);
  CHECK(output_of(*imported.graph, {{10, 20}}) == std::vector<double>{11, 22});
}

TEST_CASE("Constant nodes hold tensors and numbers") {
  const std::vector<Attribute> forms = {
      {"value", floats({1}, {3})}, {"value_float", 3.0F}, {"value_floats", Floats{3}}};
  for (const Attribute& form : forms) {
    ModelBuilder m(13);
    m.node("Constant", {}, {"w"}, {form});
    CHECK(sum_with(m) == Values{13, 23});
  }
  ModelBuilder integers(13);
  integers.input("x", kFloat, {2}).output("y");
  integers.node("Constant", {}, {"i"}, {{"value_int", std::int64_t{1}}});
  integers.node("Constant", {}, {"shape"}, {{"value_ints", Ints{2, 1}}});
  integers.node("Reshape", {"x", "shape"}, {"r"}).node("Gather", {"r", "i"}, {"y"});
  CHECK(outputs_of(integers, {{10, 20}}) == Values{20});
}

TEST_CASE("symbolic dimensions") {
  ModelBuilder m(13);
  m.input("x", kFloat, {"N", 3, "height"}).output("y").node("Relu", {"x"}, {"y"});
  SECTION("the first is 1, others must be given") {
    const Imported imported = import_model(m);
    CHECK(imported.codes() == Codes{"E0107"});
    CHECK(imported.messages().find("--dim height=VALUE") != std::string::npos);
  }
  SECTION("given") {
    const Imported imported = import_model(m, {{{"height", 5}}});
    REQUIRE(imported.graph);
    CHECK(imported.graph->tensor(imported.graph->inputs[0]).shape == Shape{1, 3, 5});
  }
  SECTION("the batch can be given, too; unknown names are announced") {
    const Imported imported = import_model(m, {{{"height", 5}, {"N", 2}, {"width", 7}}});
    REQUIRE(imported.graph);
    CHECK(imported.graph->tensor(imported.graph->inputs[0]).shape == Shape{2, 3, 5});
    CHECK(imported.codes() == Codes{"W0104"});
  }
  SECTION("not zero") {
    CHECK(import_model(m, {{{"height", 0}}}).codes() == Codes{"E0107"});
  }
}

TEST_CASE("dimensions of -1 and 0 are unknown, large ones refused") {
  ModelBuilder batch(13);
  batch.input("x", kFloat, {-1, 3}).output("y").node("Relu", {"x"}, {"y"});
  CHECK(import_model(batch).graph);
  ModelBuilder inner(13);
  inner.input("x", kFloat, {1, 0}).output("y").node("Relu", {"x"}, {"y"});
  CHECK(import_model(inner).codes() == Codes{"E0107"});
  ModelBuilder large(13);
  large.input("x", kFloat, {1, std::int64_t{1} << 40}).output("y").node("Relu", {"x"}, {"y"});
  CHECK(import_model(large).codes() == Codes{"E0107"});
  ModelBuilder product(13);
  product.input("x", kFloat, {1 << 30, 1 << 30, 1 << 30}).output("y").node("Relu", {"x"}, {"y"});
  CHECK(import_model(product).codes() == Codes{"E0107"});
}

TEST_CASE("names with any characters; messages show them safely") {
  ModelBuilder m(13);
  m.input("in put/0:\xC3\xA9", kFloat, {2}).output("out'\n\x1b[31m");
  m.node("Relu", {"in put/0:\xC3\xA9"}, {"out'\n\x1b[31m"});
  CHECK(outputs_of(m, {{-1, 2}}) == Values{0, 2});
  ModelBuilder bad(13);
  bad.input("x", kFloat, {2}).output("o\x1b[31m").node("Nonsense", {"x"}, {"o\x1b[31m"});
  const Imported imported = import_model(bad);
  CHECK(imported.messages().find('\x1b') == std::string::npos);
  CHECK(imported.messages().find("o\\x1b[31m") != std::string::npos);
}

TEST_CASE("outputs keep their names through Identity, twice, from inputs and constants") {
  ModelBuilder m(13);
  m.input("x", kFloat, {2}).constant("c", floats({1}, {7}));
  for (const char* name : {"a", "b", "i", "k"}) m.output(name);
  m.node("Relu", {"x"}, {"r"}).node("Identity", {"r"}, {"a"}).node("Dropout", {"r"}, {"b"});
  m.node("Identity", {"x"}, {"i"}).node("Identity", {"c"}, {"k"});
  const Imported imported = import_model(m);
  INFO(imported.messages());
  REQUIRE(imported.graph);
  const Graph& graph = *imported.graph;
  Codes names;
  Codes origins;
  for (TensorId id : graph.outputs) {
    names.push_back(graph.tensor(id).name);
    origins.push_back(graph.tensor(id).origins.front().name);
  }
  CHECK(names == Codes{"a", "b", "i", "k"});
  CHECK(origins == Codes{"a", "b", "i", "k"});
  CHECK(output_of(graph, {{-1, 2}}, 1) == std::vector<double>{0, 2});
  CHECK(output_of(graph, {{-1, 2}}, 2) == std::vector<double>{-1, 2});
  CHECK(output_of(graph, {{-1, 2}}, 3) == std::vector<double>{7});
}

TEST_CASE("every ONNX tensor has an origin, in ONNX form") {
  ModelBuilder m(13);
  m.input("x", kFloat, {1, 2, 3, 4}).output("y").constant("w", floats({5, 2, 1, 1}, Floats(10, 1)));
  m.node("Conv", {"x", "w"}, {"c"}).node("Identity", {"c"}, {"i"}).node("Relu", {"i"}, {"y"});
  const Imported imported = import_model(m);
  REQUIRE(imported.graph);
  std::map<std::string, std::pair<Shape, Origin>> found;
  for (const Tensor& tensor : imported.graph->tensors) {
    for (const Origin& origin : tensor.origins) found[origin.name] = {tensor.shape, origin};
  }
  CHECK(found.size() == 5);
  CHECK(found.at("c").first == Shape{1, 5, 3, 4});
  CHECK(found.at("i").second.perm.empty());
  CHECK(found.at("w").first == Shape{5, 1, 1, 2});
  CHECK(found.at("w").second.shape == Shape{5, 2, 1, 1});
  CHECK(found.at("w").second.perm == std::vector<int>{0, 3, 1, 2});
}
