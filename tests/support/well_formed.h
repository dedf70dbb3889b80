// Whether HTML is well-formed as XML, so that every element is closed and nothing is unescaped.
#pragma once

#include <string>

namespace spindle::testing {

// What is wrong first, with the text around it; empty if the document is well-formed: elements
// nest and end, attributes are quoted and unique, ids too, '<' and '&' appear in markup only.
[[nodiscard]] std::string markup_error(const std::string& html);

}  // namespace spindle::testing
