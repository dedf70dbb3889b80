// Tests the plan report. Its three formats must agree, for any model and with any names.
//
// More than 400 lines: nearly all tests hold the three formats of one report against each other.
#include "compiler/report/plan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compiler/driver/model_options.h"
#include "compiler/plan/planner.h"
#include "compiler/report/markup.h"
#include "compiler/report/plan_html.h"
#include "compiler/report/plan_json.h"
#include "compiler/report/plan_map.h"
#include "compiler/report/plan_text.h"
#include "compiler/support/human.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_model.h"
#include "tests/support/well_formed.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const char* const kDigits[] = {"digits_int8.onnx", "digits_float.onnx"};

Compilation compile_digits(const char* file, ModelOptions options = {}) {
  options.model = fs::path(SPINDLE_SOURCE_DIR) / "examples/digits" / file;
  Diagnostics diagnostics;
  std::optional<Compilation> compilation = compile_model(options, "cortex-m3", diagnostics);
  REQUIRE(compilation);
  return std::move(*compilation);
}

std::int64_t sum(const Json& list, const char* key) {
  std::int64_t total = 0;
  for (const Json& entry : list) total += entry.at(key).get<std::int64_t>();
  return total;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); });
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// Adds a cascade of one layer, whose output is a tensor of `shape`.
void add_cascade(PlanReport& report, const Shape& shape, std::int64_t live) {
  const CascadeId index = report.cascades.end_id();
  ReportLayer layer;
  layer.name = fmt::format("layer_{}", index.number());
  layer.shape = shape;
  layer.resolution = {shape[1], shape[2]};
  layer.cascade = index;
  ReportStep step;
  step.layers = {report.layers.end_id()};
  ReportCascade cascade;
  cascade.name = layer.name;
  cascade.live_bytes = live;
  cascade.first_layer = report.layers.end_id();
  cascade.end_layer = cascade.first_layer + 1;
  cascade.steps = {step};
  report.layers.push_back(layer);
  report.cascades.push_back(cascade);
}

std::string marks_of(const PlanReport& report) {
  const IdVector<BufferId, char> marks = buffer_marks(report);
  return {marks.begin(), marks.end()};
}

ReportBuffer boundary(std::int64_t offset, std::int64_t bytes, int first, int last) {
  ReportBuffer buffer;
  buffer.name = "b";
  buffer.kind = BufferKind::kBoundary;
  buffer.offset = buffer.at = offset;
  buffer.bytes = bytes;
  buffer.first_cascade = CascadeId(first);
  buffer.last_cascade = CascadeId(last);
  buffer.rows = buffer.of_rows = 4;
  buffer.row_bytes = bytes / 4;
  buffer.shape = {1, 4, 4, bytes / 16};
  return buffer;
}

}  // namespace

TEST_CASE("text, JSON and HTML agree on the totals") {
  for (const char* file : kDigits) {
    const Compilation compilation = compile_digits(file);
    const PlanReport report = make_plan_report(compilation);
    const std::string text = plan_text(report);
    const std::string html = plan_html(report);
    const Json json = Json::parse(plan_json(report));
    const auto arena = json["arena_bytes"].get<std::int64_t>();
    CHECK(arena == compilation.plan.arena_bytes);
    CHECK_THAT(text,
               contains_text(fmt::format("{} ({} bytes) of arena", human_bytes(arena), arena)));
    CHECK_THAT(html, contains_text(
                         fmt::format("<b title=\"{} bytes\">{}</b>", arena, human_bytes(arena))));
    const auto weights = json["weights_bytes"].get<std::int64_t>();
    CHECK(weights == compilation.program.weight_bytes);
    CHECK_THAT(text, contains_text("Flash   " + human_bytes(weights)));
    CHECK_THAT(html, contains_text(fmt::format("<b title=\"{} bytes\">", weights)));
    const auto macs = json["macs"].get<std::int64_t>();
    CHECK_THAT(text, contains_text("Work    " + human_count(macs) + " MACs, none computed twice"));
    CHECK_THAT(html,
               contains_text(fmt::format("<b title=\"{}\">{} MACs</b>", macs, human_count(macs))));
    const auto cycles = json["time_estimate"]["cycles"].get<std::int64_t>();
    CHECK_THAT(text, contains_text("roughly " + human_count(cycles) + " cycles"));
    CHECK_THAT(html, contains_text(fmt::format("{} cycles", cycles)));
  }
}

