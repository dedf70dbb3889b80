// The generated files that hold constant data.
#pragma once

#include <string>
#include <vector>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

// NAME_weights.h, which declares the arrays, and the files that define them.
[[nodiscard]] std::vector<EmittedFile> c_weights(const CSpelling& c, WeightsForm form);

}  // namespace spindle
