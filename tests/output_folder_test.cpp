// Tests output files: whatever goes wrong, either all or none are written, and only regular files
// are replaced.
#include "compiler/files/output_folder.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"

using namespace spindle;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string kDigits = std::string(SPINDLE_SOURCE_DIR) + "/examples/digits/digits_int8.onnx";

// Runs a shell script in `folder`. $SPINDLE is the tool, $MODEL the digits model.
ProcessResult shell(const fs::path& folder, const std::string& script) {
  const std::string variables =
      "SPINDLE='" + std::string(SPINDLE_TOOL) + "'; MODEL='" + kDigits + "'; ";
  return run_process({.command = {"bash", "-c", variables + script}, .directory = folder});
}

}  // namespace

TEST_CASE("files appear all together, and parents with them") {
  const TemporaryDirectory folder;
  Diagnostics diagnostics;
  const fs::path deep = folder.path() / "a/b/c";
  {
    OutputFiles files(diagnostics);
    REQUIRE(files.add(deep, {{"one", "1"}, {"two", "2"}}));
    CHECK_FALSE(fs::exists(deep / "one"));
  }
  CHECK(fs::is_empty(folder.path()));  // nothing was committed
  REQUIRE(write_files(deep, {{"one", "1"}, {"two", "2"}}, diagnostics));
  CHECK(read(deep / "two") == "2");
  REQUIRE(write_file(deep / "two", "new", diagnostics));
  CHECK(read(deep / "two") == "new");
  CHECK(std::distance(fs::directory_iterator(deep), {}) == 2);
  CHECK_FALSE(diagnostics.has_errors());
}

TEST_CASE("a rename that fails brings back what was replaced") {
  const TemporaryDirectory folder;
  Diagnostics diagnostics;
  REQUIRE(write_files(folder.path(), {{"old", "before"}, {"last", "before"}}, diagnostics));
  {
    OutputFiles files(diagnostics);
    REQUIRE(files.add(folder.path(), {{"old", "after"}, {"made", "after"}, {"last", "after"}}));
    fs::remove(folder.path() / "last");  // by somebody else, meanwhile
    fs::create_directory(folder.path() / "last");
    CHECK_FALSE(files.commit());
  }
  CHECK(read(folder.path() / "old") == "before");
  CHECK_FALSE(fs::exists(folder.path() / "made"));
  CHECK(fs::is_directory(folder.path() / "last"));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
  CHECK(diagnostics.has_errors());
}

TEST_CASE("what is no regular file is not replaced") {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "file") << "kept";
  fs::create_symlink("file", folder.path() / "link");
  fs::create_symlink("nowhere", folder.path() / "dangling");
  fs::create_directory(folder.path() / "folder");
  REQUIRE(mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  (void)mknod((folder.path() / "device").c_str(), S_IFCHR | 0600, makedev(1, 3));  // root only
  for (const char* name : {"link", "dangling", "folder", "pipe", "device"}) {
    // The device is a node made here, never one in /dev: if the check failed, root would replace
    // it.
    if (!fs::exists(fs::symlink_status(folder.path() / name))) continue;
    INFO(name);
    Diagnostics diagnostics;
    CHECK_FALSE(write_file(folder.path() / name, "x", diagnostics));
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all()[0].code == "E0410");
    CHECK_FALSE(diagnostics.all()[0].helps.empty());
  }
  CHECK(read(folder.path() / "file") == "kept");
  CHECK(fs::is_symlink(folder.path() / "dangling"));
  // The same if it is one of several files.
  Diagnostics diagnostics;
  CHECK_FALSE(write_files(folder.path(), {{"new", "1"}, {"pipe", "2"}}, diagnostics));
  CHECK_FALSE(fs::exists(folder.path() / "new"));
  for (const char* name : {"file/below", "dangling/below", "pipe/below"}) {
    INFO(name);
    CHECK_FALSE(write_file(folder.path() / name, "x", diagnostics));
  }
  // The folder itself may be a symbolic link; files are written into its target.
  fs::create_directory_symlink("folder", folder.path() / "linked");
  CHECK(write_file(folder.path() / "linked/new", "x", diagnostics));
}

