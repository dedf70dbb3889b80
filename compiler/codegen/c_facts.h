// The part of a header that says where the model comes from and what its numbers mean.
#pragma once

#include <string>
#include <string_view>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

// Macros for the version, target, options, digest and stack; empty without ModelFacts.
[[nodiscard]] std::string c_origin(const CSpelling& c);

// What the values of an input or output mean: scale and zero point, normalization of an image,
// members of a detection. Empty if the header adds nothing to what the model file says.
[[nodiscard]] std::string c_meaning(const CSpelling& c, const ProgramIo& io, bool input);

// For "0.1.0": the value of SPINDLE_RUNTIME_VERSION (100), and the symbol that the runtime of this
// version defines.
[[nodiscard]] int version_number(std::string_view version);
[[nodiscard]] std::string version_symbol(std::string_view version);

}  // namespace spindle
