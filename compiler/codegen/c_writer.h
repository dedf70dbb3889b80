// Spelling of C literals and identifiers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/lower/kernel/kernel.h"

namespace spindle {

[[nodiscard]] std::string c_float(float value);  // "0.5f", "SPINDLE_INFINITY"
[[nodiscard]] std::string c_int(std::int64_t value);
[[nodiscard]] std::string upper(std::string_view name);
// Any text inside of a comment, in ASCII: it neither ends the comment nor looks like the beginning
// of another, makes no trigraph, and stays in its line. \u00e9 stands for what is not ASCII, \x0a
// for control characters.
[[nodiscard]] std::string c_comment(std::string_view text);

// The array's elements, comma-separated, in lines of at most 100 columns.
void append_elements(std::string& out, const ConstArray& array);

}  // namespace spindle
