#include "compiler/support/size_text.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "compiler/support/letter_case.h"

namespace spindle {
namespace {

// More digits than this behind the point cannot be held in 64 bits.
constexpr std::size_t kMostDecimals = 18;

// The bytes that a unit stands for; nothing for what is no unit.
std::optional<std::int64_t> unit_bytes(std::string_view text) {
  const std::string unit = lower_case(text);
  if (unit.empty() || unit == "b") return 1;
  const std::size_t power = std::string_view("kmg").find(unit[0]);
  const std::string rest = unit.substr(1);
  if (power == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib")) {
    return std::nullopt;
  }
  return std::int64_t{1} << (10 * (power + 1));
}

// Digits and nothing else; 0 for no digits at all.
std::optional<std::int64_t> whole(std::string_view digits) {
  if (digits.empty()) return 0;
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// floor(decimals / 10^count * unit), exactly; `unit` is a power of two. The fraction is doubled
// once for each bit of the unit, so that no number reaches 2 * 10^18.
std::int64_t fraction_of(std::int64_t decimals, std::size_t count, std::int64_t unit) {
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < count; ++i) scale *= 10;
  std::int64_t result = 0;
  for (; unit > 1; unit /= 2) {
    decimals *= 2;
    result = 2 * result + (decimals >= scale ? 1 : 0);
    if (decimals >= scale) decimals -= scale;
  }
  return result;
}

}  // namespace

std::optional<std::int64_t> size_from_text(std::string_view text, std::int64_t most) {
  const std::size_t number_end = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string_view number = text.substr(0, number_end);
  const std::size_t unit_begin = std::min(text.find_first_not_of(' ', number_end), text.size());
  const std::optional<std::int64_t> unit = unit_bytes(text.substr(unit_begin));
  const bool spaces_only = unit_begin == text.size() && number_end < text.size();
  if (!unit || spaces_only) return std::nullopt;

  std::string_view decimals;
  if (const std::size_t point = number.find('.'); point != std::string_view::npos) {
    decimals = number.substr(point + 1);
    number = number.substr(0, point);
    if (decimals.empty()) return std::nullopt;
    decimals = decimals.substr(0, decimals.find_last_not_of('0') + 1);
  } else if (number.empty()) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> integer = whole(number);
  const std::optional<std::int64_t> behind = whole(decimals);
  if (!integer || !behind || decimals.size() > kMostDecimals || *integer > most / *unit) {
    return std::nullopt;
  }
  const std::int64_t bytes = *integer * *unit + fraction_of(*behind, decimals.size(), *unit);
  if (bytes < 1 || bytes > most) return std::nullopt;
  return bytes;
}

bool is_size_unit(std::string_view text) {
  return !text.empty() && unit_bytes(text).has_value();
}

}  // namespace spindle
