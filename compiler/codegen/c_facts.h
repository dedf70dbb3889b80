// What a header says about its model besides functions and sizes: where it comes from, what its
// numbers mean.
#pragma once

#include <string>
#include <string_view>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

// Macros for the version, target, options, digest and stack; nothing without ModelFacts.
[[nodiscard]] std::string c_origin(const CSpelling& c);

// What the values of an input or output mean: scale and zero point, a picture's normalization, the
// members of a detection. Empty if the file's own meaning is all there is.
[[nodiscard]] std::string c_meaning(const CSpelling& c, const ProgramIo& io, bool input);

// "0.1.0" as SPINDLE_RUNTIME_VERSION (100), and as the symbol that the runtime of that version
// defines.
[[nodiscard]] int version_number(std::string_view version);
[[nodiscard]] std::string version_symbol(std::string_view version);

}  // namespace spindle
