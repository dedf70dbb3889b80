// Checks that HTML is well-formed XML, so that every element is closed and all text is escaped.
#pragma once

#include <string>

namespace spindle::testing {

// Checks that elements nest and end, attributes are quoted and unique, ids are unique, and '<' and
// '&' appear in markup only. Returns the first error with the text around it, or an empty text.
[[nodiscard]] std::string markup_error(const std::string& html);

}  // namespace spindle::testing
