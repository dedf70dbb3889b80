// Checks that docs/design.md and CMakeLists.txt agree on which folder may use which.
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "tests/catch.h"

namespace {

using Uses = std::map<std::string, std::set<std::string>>;  // key: a folder, "lower/pack"

std::string text_of(const std::string& name) {
  std::ifstream file(SPINDLE_SOURCE_DIR "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), pattern), end; i != end; ++i) {
    found.insert((*i)[1]);
  }
  return found;
}

std::string without_prefix(const std::string& folder) {
  return std::regex_replace(folder, std::regex("^compiler/"), "");
}

Uses uses_in_design() {
  Uses uses;
  const std::string text = text_of("docs/design.md");
  const std::regex row(R"(\n\| `([^`]+)/` \|[^\n]*\|([^|\n]*)\|(?=\n))");
  for (std::sregex_iterator i(text.begin(), text.end(), row), end; i != end; ++i) {
    uses[without_prefix((*i)[1])] = matches((*i)[2], std::regex("`([^`]+)`"));
  }
  return uses;
}

Uses uses_in_cmake() {
  Uses uses;
  const std::string text = text_of("CMakeLists.txt") + text_of("compiler/llvm/llvm.cmake");
  const std::regex call(R"(\n *spindle_library\(([a-z][a-z_/]*)([^)]*)\))");
  for (std::sregex_iterator i(text.begin(), text.end(), call), end; i != end; ++i) {
    std::set<std::string>& used = uses[without_prefix((*i)[1])];
    for (const std::string& word : matches((*i)[2], std::regex("([^ \\n]+)"))) {
      if (word.find("::") != std::string::npos) continue;  // a library of another project
      const bool runtime = word.rfind("runtime", 0) == 0;
      used.insert(runtime ? "runtime"
                          : std::regex_replace(word, std::regex("^(lower|frontend)_"), "$1/"));
    }
  }
  return uses;
}

}  // namespace

TEST_CASE("docs/design.md and CMakeLists.txt agree on what each folder may use") {
  Uses design = uses_in_design();
  CHECK(design.erase("runtime") == 1);  // uses nothing; runtime/runtime.cmake defines it
  const Uses cmake = uses_in_cmake();
  CHECK(cmake.size() > 20);
  for (const auto& [folder, used] : cmake) {
    INFO(folder);
    CHECK(design[folder] == used);
  }
  CHECK(design.size() == cmake.size());
}
