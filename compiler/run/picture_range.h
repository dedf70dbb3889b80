// Whether a picture's values are what a quantized model takes.
#pragma once

#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/files/picture.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/run/input_sets.h"

namespace spindle {

// Warns (W0401), for each input that is given pictures, where the model quantizes it first, and the
// values that `options` make of a picture's bytes lie far from all that its scale and zero point
// can hold.
void check_picture_ranges(const Compilation& compilation, const std::vector<InputSet>& sets,
                          const PictureOptions& options, Diagnostics& diagnostics);

}  // namespace spindle