TEST_CASE("the parts add up to the totals") {
  for (const char* file : kDigits) {
    const Compilation compilation = compile_digits(file);
    const Json json = Json::parse(plan_json(make_plan_report(compilation)));
    CHECK(sum(json["layers"], "macs") == json["macs"]);
    CHECK(sum(json["cascades"], "macs") == json["macs"]);
    CHECK(sum(json["layers"], "weight_bytes") == compilation.plan.weight_bytes);
    CHECK(json["layers"].size() == compilation.selection.steps.steps.size());
    std::int64_t reach = 0;
    for (const Json& buffer : json["buffers"]) {
      reach = std::max(reach,
                       buffer["offset"].get<std::int64_t>() + buffer["bytes"].get<std::int64_t>());
    }
    CHECK(reach == json["arena_bytes"]);
    const Json& peak = json["cascades"][json["peak_cascade"].get<std::size_t>()];
    for (const Json& cascade : json["cascades"]) CHECK(cascade["live_bytes"] <= peak["live_bytes"]);
    std::size_t layers = 0;
    for (const Json& cascade : json["cascades"]) {
      for (const Json& step : cascade["steps"]) {
        for (const Json& layer : step["layers"]) CHECK(layer == layers++);
      }
    }
    CHECK(layers == json["layers"].size());
  }
}

TEST_CASE("layers say how their output is kept") {
  const PlanReport report = make_plan_report(compile_digits(kDigits[0]));
  const auto layer = [&](const std::string& name) {
    const auto found = std::find_if(report.layers.begin(), report.layers.end(),
                                    [&](const ReportLayer& l) { return l.block == name; });
    REQUIRE(found != report.layers.end());
    return *found;
  };
  CHECK(layer("block_3_expand").kept == Kept::kRing);
  CHECK(layer("block_3_expand").rows == 6);  // a ring for bands of 2 rows
  CHECK(layer("block_3_expand").of_rows == 16);
  CHECK(layer("block_3_depthwise").kept == Kept::kTile);
  CHECK(layer("block_3_depthwise").columns == 16);
  CHECK(layer("block_3_depthwise").bytes == 16 * 48);
  CHECK(layer("block_3_add").kept == Kept::kWhole);
  CHECK(layer("block_3_add").bottleneck);
  CHECK(report.layers.back().kept == Kept::kOutput);
  CHECK(report.layers.back().bytes == 0);
}

TEST_CASE("what is computed again is counted layer by layer") {
  ModelOptions options;
  const PlanPoint least = plan_frontier(compile_digits(kDigits[0]).selection.steps, {}).back();
  REQUIRE(least.extra_macs > 0);
  options.compile.plan.ram = least.arena_bytes;
  const Compilation compilation = compile_digits(kDigits[0], options);
  const PlanReport report = make_plan_report(compilation);
  const Json json = Json::parse(plan_json(report));
  CHECK(json["extra_macs"] == compilation.plan.extra_macs);
  CHECK(sum(json["layers"], "extra_macs") == compilation.plan.extra_macs);
  CHECK(sum(json["cascades"], "extra_macs") == compilation.plan.extra_macs);
  CHECK_THAT(plan_text(report), contains_text("computed again to save RAM"));
  CHECK_THAT(plan_html(report), contains_text("computed again to save RAM"));
  CHECK(longest_line(plan_text(report)) <= 100);
}

TEST_CASE("whatever the model, text fits and HTML is well-formed") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const DType types[] = {DType::kI8, DType::kU8, DType::kF32};
    const PlanReport report =
        make_plan_report(compile_graph(random_model(seed, types[seed % 3], Branches::kMany)));
    CHECK(longest_line(plan_text(report)) <= 100);
    CHECK(is_plain(plan_text(report)));
    CHECK(markup_error(plan_html(report)).empty());
  }
}

