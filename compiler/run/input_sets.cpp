#include "compiler/run/input_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "compiler/support/names.h"

namespace spindle {
namespace {

namespace fs = std::filesystem;

bool is_input(const fs::path& file) {
  constexpr std::array<std::string_view, 5> kExtensions{".npy", ".png", ".jpg", ".jpeg", ".bmp"};
  const std::string extension = lower_case(file.extension().string());
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::vector<fs::path> files_in(const fs::path& folder, Diagnostics& diagnostics) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (!name.starts_with('.') && is_input(name) && !entry->is_directory(ignored)) {
      files.push_back(entry->path());
    }
  }
  if (error) {
    diagnostics.error("E0420", "the folder cannot be read", folder.string())
        .notes.push_back(error.message());
  } else if (files.empty()) {
    diagnostics.error("E0420", "the folder holds nothing to run the model on", folder.string())
        .helps.emplace_back("inputs are .png, .jpg and .bmp pictures and .npy arrays");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<InputSet> input_sets(const std::vector<fs::path>& given, std::size_t inputs,
                                 Diagnostics& diagnostics) {
  if (inputs != 1) {
    if (given.size() == inputs) return {{given, given.empty() ? "" : given[0].string()}};
    diagnostics
        .error("E0421", fmt::format("{} input file{} given, but the model has {} inputs",
                                    given.size(), given.size() == 1 ? "" : "s", inputs))
        .helps.emplace_back("repeat --input once per model input, in the model's order");
    return {};
  }
  std::vector<InputSet> sets;
  for (const fs::path& path : given) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      sets.push_back({{path}, path.string()});
      continue;
    }
    for (const fs::path& file : files_in(path, diagnostics))
      sets.push_back({{file}, file.string()});
  }
  return sets;
}

}  // namespace spindle
