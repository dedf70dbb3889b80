// NAME.c: parameter structs, the functions of the program, and the functions that the model's users
// call.
#pragma once

#include <string>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

[[nodiscard]] std::string c_code(const CSpelling& c);

}  // namespace spindle
