// Checks that a picture's values are in the range that a quantized model expects.
#pragma once

#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/files/picture.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/run/input_sets.h"

namespace spindle {

// Warns (W0401) for each input that is given pictures, if the model quantizes it first and the
// values that `options` makes of bytes do not fit the range that scale and zero point can
// represent.
void check_picture_ranges(const Compilation& compilation, const std::vector<InputSet>& sets,
                          const PictureOptions& options, Diagnostics& diagnostics);

}  // namespace spindle
