// Checks `verify` with tools that behave otherwise: an emulator without plugins, or with another
// plugin interface, and a compiler that is stopped.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"

using namespace spindle;
namespace fs = std::filesystem;

namespace {

const std::string kDigits = std::string(SPINDLE_SOURCE_DIR) + "/examples/digits/";

// Writes a script that is found in PATH before the emulator. It refuses plugins with the message of
// such a build.
void write_wrapper(const fs::path& folder, const std::string& name, const std::string& refusal) {
  const auto real = find_program(name);
  REQUIRE(real.has_value());
  std::ofstream(folder / name)
      << "#!/bin/sh\nfor word in \"$@\"; do\n  if [ \"$word\" = -plugin ]; "
         "then echo \"" +
             refusal + "\" >&2; exit 1; fi\ndone\nexec " + real->string() + " \"$@\"\n";
  fs::permissions(folder / name, fs::perms::owner_all);
}

}  // namespace

TEST_CASE("without plugins a model is verified and not counted") {
  const TemporaryDirectory folder;
  write_wrapper(folder.path(), "qemu-aarch64", "qemu: unknown option 'plugin'");
  write_wrapper(folder.path(), "qemu-system-arm",
                "Could not load plugin ./count_1: plugin requires API version 1");
  const std::string path = "PATH=" + folder.path().string() + ":" + std::getenv("PATH");
  for (const char* target : {"cortex-a53", "cortex-m7"}) {
    INFO(target);
    const ProcessResult result = run_process(
        {.command = {"sh", "-c", "exec \"$@\" 2>/dev/null", "sh", "env", path, SPINDLE_TOOL,
                     "verify", kDigits + "digits_int8.onnx", std::string("--target=") + target,
                     "--count", "--layers", "--format=json",
                     "--input=" + kDigits + "pictures/3.png", "--mean=127.5", "--std=127.5"}});
    INFO(result.output);
    REQUIRE(result.ok());
    const auto json = nlohmann::json::parse(result.output);
    CHECK(json["matches_reference"] == true);
    CHECK(json["instructions"] == 0);
    CHECK_THAT(json["why_not_counted"].get<std::string>(), contains_text("plugin"));
    CHECK_FALSE(json.contains("steps"));
  }
}

TEST_CASE("a compiler that is stopped is no fault of the code") {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "arm-none-eabi-gcc") << "#!/bin/sh\nkill -9 $$\n";
  fs::permissions(folder.path() / "arm-none-eabi-gcc", fs::perms::owner_all);
  const std::string path = "PATH=" + folder.path().string() + ":" + std::getenv("PATH");
  const ProcessResult result =
      run_process({.command = {"env", path, SPINDLE_TOOL, "verify", kDigits + "digits_int8.onnx",
                               "--target=cortex-m7", "--input=" + kDigits + "pictures/3.png",
                               "--mean=127.5", "--std=127.5"}});
  INFO(result.output);
  CHECK(result.end == ProcessResult::End::exited);
  CHECK(result.code == 1);
  CHECK_THAT(result.output, contains_text("error[E0430]"));
  CHECK_THAT(result.output, contains_text("was stopped for cortex-m7 by signal 9"));
}
