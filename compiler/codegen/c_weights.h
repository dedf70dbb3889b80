// The generated files that hold constant data.
#pragma once

#include <string>
#include <vector>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

// NAME_weights.h, which declares the arrays, and the files that define them.
[[nodiscard]] std::vector<EmittedFile> c_weights(const CSpelling& c, WeightsForm form);

// The section that a constant belongs to where no macro can say it: the one that the attribute of
// its region names, or one named after the region; outside of regions `wish`, or else the model's.
[[nodiscard]] std::string weights_section(const CSpelling& c, int constant,
                                          const std::string& wish);

}  // namespace spindle
