// Pages of the manual, set.
#pragma once

#include <string>
#include <vector>

#include "compiler/options/manual.h"

namespace spindle {

// For terminals: lines of up to 80 characters, but for code and terms that are longer.
[[nodiscard]] std::string text_page(const ManualPage& page);

// troff with the man macros, in section 1.
[[nodiscard]] std::string man_page(const ManualPage& page);

// Pages of docs/ are linked as their neighbours.
[[nodiscard]] std::string markdown_page(const ManualPage& page);
// A table with a heading for terms, as of docs/commands.md; ends with a line break.
[[nodiscard]] std::string markdown_table(const std::string& heading,
                                         const std::vector<ManualItem>& items);

}  // namespace spindle
