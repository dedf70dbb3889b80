// --detect: detections instead of raw boxes and scores.
#pragma once

#include <array>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

struct DetectOptions {
  float score = 0.5F;  // detections have at least this score
  // Largest intersection over union with a better detection of the same class.
  float overlap = 0.5F;
  int most = 10;       // largest number of detections
  int background = 0;  // class index that stands for "no object"; -1: there is none
  // For the centre in both axes, then for the size in both axes.
  std::array<float, 4> variance{0.1F, 0.1F, 0.2F, 0.2F};
  bool corners = false;           // true: offsets move corners; false: centre and size
  bool anchors_corners = true;    // true: anchors are two corners; false: centre and size
  bool x_first = false;           // true: coordinates come as x, y; false: y, x
  ConstantPtr anchors = nullptr;  // [N, 4] or [1, N, 4]; null: the model has an anchor output
};

// Replaces the model's outputs by a single one, a Detect called "detections", float [most, 6]. The
// model must have the outputs scores [1,N,C], boxes [1,N,4] and, unless `options` has anchors,
// anchors [1,N,4] that do not depend on the input. Reports E0405 and returns false if it does not.
// The graph is as imported, before any pass.
[[nodiscard]] bool take_detections(Graph& graph, const DetectOptions& options,
                                   Diagnostics& diagnostics);

}  // namespace spindle
