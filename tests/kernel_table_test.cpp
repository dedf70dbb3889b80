// Checks that the table of kernels agrees with the files of the runtime and with spindle.h.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/lower/kernel/param_structs.h"
#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace spindle;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path source_of(const KernelInfo& info) {
  return fs::path(SPINDLE_SOURCE_DIR) / "runtime" / name_of(info.isa) /
         (std::string(info.symbol) + ".c");
}

}  // namespace

TEST_CASE("each kernel is a file of its instruction set's folder, and each file a kernel") {
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(SPINDLE_SOURCE_DIR "/runtime")) {
    if (entry.path().extension() == ".c") files.insert(entry.path());
  }
  CHECK(files.erase(fs::path(SPINDLE_SOURCE_DIR "/runtime/spindle_version.c")) == 1);
  for (const KernelInfo& info : kernels()) {
    INFO(info.symbol);
    CHECK(files.erase(source_of(info)) == 1);
    CHECK(info.code_bytes > 0);
  }
  CHECK(files == std::set<fs::path>{});
}

TEST_CASE("each kernel takes the parameters and the scratch that spindle.h declares") {
  const std::string header = text_of(SPINDLE_SOURCE_DIR "/runtime/spindle.h");
  for (const KernelInfo& info : kernels()) {
    const std::string symbol(info.symbol);
    INFO(symbol);
    std::smatch match;
    REQUIRE(std::regex_search(header, match, std::regex("void " + symbol + R"(\(([^;]*)\);)")));
    const std::string arguments = match[1];
    std::smatch params;
    const bool has_params =
        std::regex_search(arguments, params, std::regex(R"(const (spindle_\w+_params) ?\*)"));
    CHECK(info.params == (has_params ? params[1].str() : ""));
    if (!info.params.empty()) CHECK(param_struct(info.params).name == info.params);
    const bool takes_scratch = arguments.find("void* scratch") != std::string::npos;
    CHECK((info.scratch != nullptr) == takes_scratch);
  }
}

TEST_CASE("the table names each other kernel that a kernel's file calls") {
  for (const KernelInfo& info : kernels()) {
    INFO(info.symbol);
    const std::string text = text_of(source_of(info));
    std::set<std::string> called;
    for (const KernelInfo& other : kernels()) {
      const std::regex call("\\b" + std::string(other.symbol) + "\\(");
      if (other.symbol != info.symbol && std::regex_search(text, call))
        called.emplace(other.symbol);
    }
    CHECK(called == (info.calls.empty() ? std::set<std::string>{}
                                        : std::set<std::string>{std::string(info.calls)}));
  }
}

TEST_CASE("a kernel that replaces another has its parameters") {
  for (const KernelInfo& info : kernels()) {
    INFO(info.symbol);
    if (info.instead_of.empty()) continue;
    CHECK(info.isa != Isa::kPortable);
    CHECK(find_kernel_info(info.instead_of).isa == Isa::kPortable);
    CHECK(find_kernel_info(info.instead_of).params == info.params);
  }
  CHECK_THROWS_AS(find_kernel_info("spindle_none"), InternalError);
}
