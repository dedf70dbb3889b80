#include "compiler/driver/output_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

namespace spindle {
namespace fs = std::filesystem;
namespace {

bool write_bytes(const fs::path& file, const std::string& data) {
  std::ofstream out(file, std::ios::binary);
  out.write(data.data(), static_cast<std::streamsize>(data.size()));
  out.close();
  return out.good();
}

}  // namespace

bool write_files(const fs::path& folder, const std::vector<OutputFile>& files,
                 Diagnostics& diagnostics) {
  std::error_code error;
  const bool existed = fs::is_directory(folder, error);
  fs::create_directories(folder, error);
  const auto temporary = [&](const OutputFile& file) {
    return folder / fmt::format(".{}.{}.tmp", file.name, ::getpid());
  };
  const auto fail = [&](const fs::path& file, const std::string& why) {
    diagnostics.error("E0410", fmt::format("cannot write '{}'", file.string()))
        .notes.push_back(why);
    std::error_code ignored;
    for (const OutputFile& other : files) fs::remove(temporary(other), ignored);
    if (!existed) fs::remove(folder, ignored);
    return false;
  };
  if (!fs::is_directory(folder)) return fail(folder, "it is not a folder that can be made");
  for (const OutputFile& file : files) {
    if (!write_bytes(temporary(file), file.data)) {
      return fail(folder / file.name, "writing failed: no permission, or no space left");
    }
  }
  // All that can be known beforehand, so that no file is replaced if another cannot be.
  for (const OutputFile& file : files) {
    if (fs::is_directory(folder / file.name)) return fail(folder / file.name, "it is a folder");
  }
  std::vector<fs::path> made;
  for (const OutputFile& file : files) {
    const fs::path path = folder / file.name;
    const bool fresh = !fs::exists(path);
    fs::rename(temporary(file), path, error);
    if (error) {
      const std::string why = error.message();
      for (const fs::path& other : made) fs::remove(other, error);
      return fail(path, why);
    }
    if (fresh) made.push_back(path);
  }
  return true;
}

bool write_file(const fs::path& file, const std::string& data, Diagnostics& diagnostics) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  return write_files(folder, {{file.filename().string(), data}}, diagnostics);
}

}  // namespace spindle
