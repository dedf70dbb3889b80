// docs/adding-an-operator.md names every file that must know a new operator, and
// docs/adding-a-kernel.md every file that must know its kernel. The test finds those files by
// examples: files that mention Elu or Mish for functions of one element, files that mention TopK
// for an operator of its own, and files that mention TopK's kernel.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/catch.h"

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = SPINDLE_SOURCE_DIR;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The part of the page on operators from `heading` to the next heading of its level.
std::string section(const std::string& heading) {
  const std::string page = text_of(kRoot / "docs/adding-an-operator.md");
  const std::size_t begin = page.find("## " + heading);
  REQUIRE(begin != std::string::npos);
  return page.substr(begin, page.find("\n## ", begin) - begin);
}

// The texts in backquotes that are paths with a folder.
std::vector<std::string> paths_in(const std::string& text) {
  std::vector<std::string> paths;
  for (std::size_t begin = text.find('`'); begin != std::string::npos;) {
    const std::size_t end = text.find('`', begin + 1);
    REQUIRE(end != std::string::npos);
    const std::string quoted = text.substr(begin + 1, end - begin - 1);
    const bool is_path = quoted.find('/') != std::string::npos &&
                         quoted.find(' ') == std::string::npos &&
                         quoted.find('*') == std::string::npos;
    if (is_path) paths.push_back(quoted);
    begin = text.find('`', end + 1);
  }
  return paths;
}

bool mentions(const std::string& text, std::string_view word) {
  const auto joins = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !joins(text[at - 1])) && (end == text.size() || !joins(text[end]))) return true;
  }
  return false;
}

// The sources of the compiler, the frontend and the runtime that mention one of `words`.
std::vector<std::string> sources_with(const std::vector<std::string_view>& words) {
  std::vector<std::string> found;
  for (const char* folder : {"compiler", "frontend", "runtime"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string kind = entry.path().extension();
      if (kind != ".h" && kind != ".cpp" && kind != ".c") continue;
      const std::string text = text_of(entry.path());
      const auto is_in = [&](std::string_view word) { return mentions(text, word); };
      if (std::any_of(words.begin(), words.end(), is_in)) {
        found.push_back(fs::relative(entry.path(), kRoot).generic_string());
      }
    }
  }
  return found;
}

// Those of the files that `page` does not name.
std::string missing(const std::vector<std::string>& files, const std::string& page) {
  const std::vector<std::string> named = paths_in(page);
  std::string text;
  for (const std::string& file : files) {
    if (std::find(named.begin(), named.end(), file) == named.end()) text += file + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("the page on operators names the files that know an operator") {
  const std::vector<std::string> kind =
      sources_with({"kElu", "SPINDLE_ELU", "Elu", "elu", "kMish", "SPINDLE_MISH"});
  const std::vector<std::string> own = sources_with({"TopK", "lower_top_k"});
  CHECK(kind.size() >= 8);
  CHECK(own.size() >= 9);
  CHECK(missing(kind, section("A function of one element")) == "");
  CHECK(missing(own, section("An operator of its own")) == "");
}

TEST_CASE("the page on kernels names the files that know a kernel") {
  std::vector<std::string> files = sources_with(
      {"spindle_top_k_f32", "spindle_top_k_f32_params", "lower_top_k", "describe_top_k"});
  std::erase(files, "runtime/portable/spindle_top_k_f32.c");
  CHECK(files.size() >= 8);
  CHECK(missing(files, text_of(kRoot / "docs/adding-a-kernel.md")) == "");
}

TEST_CASE("the files that the page on operators names exist") {
  const std::vector<std::string> paths = paths_in(text_of(kRoot / "docs/adding-an-operator.md"));
  CHECK(paths.size() > 30);
  for (const std::string& path : paths) {
    INFO(path);
    CHECK(fs::is_regular_file(kRoot / path));
  }
}
