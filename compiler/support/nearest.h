// What somebody who mistyped a word may have meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// The choice that differs least from `word`, by at most a third of its letters (added, left out,
// or another); nothing if none is that close.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& choices);

}  // namespace spindle
