// What stands behind an option's '=', read. All throw UsageError for anything else than they take.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace spindle {

// Bytes from 1 to 2^40, as size_from_text reads them: "131072", "96K", "1.5MiB".
[[nodiscard]] std::int64_t parse_size(const std::string& option, const std::string& text);

// "127.5" or "1,2,3": finite numbers.
[[nodiscard]] std::vector<float> parse_numbers(const std::string& option, const std::string& text);

// The same, all above 0.
[[nodiscard]] std::vector<float> parse_divisors(const std::string& option, const std::string& text);

// "NAME=N" and "INPUT:AXIS=N" with N > 0, each name once.
[[nodiscard]] std::map<std::string, std::int64_t> parse_dims(const std::vector<std::string>& texts);

}  // namespace spindle
