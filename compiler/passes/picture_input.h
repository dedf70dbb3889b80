// --input-u8: the model takes an uint8 picture from a camera instead of normalized floats.
#pragma once

#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Replaces the only input, a float image, by an uint8 one in NHWC order and a table that computes
// value = (byte - mean) / std in float32. `mean_std` is {mean, std}, or the means of all channels
// followed by their standard deviations; the unit is that of the bytes (0 to 255). Elementwise
// operators behind it become part of the table. Reports E0402 and returns false if the model has no
// such input. The graph is as imported, before any pass.
[[nodiscard]] bool take_picture_input(Graph& graph, const std::vector<float>& mean_std,
                                      Diagnostics& diagnostics);

}  // namespace spindle
