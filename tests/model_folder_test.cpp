// Tests the folder that `compile` writes: its files, which old files it keeps or removes, and that
// the contents depend on the model and the options only.
#include "compiler/package/model_folder.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/support/sha256.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

ProcessResult compile(const std::string& model, const fs::path& folder,
                      std::vector<std::string> options) {
  options.insert(options.begin(), {"compile", model, "--no-check", "-o", folder.string()});
  return run_tool(std::move(options));
}

void compile_well(const std::string& model, const fs::path& folder,
                  std::vector<std::string> options) {
  const ProcessResult result = compile(model, folder, std::move(options));
  INFO(result.output);
  REQUIRE(result.ok());
}

bool has(const fs::path& folder, const std::string& file) {
  return fs::exists(folder / file);
}

FolderModel model_called(const std::string& name, const std::string& version = "0.1.0") {
  FolderModel model;
  model.entry = {name, version, "host", "", {}, {name + ".c"}, {}, {}, {name + ".c", name + ".h"}};
  model.files = {{name + ".c", "int " + name + ";\n"}, {name + ".h", ""}};
  return model;
}

bool write(const fs::path& folder, FolderModel model, Diagnostics& diagnostics) {
  OutputFiles output(diagnostics);
  return update_model_folder(folder, {std::move(model)}, output, diagnostics) && output.commit();
}

}  // namespace

TEST_CASE("a digest is SHA-256") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_FALSE(sha256_of_file("/nowhere/at/all"));
}

TEST_CASE("compiled for another target, a model leaves nothing of the earlier one behind") {
  const TemporaryDirectory temporary;
  const fs::path folder = temporary.path() / "out";
  compile_well(digits_model("int8"), folder, {"--name=a", "--target=cortex-m7"});
  REQUIRE(has(folder, "spindle_pw_s8_dsp.c"));
  write_text(folder / "mine.c", "int mine;\n");
  write_text(folder / "spindle_mine.h", "\n");
  compile_well(digits_model("int8"), folder, {"--name=a", "--target=cortex-m3"});
  CHECK_FALSE(has(folder, "spindle_pw_s8_dsp.c"));
  CHECK_FALSE(has(folder, "spindle_dsp.h"));
  CHECK(has(folder, "spindle_pw_s8.c"));
  CHECK(read_text(folder / "mine.c") == "int mine;\n");
  CHECK(has(folder, "spindle_mine.h"));

  // Apart from the user's files, the folder now holds exactly what a new folder would.
  const fs::path fresh = temporary.path() / "fresh";
  compile_well(digits_model("int8"), fresh, {"--name=a", "--target=cortex-m3"});
  fs::remove(folder / "mine.c");
  fs::remove(folder / "spindle_mine.h");
  REQUIRE(files_in(folder) == files_in(fresh));
  for (const std::string& file : files_in(fresh)) {
    CHECK(read_text(folder / file) == read_text(fresh / file));
  }
}

TEST_CASE("what another model in the folder needs stays") {
  const TemporaryDirectory temporary;
  const fs::path folder = temporary.path() / "out";
  compile_well(digits_model("int8"), folder, {"--name=a", "--target=cortex-m7"});
  compile_well(digits_model("int8"), folder, {"--name=b", "--target=cortex-m7"});
  compile_well(digits_model("int8"), folder, {"--name=a", "--target=cortex-m3", "--emit=c"});
  CHECK(has(folder, "spindle_pw_s8_dsp.c"));
  CHECK(has(folder, "spindle_pw_s8.c"));
  const std::string list = read_text(folder / "sources.mk");
  CHECK_THAT(list, contains_text("a_sources :=") && contains_text("b_sources :="));
}

TEST_CASE("a file that Spindle did not write is neither replaced nor removed") {
  const TemporaryDirectory temporary;
  const fs::path folder = temporary.path();
  write_text(folder / "a.c", "int theirs;\n");
  const ProcessResult refused =
      compile(digits_model("int8"), folder, {"--name=a", "--target=host"});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output,
             contains_text("error[E0414]") && contains_text("a.c' is there already"));
  CHECK(files_in(folder) == std::vector<std::string>{"a.c"});
  CHECK(read_text(folder / "a.c") == "int theirs;\n");
  write_text(folder / "a.h", "int theirs;\n");
  write_text(folder / "spindle.h", "int theirs;\n");
  CHECK_THAT(compile(digits_model("int8"), folder, {"--name=a", "--target=host"}).output,
             contains_text("a.c' and 2 other files are there already"));
  fs::remove(folder / "a.h");
  fs::remove(folder / "spindle.h");

  // A file that is no longer needed is kept if the user has changed it.
  fs::remove(folder / "a.c");
  compile_well(digits_model("int8"), folder, {"--name=a", "--target=cortex-m7"});
  write_text(folder / "spindle_pw_s8_dsp.c", "int changed;\n");
  const ProcessResult warned =
      compile(digits_model("int8"), folder, {"--name=a", "--target=cortex-m3"});
  CHECK(warned.ok());
  CHECK_THAT(warned.output, contains_text("warning[W0404]"));
  CHECK(read_text(folder / "spindle_pw_s8_dsp.c") == "int changed;\n");
}

