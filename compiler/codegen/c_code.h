// NAME.c: parameters, the functions of the program, and what the model's users call.
#pragma once

#include <string>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

[[nodiscard]] std::string c_code(const CSpelling& c);

}  // namespace spindle
