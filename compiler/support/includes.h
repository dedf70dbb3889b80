// The headers that a C file includes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// The names in the lines `#include "NAME"` of a C file, in order. Headers in angle brackets are not
// among them.
[[nodiscard]] std::vector<std::string> quoted_includes(std::string_view text);

}  // namespace spindle
