// --detect: detections instead of raw boxes and scores.
#pragma once

#include <array>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

struct DetectOptions {
  float score = 0.5F;    // least score of a detection
  float overlap = 0.5F;  // most intersection over union with a better detection of its class
  int most = 10;         // detections
  int background = 0;    // the class that is none; -1: there is no such class
  std::array<float, 4> variance{0.1F, 0.1F, 0.2F, 0.2F};  // first, second centre; their sizes
  bool corners = false;           // boxes are offsets of corners, not of centre and size
  bool anchors_corners = true;    // anchors are corners, not centre and size
  bool x_first = false;           // coordinates come as x, y
  ConstantPtr anchors = nullptr;  // [N, 4] or [1, N, 4], where the model has none
};

// Makes one output of the model's three (scores [1,N,C], boxes [1,N,4], anchors [1,N,4], which do
// not depend on the input): "detections", float [most, 6], a Detect. Reports E0405 and returns
// false if the outputs are not such. The graph is as imported.
[[nodiscard]] bool take_detections(Graph& graph, const DetectOptions& options,
                                   Diagnostics& diagnostics);

}  // namespace spindle
