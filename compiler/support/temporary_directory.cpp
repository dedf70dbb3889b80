#include "compiler/support/temporary_directory.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace spindle {

TemporaryDirectory::TemporaryDirectory() {
  const char* base = std::getenv("TMPDIR");
  if (base == nullptr || *base == '\0') base = "/tmp";
  int error = 0;
  folder_ = Leftover(Leftover::Kind::folder, [&]() -> std::filesystem::path {
    std::error_code code;
    std::string name = std::filesystem::absolute(base, code) / ("spindle-" + std::string(6, 'X'));
    if (!code && mkdtemp(name.data()) != nullptr) return name;
    error = code ? code.value() : errno;
    return {};
  });
  if (!folder_) {
    throw TemporaryDirectoryError(
        fmt::format("cannot make a folder in '{}': {}", base, std::strerror(error)));
  }
}

}  // namespace spindle
