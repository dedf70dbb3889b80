// Tests `spindle run` on one picture and on many: results, files, JSON, warnings.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"

using namespace spindle;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const fs::path kDigits = fs::path(SPINDLE_SOURCE_DIR) / "examples/digits";

ProcessResult run(std::vector<std::string> arguments, const fs::path& folder) {
  arguments.insert(arguments.begin(),
                   {SPINDLE_TOOL, "run", (kDigits / "digits_int8.onnx").string()});
  return run_process({.command = arguments, .directory = folder});
}

std::string picture(const char* name) {
  return (kDigits / "pictures" / name).string();
}

const std::vector<std::string> kScaled{"--mean=127.5", "--std=127.5"};

std::vector<std::string> with(std::vector<std::string> first,
                              const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

TEST_CASE("a folder of pictures: a result and a folder for each") {
  const TemporaryDirectory folder;
  const ProcessResult result =
      run(with(kScaled, {"--input", (kDigits / "pictures").string(), "--format=json",
                         "--labels=" + (kDigits / "labels.txt").string(), "--output-dir=out"}),
          folder.path());
  REQUIRE(result.ok());
  const Json json = Json::parse(result.output);
  REQUIRE(json["runs"].size() >= 10);
  for (const Json& one : json["runs"]) {
    const fs::path file = one["inputs"][0].get<std::string>();
    INFO(file);
    CHECK(fs::exists(folder.path() / "out" / file.stem() / "probabilities.npy"));
    const std::string digit = file.stem().string();
    if (digit.size() != 1) continue;
    CHECK(std::to_string(one["outputs"][0]["best"][0]["class"].get<int>()) == digit);
  }
}

TEST_CASE("pictures of one name do not share files, and one picture has the folder itself") {
  const TemporaryDirectory folder;
  REQUIRE(run(with(kScaled, {"--input", picture("3.png"), picture("3.png"), "--output-dir=two"}),
              folder.path())
              .ok());
  CHECK(fs::exists(folder.path() / "two/3/probabilities.npy"));
  CHECK(fs::exists(folder.path() / "two/3_1/probabilities.npy"));
  REQUIRE(run(with(kScaled, {"--input", picture("3.png"), "--output-dir=one", "--save-input"}),
              folder.path())
              .ok());
  CHECK(fs::exists(folder.path() / "one/probabilities.npy"));
  CHECK(fs::exists(folder.path() / "one/image.npy"));
}

TEST_CASE("all ways to run give the same, and a saved input is taken back") {
  const TemporaryDirectory folder;
  const auto best = [&](const std::vector<std::string>& arguments) {
    const ProcessResult result = run(with(arguments, {"--format=json"}), folder.path());
    REQUIRE(result.ok());
    return Json::parse(result.output)["runs"][0]["outputs"];
  };
  const std::vector<std::string> input = with(kScaled, {"--input", picture("7.png")});
  const Json expected = best(with(input, {"--save-input", "--output-dir=."}));
  CHECK(best(with(input, {"--reference"})) == expected);
  CHECK(best({"--input", "image.npy"}) == expected);
}

TEST_CASE("one picture that cannot be read: the others are shown, no file is written") {
  const TemporaryDirectory folder;
  const ProcessResult result = run(with(kScaled, {"--input", picture("3.png"), "none.png",
                                                  picture("4.png"), "--output-dir=out"}),
                                   folder.path());
  CHECK(result.code == 1);
  CHECK_THAT(result.output, contains_text("4.png\n") && contains_text("error[E0420]"));
  CHECK_FALSE(fs::exists(folder.path() / "out"));
}

TEST_CASE("bytes that the model's own scale does not hold are warned of") {
  const TemporaryDirectory folder;
  const auto warned = [&](const std::vector<std::string>& arguments) {
    const ProcessResult result = run(with(arguments, {"--input", picture("3.png")}), folder.path());
    REQUIRE(result.ok());
    return result.output.find("warning[W0401]") != std::string::npos;
  };
  CHECK(warned({}));
  CHECK(warned({"--mean=127.5"}));
  CHECK(warned({"--std=255000"}));
  CHECK_FALSE(warned(kScaled));
  CHECK_FALSE(warned({"--std=255"}));
}
