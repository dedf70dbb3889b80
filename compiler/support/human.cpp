#include "compiler/support/human.h"

#include <fmt/format.h>

namespace spindle {

std::string human_count(std::int64_t count) {
  if (count >= 1000000) return fmt::format("{:.1f} M", static_cast<double>(count) / 1e6);
  if (count >= 1000) return fmt::format("{:.1f} k", static_cast<double>(count) / 1e3);
  return fmt::format("{}", count);
}

std::string human_bytes(std::int64_t bytes) {
  if (bytes >= std::int64_t{1024} * 1024) {
    return fmt::format("{:.2f} MiB", static_cast<double>(bytes) / (1024 * 1024));
  }
  if (bytes >= 1024) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{} B", bytes);
}

}  // namespace spindle
