// The generated files that hold constant data.
#pragma once

#include <string>
#include <vector>

#include "compiler/codegen/c_spelling.h"

namespace spindle {

// NAME_weights.h, which declares the arrays, and the files that define them.
[[nodiscard]] std::vector<EmittedFile> c_weights(const CSpelling& c, WeightsForm form);

// The section of a constant, for forms in which no macro can name it. In a region: the section in
// the region's attribute, or else one named after the region. Outside of regions: `wish` or, if
// that is empty, the model's own.
[[nodiscard]] std::string weights_section(const CSpelling& c, ConstantId constant,
                                          const std::string& wish);

}  // namespace spindle
