// Numbers for people.
#pragma once

#include <cstdint>
#include <string>

namespace spindle {

// "300.8 M", "1.2 k"; "122.3 KiB", "3.47 MiB".
[[nodiscard]] std::string human_count(std::int64_t count);
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

}  // namespace spindle
