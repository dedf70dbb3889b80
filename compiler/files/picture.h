// Pictures as model inputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// 8-bit picture, rows of interleaved channels (1 or 3).
struct Picture {
  int width = 0, height = 0, channels = 0;
  std::vector<std::uint8_t> pixels;
};

struct PictureOptions {
  double crop = 1.0;             // centre part of the shorter side that is kept, in (0, 1]
  std::vector<float> mean, std;  // one value or one per channel, in byte units; empty: 0 and 1
};

// Reads .png, .jpg, .bmp with `channels` channels, of at most 256 MiB when decoded. Sets `error`
// and returns an empty picture when that fails.
[[nodiscard]] Picture read_picture(const std::filesystem::path& file, int channels,
                                   std::string& error);

// Centre crop (a square of `crop` times the shorter side when crop < 1, else the whole picture),
// then resampled to width x height: area-weighted where it shrinks, bilinear where it grows.
[[nodiscard]] Picture fit(const Picture& picture, int width, int height, double crop);

// The picture as the tensor a model takes: NCHW or NHWC by `shape` (rank 4, batch 1), float32
// (byte - mean) / std, uint8 the bytes, int8 bytes - 128.
[[nodiscard]] ConstantPtr to_input(const Picture& picture, const Shape& shape, DType type,
                                   const PictureOptions& options);

struct ImageShape {
  int channels = 0, height = 0, width = 0;
  bool planar = false;
};
// The image that `shape` holds; channels == 0 if it is none.
[[nodiscard]] ImageShape image_shape(const Shape& shape);

}  // namespace spindle