TEST_CASE("HTML stands alone") {
  const std::string html = plan_html(make_plan_report(compile_digits(kDigits[0])));
  for (const char* outside : {"http", "src=", "url(", "@import", "<link"}) {
    CHECK(html.find(outside) == std::string::npos);
  }
  CHECK(count(html, "href=\"") == count(html, "href=\"#"));
  CHECK_THAT(html, contains_text("prefers-color-scheme: dark"));
}

TEST_CASE("HTML has an id for each buffer, cascade and layer, and names them all for readers") {
  const PlanReport report = make_plan_report(compile_digits(kDigits[0]));
  const std::string html = plan_html(report);
  CHECK(count(html, "<tr id=\"buffer-") == report.buffers.size());
  CHECK(count(html, "<g class=\"buffer ") == report.buffers.size());
  CHECK(count(html, " id=\"cascade-") == report.cascades.size());
  CHECK(count(html, "<tr id=\"layer-") == report.layers.size());
  CHECK(count(html, "role=\"img\" aria-label=\"") == 1);
  CHECK_THAT(html,
             contains_text("6 of 16 rows, 4.5 KiB (4608 bytes), addresses 0 to 4608, cascade 1"));
}

TEST_CASE("names may hold anything") {
  const std::string evil = "<script>alert(\"&\")</script>\n\x01\xFF\xC3\xA9 end";
  Compilation compilation = compile_digits(kDigits[0]);
  compilation.graph.name = evil;
  for (Buffer& buffer : compilation.plan.buffers) buffer.name = evil;
  for (Value& value : compilation.plan.steps.values) value.name = evil;
  for (Value& value : compilation.selection.steps.values) value.name = evil;
  for (Cascade& cascade : compilation.plan.cascades) cascade.name = evil;
  const PlanReport report = make_plan_report(compilation);
  const std::string html = plan_html(report);
  CHECK(markup_error(html).empty());
  CHECK(html.find("<script>alert") == std::string::npos);
  CHECK_THAT(html, contains_text("&lt;script&gt;alert(&quot;&amp;&quot;)"));
  const Json json = Json::parse(plan_json(report));
  CHECK(json["buffers"][0]["name"] ==
        "<script>alert(\"&\")</script>\n\x01\xEF\xBF\xBD\xC3\xA9 end");
  CHECK(is_plain(plan_text(report)));
  CHECK(longest_line(plan_text(report)) <= 100);
}

