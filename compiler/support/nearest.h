// Suggestions for mistyped words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// The choice that is nearest to `word`, if it differs in at most a third of its letters (added,
// missing or changed); otherwise nothing.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& choices);

}  // namespace spindle
