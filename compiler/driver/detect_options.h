// Reads the value of `--detect`.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/passes/detections.h"

namespace spindle {

struct DetectSettings : DetectOptions {
  std::filesystem::path anchors_file;  // .npy; empty: an output of the model holds the anchors
};

// The form is "ssd[,score=0.5][,iou=0.5][,max=10][,background=0|none][,variances=A:B:C:D]
// [,boxes=centers|corners][,anchors=centers|corners|FILE.npy][,order=yx|xy]". Sets `error` if
// `text` has another form or a value is out of range. Does not open FILE.npy.
[[nodiscard]] DetectSettings parse_detect(const std::string& text, std::string& error);

}  // namespace spindle
