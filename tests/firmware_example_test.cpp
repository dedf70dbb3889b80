// examples/firmware is a project that users copy. The test copies it out of this tree, adds a
// folder that `spindle compile` wrote, builds it with Make and with CMake, and runs it.
#include <filesystem>

#include "compiler/files/npy.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

std::string run(const std::vector<std::string>& command, const fs::path& folder) {
  const ProcessResult result =
      run_process({.command = command, .directory = folder, .timeout = std::chrono::seconds(300)});
  INFO(result.output);
  REQUIRE(result.ok());
  return result.output;
}

}  // namespace

TEST_CASE("the firmware project builds and runs wherever it is copied to") {
  for (const char* program : {"arm-none-eabi-gcc", "qemu-system-arm", "make"}) {
    if (!available(program)) return;
  }
  const TemporaryDirectory temporary;
  const fs::path folder = temporary.path() / "firmware";
  fs::copy(SPINDLE_SOURCE_DIR "/examples/firmware", folder);
  const ProcessResult compiled =
      run_tool({"compile", digits_model("int8"), "--target=cortex-m7", "--name=digits",
                "--no-check", "-o", (folder / "digits").string()});
  INFO(compiled.output);
  REQUIRE(compiled.ok());
  const ProcessResult answer = run_tool(
      {"run", digits_model("int8"), "--input=" SPINDLE_SOURCE_DIR "/examples/digits/pictures/3.png",
       "--mean=127.5", "--std=127.5", "--save-input", "--output-dir=" + folder.string()});
  INFO(answer.output);
  REQUIRE(answer.ok());
  fs::rename(folder / "image.npy", folder / "input_00.npy");

  CHECK_THAT(run({"make", "-s", "run"}, folder), contains_text("input_00.npy: class 3"));
  const std::string scores = read_text(folder / "output_00.bin");
  const std::string expected = read_text(folder / "probabilities.npy");
  CHECK(scores == expected.substr(expected.size() - 40));
  run({"make", "-s", "clean"}, folder);

  run({"cmake", "-B", "build"}, folder);
  CHECK_THAT(run({"cmake", "--build", "build", "--target", "run"}, folder),
             contains_text("input_00.npy: class 3"));
  CHECK(read_text(folder / "output_00.bin") == scores);
}
