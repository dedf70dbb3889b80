#include "tests/support/tool.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace spindle::testing {

namespace fs = std::filesystem;

ProcessResult run_tool(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SPINDLE_TOOL);
  return run_process({.command = std::move(arguments)});
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string digits_model(const std::string& kind) {
  return SPINDLE_SOURCE_DIR "/examples/digits/digits_" + kind + ".onnx";
}

}  // namespace spindle::testing
