// Checks that a Spindle without LLVM refuses the forms that only LLVM can write, and says what to
// do. The stand-in for builds without LLVM is compiled into this test and so replaces the library's
// backend.
#include <filesystem>
#include <fstream>

#include "compiler/driver/commands.h"
#include "compiler/llvm/absent/absent.cpp"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/onnx_build.h"

using namespace spindle;
using namespace spindle::testing;

TEST_CASE("--emit=obj without LLVM") {
  const TemporaryDirectory folder;
  ModelBuilder model(13);
  model.input("x", kFloat, {std::int64_t{1}, std::int64_t{4}})
      .node("Relu", {"x"}, {"y"})
      .output("y");
  const std::vector<std::byte> bytes = model.bytes();
  CompileOptions options;
  options.models = {folder.path() / "m.onnx"};
  options.target = "host";
  options.output = folder.path() / "out";
  std::ofstream(options.models[0], std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  CHECK_FALSE(has_llvm());
  for (const char* form : {"llvm-ir", "bc", "asm", "obj"}) {
    options.emit = {"c", form};
    Diagnostics diagnostics;
    CHECK(run_compile(options, diagnostics) == kExitRefused);
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all()[0].code == "E0440");
    CHECK_FALSE(std::filesystem::exists(options.output / "m.c"));
  }
  options.emit = {"c"};
  Diagnostics diagnostics;
  CHECK(run_compile(options, diagnostics) == kExitDone);
}