TEST_CASE("escaping keeps UTF-8 and replaces what is not") {
  CHECK(escaped("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(escaped("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  const std::string replaced = "\xEF\xBF\xBD";
  CHECK(escaped("\x02") == replaced);
  CHECK(escaped("\xC3") == replaced);                                // truncated
  CHECK(escaped("\xC0\x80") == replaced + replaced);                 // an overlong encoding
  CHECK(escaped("\xED\xA0\x80") == replaced + replaced + replaced);  // half of a surrogate
  CHECK(escaped("\xF4\x90\x80\x80") == replaced + replaced + replaced + replaced);  // > U+10FFFF
}

TEST_CASE("a model of one cascade") {
  Graph graph;
  graph.name = "one.onnx";
  const TensorId x = add_input(graph, "x", {1, 8, 8, 4});
  const TensorId w = add_floats(graph, "w", {8, 1, 1, 4});
  const TensorId y = graph.append("y", Conv{}, {x, w, kNoTensor});
  const TensorId v = add_floats(graph, "v", {4, 3, 3, 8});
  graph.outputs = {graph.append("z", Conv{}, {y, v, kNoTensor})};
  const PlanReport report = make_plan_report(compile_graph(std::move(graph), "cortex-m4"));
  REQUIRE(report.cascades.size() == 1);
  CHECK(report.peak_cascade == CascadeId(0));
  CHECK_THAT(arena_map(report), contains_text("|1111111 \n"));
  CHECK(markup_error(plan_html(report)).empty());
  CHECK(Json::parse(plan_json(report))["cascades"][0]["live_bytes"] == report.arena_bytes);
}

TEST_CASE("a model without buffers") {
  Graph graph;
  graph.name = "sigmoid.onnx";
  const TensorId x = add_input(graph, "x", {1, 16});
  graph.outputs = {graph.append("y", Unary{}, {x})};
  const PlanReport report = make_plan_report(compile_graph(std::move(graph)));
  REQUIRE(report.buffers.empty());
  CHECK(arena_map(report).empty());
  const std::string text = plan_text(report);
  CHECK_THAT(text, contains_text("RAM     0 B (0 bytes) of arena"));
  CHECK_THAT(text, contains_text("Work    no multiply-accumulates"));
  CHECK(text.find("peak") == std::string::npos);
  CHECK(text.find("Buffers") == std::string::npos);
  CHECK(text.find("Time") == std::string::npos);
  const std::string html = plan_html(report);
  CHECK(markup_error(html).empty());
  CHECK_THAT(html, contains_text("needs no arena"));
  const Json json = Json::parse(plan_json(report));
  CHECK(json["buffers"].empty());
  CHECK(json["time_estimate"].is_null());
}

TEST_CASE("the map, worked out by hand") {
  // Lines of 1 byte. Tensor a (bytes 0 to 8) is alive in cascades 0 and 1, tensor b in 1 and 2 over
  // a, and a ring above them in cascade 1.
  PlanReport report;
  report.arena_bytes = 12;
  report.peak_cascade = CascadeId(1);
  for (std::int64_t live : {8, 12, 8}) add_cascade(report, {1, 4, 4, 1}, live);
  report.buffers = {boundary(0, 8, 0, 1), boundary(0, 8, 1, 2), boundary(8, 4, 1, 1)};
  report.buffers[BufferId(1)].over = BufferId(0);
  report.buffers[BufferId(2)].kind = BufferKind::kRing;
  CHECK(marks_of(report) == "AB1");
  CHECK(arena_map(report) ==
        "        12 B |        1111111         \n"
        "             |        1111111         \n"
        "             |        1111111         \n"
        "             |        1111111         \n"
        "             |AAAAAAA AAABBBB BBBBBBB \n"
        "         6 B |AAAAAAA AAABBBB BBBBBBB \n"
        "             |AAAAAAA AAABBBB BBBBBBB \n"
        "             |AAAAAAA AAABBBB BBBBBBB \n"
        "             |AAAAAAA AAABBBB BBBBBBB \n"
        "             |AAAAAAA AAABBBB BBBBBBB \n"
        "             |AAAAAAA AAABBBB BBBBBBB \n"
        "         0 B |AAAAAAA AAABBBB BBBBBBB \n"
        "     cascade |0       1       2       \n"
        "        peak |        ^\n");
}

TEST_CASE("regions are stacked, and buffers say where they are") {
  Compilation compilation = compile_digits(kDigits[0]);
  // The same plan with the boundary tensors in a region of their own, whose offsets begin at 0.
  Plan& plan = compilation.plan;
  plan.regions.resize(2);
  plan.regions.front().name = "dtcm";
  plan.regions.front().size = 65536;
  plan.regions.back().name = "sram";
  plan.regions.back().size = 131072;
  for (Region& region : plan.regions) region.arena_bytes = plan.arena_bytes;
  for (Buffer& buffer : plan.buffers) {
    buffer.region = RegionId(buffer.kind == BufferKind::kBoundary ? 1 : 0);
  }
  const std::int64_t each = plan.arena_bytes;
  plan.arena_bytes *= 2;
  const PlanReport report = make_plan_report(compilation);
  for (const ReportBuffer& buffer : report.buffers) {
    CHECK(buffer.at == buffer.offset + buffer.region.number() * each);
  }
  const Json json = Json::parse(plan_json(report));
  CHECK(json["regions"][1]["name"] == "sram");
  CHECK(json["regions"][1]["size_bytes"] == 131072);
  for (const Json& buffer : json["buffers"]) {
    CHECK(buffer["region"] == (buffer["kind"] == "boundary" ? "sram" : "dtcm"));
  }
  const std::string text = plan_text(report);
  CHECK(longest_line(text) <= 100);
  CHECK_THAT(text, contains_text("sram: " + human_bytes(each) + " of 128.0 KiB"));
  CHECK_THAT(text, contains_text(human_bytes(each) + " begins sram"));
  const std::string html = plan_html(report);
  CHECK(markup_error(html).empty());
  CHECK(count(html, "<text class=\"region\"") == 2);
}

TEST_CASE("maps of many cascades stay within 100 columns and leave none out") {
  for (int cascades : {1, 2, 9, 17, 22, 40, 86, 87, 200}) {
    PlanReport report;
    report.arena_bytes = 4096;
    report.peak_cascade = CascadeId(cascades - 1);
    for (int i = 0; i < cascades; ++i) {
      add_cascade(report, {1, 4, 4, 16}, 4096);
      report.buffers.push_back(boundary(0, 4096, i, i));
    }
    const std::string map = arena_map(report);
    CHECK(longest_line(map) <= 100);
    // In the lowest line of the map, each cascade's letter fills the cascade's column.
    std::string lowest;
    std::istringstream lines(map);
    for (std::string line; std::getline(lines, line);) {
      if (line.find(" 0 B |") == std::string::npos) continue;
      for (char c : line.substr(line.find('|') + 1)) {
        if (c != ' ' && (lowest.empty() || lowest.back() != c)) lowest += c;
      }
    }
    CHECK(lowest == marks_of(report));
    CHECK(map.find('^') != std::string::npos);
    CHECK(markup_error(plan_html(report)).empty());
  }
}

TEST_CASE("the frontier appears in all formats, this plan marked") {
  PlanReport report = make_plan_report(compile_digits(kDigits[0]));
  const std::int64_t arena = report.arena_bytes;
  CHECK(Json::parse(plan_json(report))["frontier"].empty());
  CHECK(plan_html(report).find("RAM against work") == std::string::npos);
  report.frontier = {{arena, 0}, {arena / 2, report.macs / 10}, {arena / 4, report.macs}};
  const Json json = Json::parse(plan_json(report));
  CHECK(json["frontier"].size() == 3);
  CHECK(json["frontier"][1]["arena_bytes"] == arena / 2);
  CHECK(json["frontier"][1]["extra_macs"] == report.macs / 10);
  const std::string text = plan_text(report);
  CHECK_THAT(text, contains_text("0.0 %  <- this plan\n"));
  CHECK_THAT(text, contains_text("100.0 %\n"));
  const std::string html = plan_html(report);
  CHECK(markup_error(html).empty());
  CHECK(count(html, "<circle class=\"point\"") == 2);
  CHECK(count(html, "<circle class=\"point chosen\"") == 1);
  CHECK_THAT(html, contains_text("this plan, " + human_bytes(arena)));
}

TEST_CASE("resolutions stand beside the paper's of the same reduction") {
  const PlanReport report = make_plan_report(compile_digits(kDigits[0]));
  const auto at = [&](std::int64_t rows) {
    const auto found = std::find_if(
        report.resolutions.begin(), report.resolutions.end(),
        [&](const ReportResolution& r) { return r.resolution == Resolution{rows, rows}; });
    REQUIRE(found != report.resolutions.end());
    return *found;
  };
  // The picture is 64 x 64, the paper's 224 x 224. So 32 stands for the paper's 112, and 2 for 7.
  CHECK(at(32).paper->resolution == 112);
  CHECK(at(2).paper->resolution == 7);
  CHECK(at(1).paper->resolution == 1);
  // At 32 x 32, the largest tensor has 48 channels and the bottleneck 8. Rings of 3 rows are kept.
  CHECK(at(32).tensor_bytes == 32 * 32 * 48);
  CHECK(at(32).bottleneck_bytes == 32 * 32 * 8);
  CHECK(at(32).kept_bytes == 3 * 32 * (16 + 48));
  CHECK(at(32).live_bytes == report.cascades.front().live_bytes);
  CHECK(paper_bytes(at(32).paper->mobilenet_v2, 8) == 200000);
  CHECK(paper_bytes(at(32).paper->mobilenet_v2, 32) == 800000);
  CHECK(make_plan_report(compile_digits(kDigits[1])).activation_bits == 32);
}

TEST_CASE("images in the file's layout have the resolution they have in NHWC") {
  // x (NCHW) -> transpose -> image (NHWC) -> convolution -> transpose -> y (NCHW) -> sigmoid -> z.
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 20, 10});
  const TensorId image = to_nhwc(graph, "image", x);
  const TensorId w = add_floats(graph, "w", {5, 1, 1, 3});
  const TensorId y = to_nchw(graph, "y", graph.append("conv", Conv{}, {image, w, kNoTensor}));
  const TensorId z = graph.append("z", Unary{}, {y});
  const Resolutions resolutions(graph);
  for (TensorId tensor : {x, image, y, z}) CHECK(resolutions.of(tensor) == Resolution{20, 10});
  CHECK(resolutions.of(kNoTensor) == Resolution{1, 1});
}

