// Draws results into pictures: boxes of detections, classes of pixels.
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
  // Relative to the picture's height and width, from the top left corner: 0 to 1.
  float top = 0, left = 0, bottom = 0, right = 0;
};
// The detections in `rows`, float [n, 6], up to the first unused row. `x_first`: coordinates come
// as x, y; otherwise as y, x.
[[nodiscard]] std::vector<Detection> detections_of(const Constant& rows, bool x_first);

// The colour of a class in the PASCAL VOC dataset: black for 0, a different one for each of 256
// classes.
[[nodiscard]] std::array<std::uint8_t, 3> class_color(int label);

// Draws each detection as a frame in the colour of its class, clipped to the picture. `picture`
// must have 3 channels.
void draw_detections(Picture& picture, const std::vector<Detection>& detections);

// Resizes `picture` (3 channels) to `width` x `height` and blends the colour of each pixel's class
// over it. `classes` is an integer tensor of `height` x `width` class indices. Pixels of class 0
// stay as they are.
[[nodiscard]] Picture draw_classes(const Picture& picture, const Constant& classes, int width,
                                   int height);

// Encodes the picture (3 channels) as PNG. Returns the bytes of the file.
[[nodiscard]] std::string to_png(const Picture& picture);

}  // namespace spindle
