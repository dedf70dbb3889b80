// Formats the pages of the manual (manual.h).
#pragma once

#include <string>
#include <vector>

#include "compiler/options/manual.h"

namespace spindle {

// For terminals. Lines have at most 80 characters; only code and long terms may exceed that.
[[nodiscard]] std::string text_page(const ManualPage& page);

// A man page of section 1: troff with the man macros.
[[nodiscard]] std::string man_page(const ManualPage& page);

// Markdown for a file in docs/: links to other pages there are plain file names.
[[nodiscard]] std::string markdown_page(const ManualPage& page);
// A table whose first column has that heading, as in docs/commands.md. Ends with a line break.
[[nodiscard]] std::string markdown_table(const std::string& heading,
                                         const std::vector<ManualItem>& items);

}  // namespace spindle