TEST_CASE("time estimates") {
  const auto estimate = [](const char* target, std::int64_t s8, std::int64_t f32) {
    return estimate_time(*find_target(target), s8, f32);
  };
  const auto m7 = estimate("cortex-m7", 1000000, 0);
  REQUIRE(m7);
  CHECK(m7->cycles == 1470000);
  CHECK(m7->milliseconds() == Approx(3.675));
  const auto mixed = estimate("cortex-m7", 1000000, 1000000);
  REQUIRE(mixed);
  CHECK(mixed->cycles > 2 * m7->cycles);
  CHECK_FALSE(estimate("host", 1000000, 0));
  CHECK_FALSE(estimate("cortex-m7", 0, 0));
  CHECK_FALSE(estimate("cortex-m55", 0, 1));
  CHECK(human_milliseconds(1105) == "1.1 s");
  CHECK(human_milliseconds(16.4) == "16 ms");
  CHECK(human_milliseconds(0.423) == "0.42 ms");
}

TEST_CASE("layer by layer, every tensor is whole until its last use") {
  // x -> y (8x8x8) -> z (8x8x2) -> output. y and z are whole at the same time; x and the output are
  // in the caller's buffers.
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 8, 8, 4});
  const TensorId y =
      graph.append("y", Conv{}, {x, add_floats(graph, "w", {8, 1, 1, 4}), kNoTensor});
  const TensorId z =
      graph.append("z", Conv{}, {y, add_floats(graph, "v", {2, 1, 1, 8}), kNoTensor});
  graph.outputs = {graph.append("o", Conv{}, {z, add_floats(graph, "u", {4, 1, 1, 2}), kNoTensor})};
  const PlanReport report = make_plan_report(compile_graph(std::move(graph)));
  CHECK(report.whole_tensors_bytes == 4 * 8 * 8 * (8 + 2));
}

