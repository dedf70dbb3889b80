// Tests the options that change the outputs of a model, from the graph to the generated code.
#include "compiler/driver/detect_options.h"

#include <algorithm>
#include <array>
#include <set>

#include "compiler/codegen/c_emitter.h"
#include "compiler/execute/execute.h"
#include "compiler/files/draw.h"
#include "compiler/passes/class_indices.h"
#include "compiler/reference/interpreter.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A graph that resizes quantized scores and computes a map of classes.
Graph segmentation(std::int64_t classes) {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 6, classes}, DType::kI8, quant(0.1F, 3));
  Resize resize;
  resize.kind = ResizeKind::kLinear;
  resize.size = {17, 19};
  const TensorId large = graph.append("large", resize, {x});
  graph.tensor(large).type = DType::kI8;
  graph.tensor(large).quant = quant(0.1F, 3);
  const TensorId map = graph.append("map", ArgMax{3, true, false, false}, {large});
  graph.outputs = {graph.append("classes", Reshape{{1, 17, 19}}, {map})};
  set_origins(graph);
  return graph;
}

// A graph whose outputs are scores, boxes and anchors for `count` boxes and 3 classes.
Graph detector(std::int64_t count, bool quantized) {
  Graph graph;
  const auto head = [&](const char* name, std::int64_t values, float scale, int zero) {
    const Shape shape{1, count, values};
    if (!quantized) return add_input(graph, name, shape);
    const std::string stored = std::string(name) + "_q";
    return dequantize(graph, name, add_input(graph, stored, shape, DType::kI8, quant(scale, zero)));
  };
  const TensorId scores = head("scores", 3, 1.0F / 256, -128);
  const TensorId boxes = head("boxes", 4, 0.02F, 5);
  std::vector<float> corners;
  for (std::int64_t i = 0; i < count; ++i) {
    const float at = static_cast<float>(i) / static_cast<float>(count);
    corners.insert(corners.end(), {at * 0.5F, at * 0.3F, at * 0.5F + 0.3F, at * 0.3F + 0.2F});
  }
  const TensorId anchors = graph.add_constant("anchors", Constant::floats({1, count, 4}, corners));
  graph.outputs = {boxes, scores, anchors};
  set_origins(graph);
  return graph;
}

DetectSettings parsed(const std::string& text) {
  std::string error;
  DetectSettings options = parse_detect(text, error);
  INFO(error);
  CHECK(error.empty());
  return options;
}

}  // namespace

TEST_CASE("--detect: settings") {
  const DetectSettings plain = parsed("ssd");
  CHECK(plain.score == 0.5F);
  CHECK(plain.variance == std::array<float, 4>{0.1F, 0.1F, 0.2F, 0.2F});
  CHECK(plain.anchors_corners);
  const DetectSettings all = parsed(
      "ssd,score=0.25,iou=0.6,max=3,background=none,variances=1:2:3:4,boxes=corners,"
      "anchors=centers,order=xy");
  CHECK(all.score == 0.25F);
  CHECK(all.overlap == 0.6F);
  CHECK(all.most == 3);
  CHECK(all.background == -1);
  CHECK(all.variance == std::array<float, 4>{1, 2, 3, 4});
  CHECK((all.corners && !all.anchors_corners && all.x_first));
  CHECK(parsed("ssd,boxes=corners").variance == std::array<float, 4>{1, 1, 1, 1});
  CHECK(parsed("ssd,anchors=my.npy").anchors_file == "my.npy");
  for (const char* bad :
       {"yolo", "ssd,score", "ssd,score=2", "ssd,score=a", "ssd,max=0", "ssd,max=1e3",
        "ssd,variances=1:2:3", "ssd,variances=0:1:1:1", "ssd,boxes=round", "ssd,anchors=file.txt",
        "ssd,order=zx", "ssd,background=-1", "ssd,colour=red"}) {
    std::string error;
    (void)parse_detect(bad, error);
    INFO(bad);
    CHECK(!error.empty());
  }
}

TEST_CASE("detections replace the outputs, in float and from 8-bit scores") {
  for (bool quantized : {false, true}) {
    Graph graph = detector(40, quantized);
    Diagnostics diagnostics;
    REQUIRE(take_detections(graph, parsed("ssd,score=0.6,iou=0.3,max=7"), diagnostics));
    graph = canonical(graph);
    REQUIRE(only<Detect>(graph) != nullptr);
    // Detect reads the quantized values; no whole tensor of floats is made.
    CHECK(count_of<Dequantize>(graph) == 0);
    const Compilation compiled = compile_graph(graph);
    for (std::uint64_t seed : {1, 2, 3}) {
      CHECK(check_against_reference(compiled, random_inputs(compiled.graph, seed)) == "");
    }
    CHECK(compiled.program.outputs[0].shape == Shape{7, 6});
    CHECK(compiled.plan.arena_bytes == 0);
  }
}

TEST_CASE("--detect says what the outputs lack") {
  const auto note = [](Graph graph, const DetectOptions& options) {
    Diagnostics diagnostics;
    CHECK(!take_detections(graph, options, diagnostics));
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all()[0].code == "E0405");
    return diagnostics.all()[0].notes.at(0);
  };
  Graph graph = detector(5, false);
  CHECK(note(graph, parsed("ssd,background=3")) ==
        "class 3 is to be the background, but there are only 3 classes");
  graph.outputs.pop_back();
  CHECK(note(graph, {}) == "no output holds anchors that do not depend on the input");
  graph.outputs = {graph.outputs[1]};
  CHECK(note(graph, {}) == "no output has the shape 1xNx4 of boxes");
}

