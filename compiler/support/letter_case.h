// Cases of ASCII letters; other bytes stay as they are, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace spindle {

[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] std::string upper_case(std::string_view text);

}  // namespace spindle
