// Runs the corpus of the pipeline's fuzz target: models of several exporters, and inputs with which
// fuzzing once found a bug.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/support/fuzz_input.h"

namespace fs = std::filesystem;
using namespace spindle::testing;

namespace {

std::vector<fs::path> corpus() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(SPINDLE_SOURCE_DIR) / "tests/fuzz/corpus")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("no input of the corpus makes the pipeline fail") {
  const std::vector<fs::path> files = corpus();
  REQUIRE(files.size() >= 20);
  for (const fs::path& file : files) {
    INFO(file.filename().string());
    const std::string bytes = read(file);
    CHECK(fuzz_pipeline(std::as_bytes(std::span(bytes))) == "");
  }
}

TEST_CASE("an input of the corpus cut off or changed makes the pipeline refuse at most") {
  for (const fs::path& file : corpus()) {
    const std::string bytes = read(file);
    for (std::size_t i = 0; i < 8; ++i) {
      std::string changed = bytes;
      changed[i * 131 % changed.size()] ^= static_cast<char>(1U << i);
      INFO(file.filename().string() << " with bit " << i << " changed");
      CHECK(fuzz_pipeline(std::as_bytes(std::span(changed))) == "");
    }
    INFO(file.filename().string() << " cut off");
    CHECK(fuzz_pipeline(std::as_bytes(std::span(bytes)).first(bytes.size() / 2)) == "");
  }
}
