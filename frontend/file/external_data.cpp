#include "frontend/file/external_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "frontend/file/failure.h"

namespace spindle::frontend {
namespace fs = std::filesystem;
namespace {

// The same limit as for the model file. Reading needs several times as much memory.
constexpr std::int64_t kMostBytes = std::int64_t{256} << 20;

// Both '/' and '\' count as separators on every system, so that a model means the same everywhere.
bool climbs(const std::string& location) {
  std::string normalized = location;
  std::replace(normalized.begin(), normalized.end(), '\\', '/');
  const fs::path path(normalized);
  return std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

bool inside(const fs::path& file, const fs::path& folder) {
  const auto [rest, _] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return rest == folder.end();
}

}  // namespace

const ExternalData::File& ExternalData::open(const std::string& location) {
  if (const auto known = files_.find(location); known != files_.end()) return known->second;
  const std::string shown = printable(location);
  if (folder_.empty()) {
    bad_constant(fmt::format("external data '{}' cannot be read: the model has no folder", shown));
  }
  const bool plain = !location.empty() && location.find('\0') == std::string::npos;
  if (!plain || fs::path(location).is_absolute() || location.front() == '\\' || climbs(location)) {
    bad_constant(fmt::format("external data '{}' lies outside of the model's folder", shown));
  }
  std::error_code error;
  const fs::path folder = fs::canonical(folder_, error);
  const fs::path file = error ? fs::path() : fs::canonical(folder_ / location, error);
  if (error) bad_constant(fmt::format("external data '{}': {}", shown, error.message()));
  if (!inside(file, folder)) {
    bad_constant(fmt::format("external data '{}' lies outside of the model's folder", shown));
  }
  if (!fs::is_regular_file(file, error) || error) {
    bad_constant(fmt::format("external data '{}' is not a regular file", shown));
  }
  const auto size = static_cast<std::int64_t>(fs::file_size(file, error));
  if (error) bad_constant(fmt::format("external data '{}': {}", shown, error.message()));
  if (size > kMostBytes) {
    bad_constant(
        fmt::format("external data '{}' has more than {} MiB, the limit", shown, kMostBytes >> 20));
  }
  if (paid_.insert(file).second) budget_->grow(size);  // several locations may name one file
  return files_.emplace(location, File{file, size}).first->second;
}

std::vector<std::byte> ExternalData::read(const std::string& location, std::int64_t offset,
                                          std::int64_t length) {
  const File& file = open(location);
  if (offset < 0 || length < 0 || offset > file.size || length > file.size - offset) {
    bad_constant(
        fmt::format("external data '{}' has {} bytes, but the model asks for {} bytes at {}",
                    printable(location), file.size, length, offset));
  }
  budget_->charge(length);
  std::vector<std::byte> bytes(length);
  std::ifstream stream(file.path, std::ios::binary);
  stream.seekg(offset);
  stream.read(reinterpret_cast<char*>(bytes.data()), length);
  if (!stream || stream.gcount() != length) {
    bad_constant(fmt::format("external data '{}' cannot be read", printable(location)));
  }
  return bytes;
}

}  // namespace spindle::frontend
