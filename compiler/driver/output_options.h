// Options that change what a model gives: classes as uint8, and detections instead of raw boxes.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// --detect=ssd,...
struct DetectOptions {
  float score = 0.5F;    // least score of a detection
  float overlap = 0.5F;  // most intersection over union with a better detection of its class
  int most = 10;         // detections
  int background = 0;    // the class that is none; -1: there is no such class
  std::array<float, 4> variance{0.1F, 0.1F, 0.2F, 0.2F};  // first, second centre; their sizes
  bool corners = false;           // boxes are offsets of corners, not of centre and size
  bool anchors_corners = true;    // anchors are corners, not centre and size
  bool x_first = false;           // coordinates come as x, y
  std::filesystem::path anchors;  // .npy file of them, where the model has none
};

// From "ssd[,score=0.5][,iou=0.5][,max=10][,background=0|none][,variances=A:B:C:D]
// [,boxes=centers|corners][,anchors=centers|corners|FILE.npy][,order=yx|xy]". Sets `error` if it is
// not like that.
[[nodiscard]] DetectOptions parse_detect(const std::string& text, std::string& error);

// Makes one output of the model's three (scores [1,N,C], boxes [1,N,4], anchors [1,N,4], which do
// not depend on the input): "detections", float [most, 6], a Detect. Reports E0405 and returns
// false if the outputs are not such. The graph is as imported.
[[nodiscard]] bool take_detections(Graph& graph, const DetectOptions& options,
                                   Diagnostics& diagnostics);

// --output-u8: outputs that are indices of at most 256 classes become uint8. Reports E0407 and
// returns false if there are none. The graph is as imported.
[[nodiscard]] bool take_indices_as_u8(Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