TEST_CASE("--output-u8: classes as bytes, through reshapes and casts") {
  for (bool cast : {false, true}) {
    Graph graph = segmentation(21);
    if (cast) {
      graph.outputs = {graph.append("narrow", Cast{DType::kI32}, {graph.outputs[0]})};
      set_origins(graph);
    }
    Diagnostics diagnostics;
    REQUIRE(take_indices_as_u8(graph, diagnostics));
    const Compilation compiled = compile_graph(canonical(graph));
    CHECK(compiled.program.outputs[0].type == DType::kU8);
    const auto inputs = random_inputs(compiled.graph, 4);
    CHECK(check_against_reference(compiled, inputs) == "");
    // The result equals that of the unchanged model, in another type.
    Graph wide = segmentation(21);
    const auto expected = interpret(wide, inputs);
    const auto got = interpret(compiled.graph, inputs);
    CHECK(got[0]->to_ints() == expected[0]->to_ints());
  }
  Graph many = segmentation(300);
  Diagnostics diagnostics;
  CHECK(!take_indices_as_u8(many, diagnostics));
  CHECK(diagnostics.all().at(0).code == "E0407");
}

TEST_CASE("--output-u8: casts that do not keep every index are left alone") {
  const auto taken = [](std::int64_t classes, DType type) {
    Graph graph = segmentation(classes);
    const TensorId narrow = graph.append("narrow", Cast{type}, {graph.outputs[0]});
    graph.outputs = {graph.append("wide", Cast{DType::kI32}, {narrow})};
    Diagnostics diagnostics;
    return take_indices_as_u8(graph, diagnostics);
  };
  CHECK_FALSE(taken(21, DType::kBool));  // 0 or 1
  CHECK(taken(128, DType::kI8));
  CHECK_FALSE(taken(129, DType::kI8));  // 128 becomes -128
  CHECK(taken(256, DType::kU8));
  CHECK(taken(256, DType::kI16));
}

TEST_CASE("--output-rows: a row at a time, to the user's function") {
  CompilationOptions options;
  options.output_u8 = true;
  options.output_rows = true;
  const Compilation compiled = compile_graph(segmentation(21), "host", options);
  CHECK(compiled.program.outputs[0].rows == 17);
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 5)) == "");
  // The arena holds one row of classes, and a tile of scores.
  const auto& buffers = compiled.plan.buffers;
  CHECK(std::any_of(buffers.begin(), buffers.end(), [](const Buffer& b) { return b.bytes == 19; }));
  CHECK(compiled.plan.arena_bytes < 19 * 17);
  for (const EmittedFile& file : emit_c(compiled.program, {"m", "m.onnx"})) {
    if (file.name == "m.h") {
      CHECK(file.text.find("void m_output_row(void *user, int32_t y, const uint8_t row[19]);") !=
            std::string::npos);
      CHECK(file.text.find(", void *user);") != std::string::npos);
    }
    if (file.name == "m.c") {
      CHECK(file.text.find("m_output_row(s->user, y, (const uint8_t *)") != std::string::npos);
    }
  }
}

TEST_CASE("--output-rows refuses what is written whole") {
  Graph graph;
  graph.outputs = {graph.append("y", Unary{UnaryKind::kExp}, {add_input(graph, "x", {3, 4})})};
  set_origins(graph);
  Diagnostics diagnostics;
  CompilationOptions options;
  options.output_rows = true;
  CHECK(!spindle::compile_graph(graph, *find_target("host"), options, diagnostics));
  CHECK(diagnostics.all().at(0).code == "E0406");
}

TEST_CASE("colours of classes are those of PASCAL VOC, and all differ") {
  CHECK(class_color(0) == std::array<std::uint8_t, 3>{0, 0, 0});
  CHECK(class_color(1) == std::array<std::uint8_t, 3>{128, 0, 0});
  CHECK(class_color(15) == std::array<std::uint8_t, 3>{192, 128, 128});
  CHECK(class_color(20) == std::array<std::uint8_t, 3>{0, 64, 128});
  std::set<std::array<std::uint8_t, 3>> colors;
  for (int label = 0; label < 256; ++label) colors.insert(class_color(label));
  CHECK(colors.size() == 256);
}

TEST_CASE("drawn boxes lie where the detection says, and are cut at the picture") {
  Picture picture{20, 10, 3, std::vector<std::uint8_t>(600, 7)};
  const ConstantPtr rows = Constant::floats(
      {3, 6}, {1, 0.9F, 0.25F, 0.5F, 0.75F, 5, 2, 0.5F, -9, -9, 9, 9, -1, 0, 0, 0, 0, 0});
  const auto detections = detections_of(*rows, false);
  REQUIRE(detections.size() == 2);
  CHECK(detections[0].left == 0.5F);
  CHECK(detections_of(*rows, true)[0].left == 0.25F);
  draw_detections(picture, detections);
  const auto red = [&](int x, int y) {
    return picture.pixels[static_cast<std::size_t>((y * 20 + x) * 3)];
  };
  CHECK(red(10, 2) == 128);
  CHECK(red(10, 7) == 128);
  CHECK(red(19, 2) == 128);
  CHECK(red(9, 2) == 7);
  CHECK(red(10, 1) == 7);
  CHECK(red(12, 4) == 7);
  const std::string png = to_png(picture);
  CHECK(png.substr(1, 3) == "PNG");
}

TEST_CASE("a map of classes is blended over the picture") {
  const Picture picture{2, 1, 3, {100, 100, 100, 100, 100, 100}};
  const ConstantPtr classes = Constant::ints(DType::kU8, {1, 2}, {0, 1});
  const Picture result = draw_classes(picture, *classes, 2, 1);
  CHECK(result.pixels == std::vector<std::uint8_t>{100, 100, 100, 116, 40, 40});
}
