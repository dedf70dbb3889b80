// --input-u8: the model takes the camera's uint8 picture instead of normalized floats.
#pragma once

#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Replaces the single float image input by a uint8 one in NHWC order, value = (byte - mean) / std
// in float32, by a table. `mean_std` is {mean, std}, or the means of all channels and then their
// standard deviations, in units of the picture's bytes. Elementwise operators that follow become
// part of the table. Reports E0402 and returns false if the model has no such input. The graph is
// as imported, not canonical.
[[nodiscard]] bool take_picture_input(Graph& graph, const std::vector<float>& mean_std,
                                      Diagnostics& diagnostics);

}  // namespace spindle