TEST_CASE("models that cannot stand side by side are refused, and nothing is written") {
  const TemporaryDirectory temporary;
  const fs::path folder = temporary.path() / "out";
  Diagnostics diagnostics;
  REQUIRE(write(folder, model_called("a"), diagnostics));
  FolderModel clash = model_called("A_other");
  clash.entry.files.emplace_back("A.h");
  clash.files.push_back({"A.h", ""});
  CHECK_FALSE(write(folder, clash, diagnostics));
  CHECK(diagnostics.all().back().code == "E0415");
  CHECK_FALSE(has(folder, "A_other.c"));
}

TEST_CASE("an index that Spindle did not write is refused") {
  for (const char* text :
       {"{}", "not json", R"({"schema_version":1,"models":[],"files":{"../x":""}})"}) {
    const TemporaryDirectory temporary;
    write_text(temporary.path() / "sources.json", text);
    Diagnostics diagnostics;
    CHECK_FALSE(write(temporary.path(), model_called("a"), diagnostics));
    CHECK(diagnostics.all().back().code == "E0414");
    CHECK(files_in(temporary.path()) == std::vector<std::string>{"sources.json"});
  }
}

TEST_CASE("what is written depends on the model's bytes and the options, not on where they are") {
  const TemporaryDirectory temporary;
  std::string forms = "--emit=c";
  if (has_llvm()) forms += ",obj,llvm-ir,asm,bc";
  std::vector<fs::path> outputs;
  for (const char* place : {"one", "another/and longer"}) {
    const fs::path folder = temporary.path() / place;
    fs::create_directories(folder);
    fs::copy_file(digits_model("int8"), folder / "model.onnx");
    write_text(folder / "map.json", R"({"regions": [{"name": "sram", "size": "64K", "rank": 0}]})");
    outputs.push_back(folder / "out");
    compile_well((folder / "model.onnx").string(), outputs.back(),
                 {"--target=cortex-m7", forms, "--memory=" + (folder / "map.json").string()});
    for (const char* format : {"text", "json", "html"}) {
      const ProcessResult plan =
          run_tool({"plan", (folder / "model.onnx").string(), "--target=cortex-m7",
                    std::string("--format=") + format});
      REQUIRE(plan.ok());
      write_text(outputs.back() / (std::string("plan.") + format), plan.output);
    }
  }
  const std::vector<std::string> files = files_in(outputs[0]);
  REQUIRE(files == files_in(outputs[1]));
  CHECK(std::count(files.begin(), files.end(), "model.plan.html") == 1);
  for (const std::string& file : files) {
    INFO(file);
    const std::string text = read_text(outputs[0] / file);
    CHECK(text == read_text(outputs[1] / file));
    CHECK(text.find(temporary.path().string()) == std::string::npos);
  }
}

TEST_CASE("the header says where the model comes from and what its numbers mean") {
  const TemporaryDirectory temporary;
  const fs::path folder = temporary.path();
  compile_well(digits_model("int8"), folder,
               {"--name=a", "--target=cortex-m7", "--ram=64K", "--input-u8=127.5,127.5"});
  const std::string header = read_text(folder / "a.h");
  for (const std::string& text :
       {std::string("#define A_SPINDLE_VERSION \"0.1.0\"\n"),
        std::string("#define A_TARGET \"cortex-m7\"\n"),
        std::string("#define A_OPTIONS \"--input-u8=127.5,127.5 --ram=65536\"\n"),
        *sha256_of_file(digits_model("int8")), std::string("#define A_STACK_BYTES "),
        std::string("(byte - MEAN) / STD"), std::string("#define A_INPUT_MEAN 127.5f\n"),
        std::string("#define A_INPUT_STD 127.5f\n"),
        std::string("SPDX-License-Identifier: LicenseRef-Spindle-Output")}) {
    CHECK_THAT(header, contains_text(text));
  }
  for (const std::string& file : files_in(folder)) {
    const bool code = file.ends_with(".c") || file.ends_with(".h") ||
                      file.starts_with("sources.mk") || file.ends_with(".cmake");
    if (!code) continue;
    INFO(file);
    const char* licence = file.starts_with("spindle") && file != "spindle_models.h"
                              ? "SPDX-License-Identifier: Apache-2.0"
                              : "SPDX-License-Identifier: LicenseRef-Spindle-Output";
    CHECK_THAT(read_text(folder / file).substr(0, 100), contains_text(licence));
  }
  CHECK_THAT(read_text(folder / "spindle_licence.txt"),
             contains_text("Apache License") && contains_text("LicenseRef-Spindle-Output"));
}
