// Results drawn into pictures: boxes of detections, classes of pixels.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/files/picture.h"
#include "compiler/ir/tensor.h"

namespace spindle {

// One row of a Detect's output.
struct Detection {
  int label = 0;
  float score = 0;
  // In parts of the picture's height and width, from the top left corner.
  float top = 0, left = 0, bottom = 0, right = 0;
};
// Those that `rows`, float [n, 6], holds; `x_first` if its coordinates come as x, y.
[[nodiscard]] std::vector<Detection> detections_of(const Constant& rows, bool x_first);

// The colour of a class, as the PASCAL VOC dataset has it: black for 0, no two of 256 alike.
[[nodiscard]] std::array<std::uint8_t, 3> class_color(int label);

// Frames in the colours of their classes; what lies outside of the picture is cut off.
void draw_detections(Picture& picture, const std::vector<Detection>& detections);

// Blends the colour of each pixel's class over `picture`, which is resized to the map: `classes` is
// an integer tensor of `height` x `width` indices. Class 0 leaves the picture as it is.
[[nodiscard]] Picture draw_classes(const Picture& picture, const Constant& classes, int width,
                                   int height);

// The picture (3 channels) as a PNG file's bytes.
[[nodiscard]] std::string to_png(const Picture& picture);

}  // namespace spindle
