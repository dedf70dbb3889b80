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
// Makes any text safe inside of a comment: ASCII on one line that neither ends the comment nor
// looks like the beginning of another one, and that has no trigraph. Other characters become
// \u00e9, control characters \x0a.
[[nodiscard]] std::string c_comment(std::string_view text);

// Appends the array's elements, separated by commas, in lines of at most 100 columns.
void append_elements(std::string& out, const ConstArray& array);

}  // namespace spindle
