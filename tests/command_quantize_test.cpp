// Tests `spindle quantize` as a user calls it, on the float model of examples/digits.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/onnx_build.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string kPictures = (fs::path(SPINDLE_SOURCE_DIR) / "examples/digits/pictures").string();

ProcessResult quantize(const fs::path& output, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"quantize", digits_model("float"), "-o", output.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_tool(arguments);
}

const std::vector<std::string> kUsual{"--calibration", kPictures, "--mean=127.5", "--std=127.5"};

std::vector<std::string> usual_and(const std::vector<std::string>& more) {
  std::vector<std::string> all = kUsual;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// The report, without the warnings behind it.
Json report_of(const ProcessResult& result) {
  return Json::parse(result.output.substr(0, result.output.rfind("\n}") + 2));
}

// How many of the pictures 0.png to 9.png the model takes for what they are.
int right_of_ten(const fs::path& model) {
  const ProcessResult result = run_tool({"run", model.string(), "--input", kPictures,
                                         "--mean=127.5", "--std=127.5", "--format=json"});
  INFO(result.output);
  REQUIRE(result.ok());
  int right = 0;
  const Json report = report_of(result);
  for (const Json& one : report["runs"]) {
    const std::string digit = fs::path(one["inputs"][0].get<std::string>()).stem().string();
    if (digit.size() != 1) continue;
    right += std::to_string(one["outputs"][0]["best"][0]["class"].get<int>()) == digit ? 1 : 0;
  }
  return right;
}

}  // namespace

TEST_CASE("the quantized digits are right, in every form of model") {
  const TemporaryDirectory folder;
  const std::vector<std::vector<std::string>> forms{{},
                                                    {"--activations=uint8"},
                                                    {"--per-tensor"},
                                                    {"--ranges=min-max"},
                                                    {"--ranges=percentile", "--percentile=99.9"},
                                                    {"--no-bias-correction"}};
  std::set<std::string> files;
  for (const auto& form : forms) {
    const fs::path file = folder.path() / "model.onnx";
    const ProcessResult result = quantize(file, usual_and(form));
    INFO(result.output);
    REQUIRE(result.ok());
    CHECK(right_of_ten(file) == 10);
    CHECK(operators_of(file).contains("QuantizeLinear"));
    CHECK_FALSE(operators_of(file).contains("BatchNormalization"));
    files.insert(read_text(file));
  }
  CHECK(files.size() == forms.size());
}

TEST_CASE("the same inputs give the same file, and the report has every layer's error") {
  const TemporaryDirectory folder;
  const ProcessResult result = quantize(folder.path() / "a.onnx", usual_and({"--format=json"}));
  REQUIRE(result.ok());
  REQUIRE(quantize(folder.path() / "b.onnx", kUsual).ok());
  CHECK(read_text(folder.path() / "a.onnx") == read_text(folder.path() / "b.onnx"));
  const Json report = Json::parse(result.output);
  CHECK(report["samples"] == 11);
  REQUIRE(report["outputs"].size() == 1);
  CHECK(report["outputs"][0]["sqnr_db"].get<double>() > 20);
  REQUIRE(report["layers"].size() > 3);
  for (const Json& layer : report["layers"]) {
    INFO(layer.dump());
    if (layer["float"].get<bool>()) continue;
    CHECK(layer["scale"].get<double>() > 0);
    CHECK((layer["sqnr_db"] == "exact" || layer["sqnr_db"].get<double>() > 15));
  }
}

TEST_CASE("a layer that is kept in float stays float, and the model still works") {
  const TemporaryDirectory folder;
  const ProcessResult first = quantize(folder.path() / "a.onnx", usual_and({"--format=json"}));
  REQUIRE(first.ok());
  std::string name;
  const Json whole = Json::parse(first.output);
  for (const Json& layer : whole["layers"]) {
    if (layer["operator"] == "conv") name = layer["name"].get<std::string>();
  }
  REQUIRE_FALSE(name.empty());
  const fs::path file = folder.path() / "b.onnx";
  const ProcessResult second = quantize(file, usual_and({"--format=json", "--keep-float=" + name}));
  INFO(second.output);
  REQUIRE(second.ok());
  int in_float = 0;
  const Json partly = report_of(second);
  for (const Json& layer : partly["layers"]) {
    if (layer["name"] == name) CHECK(layer["float"].get<bool>());
    in_float += layer["float"].get<bool>() ? 1 : 0;
  }
  CHECK(in_float >= 1);
  CHECK(right_of_ten(file) == 10);
}

TEST_CASE("a model calibrated with noise says so wherever it is read") {
  const TemporaryDirectory folder;
  const fs::path file = folder.path() / "noise.onnx";
  REQUIRE(quantize(file, {"--calibration=random"}).ok());
  const ProcessResult result = run_tool(
      {"compile", file.string(), "--target=cortex-m7", "-o", (folder.path() / "c").string()});
  CHECK(result.ok());
  CHECK_THAT(result.output, contains_text("warning[W0106]"));
}
