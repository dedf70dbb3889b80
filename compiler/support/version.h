// The version of this Spindle.
#pragma once

#include <string_view>

namespace spindle {

// "0.1.0"
[[nodiscard]] std::string_view version();

}  // namespace spindle
