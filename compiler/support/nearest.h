// Suggestions for mistyped words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// The choice that differs least from `word`, by at most a third of its letters (added, omitted,
// replaced, or two neighbours swapped; case does not count). Where none is that close, the only
// choice that contains `word`, as "m7" in "cortex-m7". Nothing if there is no such choice either.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& choices);

// "did you mean 'cortex-m7'?"; empty if no choice is near.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& choices);

}  // namespace spindle
