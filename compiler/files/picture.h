// Pictures as model inputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// An 8-bit picture: rows from the top, channels (1 or 3) interleaved.
struct Picture {
  int width = 0, height = 0, channels = 0;
  std::vector<std::uint8_t> pixels;
};

struct PictureOptions {
  double crop = 1.0;             // part of the shorter side to keep, in (0, 1]; 1: no crop
  std::vector<float> mean, std;  // one value or one per channel, in units of bytes; empty: 0 and 1
};

// Reads a .png, .jpg or .bmp file, converted to `channels` channels. The decoded picture may have
// at most 256 MiB. Sets `error` and returns an empty picture on failure.
[[nodiscard]] Picture read_picture(const std::filesystem::path& file, int channels,
                                   std::string& error);

// Crops the centre (a square of `crop` times the shorter side if crop < 1, else the whole picture)
// and resamples it to width x height. The filter is bilinear; where the picture shrinks, it is
// widened to cover all source pixels.
[[nodiscard]] Picture fit(const Picture& picture, int width, int height, double crop);

// Converts the picture to an input tensor of `shape` (rank 4, batch 1; NCHW or NHWC, see
// image_shape), which has the picture's size: float32 holds (byte - mean) / std, int8 byte - 128,
// other integer types the bytes.
[[nodiscard]] ConstantPtr to_input(const Picture& picture, const Shape& shape, DType type,
                                   const PictureOptions& options);

struct ImageShape {
  int channels = 0, height = 0, width = 0;
  bool planar = false;
};
// The image in a tensor of `shape`: rank 4, batch 1, with 1 or 3 channels last (NHWC) or else
// second (NCHW, planar). channels == 0 if it is none.
[[nodiscard]] ImageShape image_shape(const Shape& shape);

}  // namespace spindle
