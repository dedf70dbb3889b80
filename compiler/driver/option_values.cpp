#include "compiler/driver/option_values.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>

#include "compiler/options/usage_error.h"
#include "compiler/support/size_text.h"

namespace spindle {
namespace {

constexpr std::int64_t kMostMemory = std::int64_t{1} << 40;

// Fails if anything follows the number.
bool read_integer(std::string_view text, std::int64_t& value) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end;
}

bool read_float(std::string_view text, float& value) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end && std::isfinite(value);
}

}  // namespace

std::int64_t parse_size(const std::string& option, const std::string& text) {
  const std::optional<std::int64_t> bytes = size_from_text(text, kMostMemory);
  if (bytes) return *bytes;
  throw UsageError(option, fmt::format("'{}' is not a number of bytes above 0", text),
                   fmt::format("for example {}=131072, {}=96K or {}=1.5MiB; K is 1024 bytes",
                               option, option, option));
}

std::vector<float> parse_numbers(const std::string& option, const std::string& text) {
  std::vector<float> values;
  std::istringstream parts(text + ",");
  for (std::string part; std::getline(parts, part, ',');) {
    float value = 0;
    if (!read_float(part, value)) {
      throw UsageError(option, fmt::format("'{}' is not a number", part),
                       fmt::format("for example {}=127.5, or one for each channel: "
                                   "{}=123.7,116.3,103.5",
                                   option, option));
    }
    values.push_back(value);
  }
  return values;
}

std::vector<float> parse_divisors(const std::string& option, const std::string& text) {
  std::vector<float> values = parse_numbers(option, text);
  for (float value : values) {
    if (value > 0) continue;
    throw UsageError(option, fmt::format("a picture's bytes cannot be divided by {}", value),
                     fmt::format("give values above 0; {}=1 leaves them as they are", option));
  }
  return values;
}

std::map<std::string, std::int64_t> parse_dims(const std::vector<std::string>& texts) {
  std::map<std::string, std::int64_t> dims;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    std::int64_t value = 0;
    const bool good = equals != std::string::npos && equals > 0 &&
                      read_integer(std::string_view(text).substr(equals + 1), value) && value > 0;
    if (!good) {
      throw UsageError("--dim", fmt::format("'{}' is not NAME=N with N > 0", text),
                       "for example --dim height=224, or by place, --dim image:2=224");
    }
    const std::string name = text.substr(0, equals);
    if (!dims.emplace(name, value).second) {
      throw UsageError(
          "--dim", fmt::format("'{}' is given twice", name),
          "all dimensions of one name have one size; --dim INPUT:AXIS=N sets a single dimension");
    }
  }
  return dims;
}

}  // namespace spindle
