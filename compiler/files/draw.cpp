#include "compiler/files/draw.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

constexpr std::size_t kRow = 6;  // floats per detection

void set_pixel(Picture& picture, int x, int y, const std::array<std::uint8_t, 3>& color) {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return;
  const auto at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                   static_cast<std::size_t>(x)) *
                  3;
  std::copy(color.begin(), color.end(), picture.pixels.begin() + static_cast<std::ptrdiff_t>(at));
}

// The pixel position of a relative coordinate. It is limited to one picture size beyond the
// picture, so that loops over it stay short.
int position(float part, int extent) {
  const float clamped = std::clamp(part, -1.0F, 2.0F);
  return static_cast<int>(std::lround(clamped * static_cast<float>(extent - 1)));
}

void draw_frame(Picture& picture, const Detection& d, int thickness) {
  std::array<std::uint8_t, 3> color = class_color(d.label);
  if (d.label == 0) color = {255, 255, 255};
  const int top = position(d.top, picture.height);
  const int bottom = position(d.bottom, picture.height);
  const int left = position(d.left, picture.width);
  const int right = position(d.right, picture.width);
  for (int t = 0; t < thickness; ++t) {
    for (int x = left; x <= right; ++x) {
      set_pixel(picture, x, top + t, color);
      set_pixel(picture, x, bottom - t, color);
    }
    for (int y = top; y <= bottom; ++y) {
      set_pixel(picture, left + t, y, color);
      set_pixel(picture, right - t, y, color);
    }
  }
}

}  // namespace

std::vector<Detection> detections_of(const Constant& rows, bool x_first) {
  std::vector<Detection> result;
  const auto values = rows.as<float>();
  for (std::size_t i = 0; i + kRow <= values.size(); i += kRow) {
    if (values[i] < 0) break;
    Detection d{static_cast<int>(values[i]),
                values[i + 1],
                values[i + 2],
                values[i + 3],
                values[i + 4],
                values[i + 5]};
    if (x_first) {
      std::swap(d.top, d.left);
      std::swap(d.bottom, d.right);
    }
    result.push_back(d);
  }
  return result;
}

std::array<std::uint8_t, 3> class_color(int label) {
  std::array<unsigned, 3> color{};
  auto bits = static_cast<unsigned>(label);
  for (unsigned place = 7; bits != 0; --place, bits >>= 3U) {
    for (unsigned channel = 0; channel < 3; ++channel) {
      color[channel] |= ((bits >> channel) & 1U) << place;
    }
    if (place == 0) break;
  }
  return {static_cast<std::uint8_t>(color[0]), static_cast<std::uint8_t>(color[1]),
          static_cast<std::uint8_t>(color[2])};
}

void draw_detections(Picture& picture, const std::vector<Detection>& detections) {
  check_internal(picture.channels == 3, "a picture to draw into has three channels");
  const int thickness = 1 + std::min(picture.width, picture.height) / 150;
  // The best detection is drawn last, so that it is on top.
  for (auto d = detections.rbegin(); d != detections.rend(); ++d) {
    draw_frame(picture, *d, thickness);
  }
}

Picture draw_classes(const Picture& picture, const Constant& classes, int width, int height) {
  check_internal(picture.channels == 3 && classes.size() == std::int64_t{width} * height,
                 "a map of classes does not fit its size");
  constexpr unsigned kPicture = 2;  // share of the picture in 5 parts; the rest is the colour
  constexpr unsigned kColor = 3;
  Picture result = fit(picture, width, height, 1.0);
  for (std::int64_t i = 0; i < classes.size(); ++i) {
    const auto label = static_cast<int>(classes.as_int(i));
    if (label == 0) continue;
    const std::array<std::uint8_t, 3> color = class_color(label);
    for (std::size_t c = 0; c < 3; ++c) {
      std::uint8_t& byte = result.pixels[static_cast<std::size_t>(i) * 3 + c];
      byte = static_cast<std::uint8_t>((byte * kPicture + color[c] * kColor) / (kPicture + kColor));
    }
  }
  return result;
}

std::string to_png(const Picture& picture) {
  std::string bytes;
  const auto append = [](void* context, void* data, int size) {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data),
                                               static_cast<std::size_t>(size));
  };
  const int good =
      stbi_write_png_to_func(append, &bytes, picture.width, picture.height, picture.channels,
                             picture.pixels.data(), picture.width * picture.channels);
  check_internal(good != 0, "a picture could not be encoded");
  return bytes;
}

}  // namespace spindle