TEST_CASE("names that are too long are refused with their reason") {
  const TemporaryDirectory folder;
  Diagnostics diagnostics;
  const std::string name(256, 'x');
  CHECK_FALSE(write_file(folder.path() / "a" / name, "x", diagnostics));
  CHECK_FALSE(write_file(folder.path() / name / "a", "x", diagnostics));
  CHECK(fs::is_empty(folder.path()));
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    REQUIRE(diagnostic.helps.size() == 1);
    CHECK_THAT(diagnostic.helps[0], contains_text("255"));
  }
  CHECK(write_file(folder.path() / std::string(255, 'x'), "x", diagnostics));
}

TEST_CASE("a command that fails leaves nothing, parents included") {
  const TemporaryDirectory folder;
  // Like a full disk: no file may be larger than 50 KiB.
  const ProcessResult limited =
      shell(folder.path(), "ulimit -f 50; \"$SPINDLE\" compile \"$MODEL\" --target=host -o a/b/c");
  CHECK(limited.code == 1);
  CHECK_THAT(limited.output, contains_text("E0410") && contains_text("File too large"));
  CHECK(fs::is_empty(folder.path()));
  const ProcessResult full =
      shell(folder.path(), "\"$SPINDLE\" compile \"$MODEL\" --target=host -o a/b/c >/dev/full");
  CHECK(full.code == 1);
  CHECK_THAT(full.output, contains_text("E0410") && contains_text("No space left"));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a standard output that takes nothing is told of") {
  const TemporaryDirectory folder;
  const std::string inspect = "\"$SPINDLE\" inspect \"$MODEL\"";
  const ProcessResult closed = shell(folder.path(), inspect + " >&-");
  CHECK(closed.code == 1);
  CHECK_THAT(closed.output, contains_text("E0410") && contains_text("it is closed"));
  const ProcessResult full = shell(folder.path(), inspect + " >/dev/full");
  CHECK(full.code == 1);
  CHECK_THAT(full.output, contains_text("No space left"));
  const ProcessResult broken =
      shell(folder.path(), inspect + " 2>message | true; cat message; exit ${PIPESTATUS[0]}");
  CHECK_THAT(broken.output, contains_text("whoever read it has stopped reading"));
}

TEST_CASE("a TMPDIR that is not there is told of") {
  const TemporaryDirectory folder;
  const ProcessResult result =
      shell(folder.path(),
            "TMPDIR=/no/such/folder \"$SPINDLE\" verify \"$MODEL\" --target=host --input=" +
                std::string(SPINDLE_SOURCE_DIR) + "/examples/digits/pictures/3.png");
  CHECK(result.code == 1);
  CHECK_THAT(result.output, contains_text("E0412") && contains_text("set TMPDIR"));
}

TEST_CASE("a folder that one may not enter is told of, wherever it is named") {
  const TemporaryDirectory folder;
  // Also if the tests are run by root, who may enter every folder by two capabilities.
  const std::string drop = "-dac_override,-dac_read_search";
  const std::string tool =
      "LIMITED=; if [ $(id -u) = 0 ]; then LIMITED='setpriv --bounding-set=" + drop +
      " --inh-caps=" + drop + "'; fi; tool() { $LIMITED \"$SPINDLE\" \"$@\"; }; ";
  fs::create_directory(folder.path() / "closed");
  fs::permissions(folder.path() / "closed", fs::perms::none);
  const std::string picture = std::string(SPINDLE_SOURCE_DIR) + "/examples/digits/pictures/3.png";
  for (const std::string command : {
           "tool compile \"$MODEL\" --target=host -o closed/out",
           "tool compile closed/model.onnx --target=host -o out",
           "tool compile \"$MODEL\" --target=host --memory=closed/map.json -o out",
           "tool plan \"$MODEL\" --target=host --format=json -o closed/plan.json",
           "tool run \"$MODEL\" --input=closed",
           "tool run \"$MODEL\" --input=closed/3.png",
           "tool run \"$MODEL\" --output-dir=closed/out --input=",
           "export TMPDIR=\"$PWD/closed\"; tool verify \"$MODEL\" --target=host --input=",
       }) {
    const bool wants_picture = command.ends_with("--input=");
    const ProcessResult result =
        shell(folder.path(), tool + command + (wants_picture ? "'" + picture + "'" : ""));
    INFO(command << '\n' << result.output);
    CHECK(result.code == 1);
    CHECK_THAT(result.output, contains_text("error[E") && contains_text("Permission denied"));
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
  }
  fs::permissions(folder.path() / "closed", fs::perms::owner_all);
  CHECK(fs::is_empty(folder.path() / "closed"));
}
