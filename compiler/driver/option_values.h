// Functions that read the value of an option. `option` is its name, for messages. All throw
// UsageError if the text has another form than the one described.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace spindle {

// Bytes from 1 to 2^40, as size_from_text reads them: "131072", "96K", "1.5MiB".
[[nodiscard]] std::int64_t parse_size(const std::string& option, const std::string& text);

// One or more finite numbers: "127.5" or "1,2,3".
[[nodiscard]] std::vector<float> parse_numbers(const std::string& option, const std::string& text);

// As parse_numbers, but every number must be above 0.
[[nodiscard]] std::vector<float> parse_divisors(const std::string& option, const std::string& text);

// Sizes of dimensions, by what stands before the '=': "NAME=N" or "INPUT:AXIS=N", with N > 0. Each
// may be given once.
[[nodiscard]] std::map<std::string, std::int64_t> parse_dims(const std::vector<std::string>& texts);

}  // namespace spindle
