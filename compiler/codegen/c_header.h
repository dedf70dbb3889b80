// NAME.h: the header that the model's users include.
#pragma once

#include <string>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

[[nodiscard]] std::string c_header(const CSpelling& c);

}  // namespace spindle