TEST_CASE("compile writes the report beside the code") {
  const TemporaryDirectory folder;
  const auto run = [&](std::vector<std::string> arguments) {
    const fs::path model = fs::path(SPINDLE_SOURCE_DIR) / "examples/digits" / kDigits[0];
    arguments.insert(arguments.begin(), SPINDLE_TOOL);
    arguments.insert(arguments.end(), {model.string(), "--target=cortex-m4"});
    return run_process({.command = arguments, .directory = folder.path()}).ok();
  };
  const auto read = [&](const char* name) {
    std::ifstream file(folder.path() / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  REQUIRE(run({"compile", "-o", "out", "--name=m"}));
  REQUIRE(run({"plan", "--format=json", "-o", "plan.json"}));
  REQUIRE(run({"plan", "--format=html", "-o", "plan.html"}));
  // `compile` does not compute the frontier, because that takes a while.
  Json shown = Json::parse(read("plan.json"));
  CHECK(shown["frontier"].size() > 1);
  shown["frontier"] = Json::array();
  CHECK(Json::parse(read("out/m.plan.json")) == shown);
  CHECK(markup_error(read("out/m.plan.html")).empty());
  CHECK_THAT(read("out/m.plan.html"), contains_text("<h1 title="));
  CHECK_THAT(read("plan.html"), contains_text("RAM against work"));
}
