// Tests --io=native as a user would: what the commands take, give, write and verify.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "compiler/files/npy.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/network_builder.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const fs::path kPictures = fs::path(SPINDLE_SOURCE_DIR) / "examples/digits/pictures";

ConstantPtr array(const fs::path& file) {
  std::string error;
  ConstantPtr value = read_npy(file, error);
  INFO(error);
  REQUIRE(value != nullptr);
  return value;
}

// The number behind a macro of the header.
double macro(const std::string& header, const std::string& name) {
  const std::size_t at = header.find("#define " + name + " ");
  INFO(name);
  REQUIRE(at != std::string::npos);
  std::string text = header.substr(at + 9 + name.size());
  if (text[0] == '(') text.erase(0, 1);
  return std::stod(text);
}

std::vector<std::int64_t> quantized(const Constant& floats, double scale, double zero, DType type) {
  std::vector<std::int64_t> codes;
  for (float value : floats.as<float>()) {
    const auto quotient = static_cast<double>(value / static_cast<float>(scale));
    codes.push_back(static_cast<std::int64_t>(
        std::clamp<double>(std::nearbyint(quotient) + zero, min_of(type), max_of(type))));
  }
  return codes;
}

void succeeds(std::vector<std::string> arguments) {
  const ProcessResult result = run_tool(std::move(arguments));
  INFO(result.output);
  REQUIRE(result.ok());
}

// A generated network whose float input and output are quantized at the border.
std::string network_file(const fs::path& folder) {
  NetworkBuilder net(Precision::kInt8, 5);
  ModelBuilder& model = net.model();
  model.input("image", kFloat,
              {std::int64_t{1}, std::int64_t{3}, std::int64_t{16}, std::int64_t{16}});
  FeatureMap x{net.quantized_node("Identity", {"image"}, 1.0F / 127, 3), 3, 16, 1.0F / 127};
  x = net.conv(x, {.outputs = 8, .kernel = 3, .stride = 2, .relu6 = true});
  x = net.block(x, 8, 4, 1);
  x = net.conv(net.global_pool(x), {.outputs = 10});
  model.constant("flat", ints(kInt64, {2}, {1, 10}));
  model.node("Reshape", {x.name, "flat"}, {"scores"});
  model.output("scores", kFloat, {std::int64_t{1}, std::int64_t{10}});
  fs::path file = folder / "network.onnx";
  write_text(file, net.file());
  return file.string();
}

}  // namespace

TEST_CASE("native codes are the file's floats, quantized by what the header says") {
  const TemporaryDirectory folder;
  const auto at = [&](const char* name) { return (folder.path() / name).string(); };
  const std::string model = digits_model("int8");
  const std::vector<std::string> picture{"--input", (kPictures / "7.png").string(), "--mean=127.5",
                                         "--std=127.5", "--save-input"};
  const auto run = [&](std::vector<std::string> arguments, const std::vector<std::string>& more) {
    arguments.insert(arguments.begin(), {"run", model});
    arguments.insert(arguments.end(), more.begin(), more.end());
    succeeds(arguments);
  };
  succeeds({"compile", model, "--target=cortex-m7", "--io=native", "-o", at("code"), "--name=m"});
  const std::string header = read_text(folder.path() / "code/m.h");
  CHECK(header.find("#define M_OPTIONS \"--io=native\"") != std::string::npos);
  run({"--output-dir", at("float")}, picture);
  run({"--output-dir", at("native"), "--io=native"}, picture);
  for (const char* way : {"--reference", "--jit"}) {
    run({"--output-dir", at(way), "--io=native", way}, picture);
    CHECK(array(folder.path() / way / "probabilities.npy")->to_ints() ==
          array(folder.path() / "native/probabilities.npy")->to_ints());
  }
  for (const auto& [name, io] : {std::pair{"image", "M_INPUT"}, {"probabilities", "M_OUTPUT"}}) {
    const std::string file = std::string(name) + ".npy";
    const ConstantPtr codes = array(folder.path() / "native" / file);
    const ConstantPtr floats = array(folder.path() / "float" / file);
    INFO(name);
    CHECK(is_quantized_type(codes->type()));
    CHECK(floats->type() == DType::kF32);
    CHECK(codes->shape() == floats->shape());
    CHECK(header.find(std::string(c_type_of(codes->type())) + " ") != std::string::npos);
    CHECK(codes->to_ints() == quantized(*floats, macro(header, std::string(io) + "_SCALE"),
                                        macro(header, std::string(io) + "_ZERO_POINT"),
                                        codes->type()));
  }
  // Arrays of codes and arrays of floats are both taken.
  run({"--output-dir", at("codes"), "--io=native", "--input", at("native/image.npy")}, {});
  run({"--output-dir", at("floats"), "--io=native", "--input", at("float/image.npy")}, {});
  for (const char* given : {"codes", "floats"}) {
    CHECK(array(folder.path() / given / "probabilities.npy")->to_ints() ==
          array(folder.path() / "native/probabilities.npy")->to_ints());
  }
}

TEST_CASE("a picture that does not fit the input's range is still noticed") {
  const ProcessResult result = run_tool(
      {"run", digits_model("int8"), "--io=native", "--input", (kPictures / "7.png").string()});
  CHECK(result.ok());
  CHECK(result.output.find("W0401") != std::string::npos);
}

TEST_CASE("verify: a generated network with native input and output, by codes and by floats") {
  const TemporaryDirectory folder;
  const std::string model = network_file(folder.path());
  std::vector<float> values(3 * 16 * 16);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::sin(static_cast<float>(i) * 0.37F);
  }
  std::string error;
  REQUIRE(write_npy(folder.path() / "in_00.npy", *Constant::floats({1, 3, 16, 16}, values), error));
  const std::string input = (folder.path() / "in_00.npy").string();
  // the file's own float output is the golden
  succeeds({"run", model, "--input", input, "--output-dir", (folder.path() / "out").string()});
  fs::copy(folder.path() / "out/scores.npy", folder.path() / "out0_00.npy");
  for (const char* mode : {"external", "arena", "streamed"}) {
    const ProcessResult result =
        run_tool({"verify", model, "--target=cortex-m7", "--io=native", "--golden",
                  folder.path().string(), "--format=json", std::string("--input-mode=") + mode});
    if (!result.ok() && result.output.find("E0430") != std::string::npos) {
      WARN("SKIPPED verify on cortex-m7: ");
      return;
    }
    INFO(mode << result.output);
    if (std::string(mode) == "streamed" && result.output.find("E0403") != std::string::npos) {
      continue;  // rows of a planar picture cannot be used as they come
    }
    REQUIRE(result.ok());
    const Json json = Json::parse(result.output);
    CHECK(json["identical"] == true);
    CHECK(json["golden"]["different"] == 0);
    CHECK(json["golden"]["values"] == 10);
  }
}
