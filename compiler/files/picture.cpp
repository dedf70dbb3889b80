#include "compiler/files/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "compiler/support/human.h"
#include "compiler/support/read_file.h"

namespace {

// A small file can claim, or decompress to, any amount of data. Pictures within the limits below
// need less than this.
constexpr std::size_t kMostOfOneBlock = std::size_t{768} << 20;

void* limited_realloc(void* block, std::size_t size) {
  return size > kMostOfOneBlock ? nullptr : std::realloc(block, size);
}

}  // namespace

#define STBI_MALLOC(size) limited_realloc(nullptr, size)
#define STBI_REALLOC(block, size) limited_realloc(block, size)
#define STBI_FREE(block) std::free(block)
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_PNM
#define STBI_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace spindle {

namespace {

constexpr std::uintmax_t kMostFile = std::uintmax_t{256} << 20;
constexpr std::int64_t kMostDecoded = std::int64_t{256} << 20;

Picture fail(std::string& error, const std::filesystem::path& file, const std::string& why) {
  error = fmt::format("cannot read picture '{}': {}", file.string(), why);
  return {};
}

// The size in a PNG's header, like "65535x65535", for cases where the library refuses the picture
// without a reason.
std::string png_size(std::string_view bytes) {
  // Offset: behind the signature and the first chunk's length and type.
  constexpr std::size_t kWidth = 16;
  constexpr std::size_t kHeight = 20;
  if (!bytes.starts_with("\x89PNG") || bytes.size() < kHeight + 4) return {};
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (char c : bytes.substr(at, 4)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  };
  return fmt::format("{}x{}", number(kWidth), number(kHeight));
}

}  // namespace

Picture read_picture(const std::filesystem::path& file, int channels, std::string& error) {
  std::string why;
  const std::optional<std::string> bytes = read_file(file, kMostFile, why);
  if (!bytes) return fail(error, file, why);
  const auto* data = reinterpret_cast<const stbi_uc*>(bytes->data());
  const int size = static_cast<int>(bytes->size());
  Picture result;
  int found = 0;
  if (stbi_info_from_memory(data, size, &result.width, &result.height, &found) == 0) {
    const std::string size = png_size(*bytes);
    return fail(error, file,
                size.empty()
                    ? std::string("it is not a .png, .jpg or .bmp file, or it is damaged")
                    : fmt::format("it is damaged, or its {} pixels take more than {}, the limit",
                                  size, human_bytes(kMostDecoded)));
  }
  const std::int64_t decoded = std::int64_t{result.width} * result.height *
                               std::max(found, channels) *
                               (stbi_is_16_bit_from_memory(data, size) != 0 ? 2 : 1);
  if (decoded > kMostDecoded) {
    return fail(error, file,
                fmt::format("its {}x{} pixels take {}; the limit is {}", result.width,
                            result.height, human_bytes(decoded), human_bytes(kMostDecoded)));
  }
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(data, size, &result.width, &result.height, &found, channels),
      stbi_image_free);
  if (!pixels) return fail(error, file, fmt::format("it is damaged: {}", stbi_failure_reason()));
  result.channels = channels;
  const auto count = static_cast<std::size_t>(result.width) *
                     static_cast<std::size_t>(result.height) * static_cast<std::size_t>(channels);
  result.pixels.assign(pixels.get(), pixels.get() + count);
  return result;
}

namespace {

struct Tap {
  int index;
  double weight;
};

// For each of `out` pixels, the source pixels and weights that resample [begin, begin + length).
// Indices are clamped to [0, limit).
std::vector<std::vector<Tap>> taps_of(int out, double begin, double length, int limit) {
  std::vector<std::vector<Tap>> result(out);
  const double scale = length / out;
  const double reach = std::max(scale, 1.0);  // triangle filter, widened where it shrinks
  for (int i = 0; i < out; ++i) {
    const double centre = begin + (i + 0.5) * scale - 0.5;
    const int first = static_cast<int>(std::ceil(centre - reach));
    const int last = static_cast<int>(std::floor(centre + reach));
    double sum = 0;
    std::vector<Tap>& taps = result[i];
    for (int s = first; s <= last; ++s) {
      const double weight = 1.0 - std::abs(s - centre) / reach;
      if (weight <= 0) continue;
      taps.push_back({std::clamp(s, 0, limit - 1), weight});
      sum += weight;
    }
    for (Tap& tap : taps) tap.weight /= sum;
  }
  return result;
}

}  // namespace

Picture fit(const Picture& picture, int width, int height, double crop) {
  double x = 0;
  double y = 0;
  double w = picture.width;
  double h = picture.height;
  if (crop < 1.0) {
    const double side = std::min(w, h) * crop;
    x = (w - side) / 2;
    y = (h - side) / 2;
    w = h = side;
  }
  const auto columns = taps_of(width, x, w, picture.width);
  const auto rows = taps_of(height, y, h, picture.height);
  const int c = picture.channels;
  // Rows are combined first, into one line, which is then resampled by columns.
  Picture result{width, height, c, {}};
  result.pixels.resize(width * static_cast<std::size_t>(height) * static_cast<std::size_t>(c));
  std::vector<double> line(picture.width * static_cast<std::size_t>(c));
  std::size_t at = 0;
  for (const auto& row : rows) {
    std::fill(line.begin(), line.end(), 0.0);
    for (const Tap& tap : row) {
      const std::size_t from = static_cast<std::size_t>(tap.index) * line.size();
      for (std::size_t i = 0; i < line.size(); ++i) {
        line[i] += tap.weight * picture.pixels[from + i];
      }
    }
    for (const auto& column : columns) {
      for (int k = 0; k < c; ++k) {
        double sum = 0;
        for (const Tap& tap : column) {
          sum += tap.weight * line[tap.index * c + k];
        }
        result.pixels[at++] = static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
      }
    }
  }
  return result;
}

ImageShape image_shape(const Shape& shape) {
  const auto channels = [](std::int64_t extent) { return extent == 1 || extent == 3; };
  if (shape.size() != 4 || shape[0] != 1) return {};
  const auto as_int = [](std::int64_t v) { return static_cast<int>(v); };
  if (channels(shape[3])) return {as_int(shape[3]), as_int(shape[1]), as_int(shape[2]), false};
  if (channels(shape[1])) return {as_int(shape[1]), as_int(shape[2]), as_int(shape[3]), true};
  return {};
}

ConstantPtr to_input(const Picture& picture, const Shape& shape, DType type,
                     const PictureOptions& options) {
  const ImageShape image = image_shape(shape);
  const auto per_channel = [](const std::vector<float>& values, int c, float otherwise) {
    if (values.empty()) return otherwise;
    return values[values.size() == 1 ? 0 : c];
  };
  const std::size_t count = picture.pixels.size();
  std::vector<float> reals(type == DType::kF32 ? count : 0);
  std::vector<std::int64_t> ints(type == DType::kF32 ? 0 : count);
  std::size_t from = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      for (int c = 0; c < image.channels; ++c, ++from) {
        const int planar = (c * image.height + y) * image.width + x;
        const std::size_t to = image.planar ? static_cast<std::size_t>(planar) : from;
        const int byte = picture.pixels[from];
        if (type == DType::kF32) {
          reals[to] = (static_cast<float>(byte) - per_channel(options.mean, c, 0.0F)) /
                      per_channel(options.std, c, 1.0F);
        } else {
          ints[to] = type == DType::kI8 ? byte - 128 : byte;
        }
      }
    }
  }
  return type == DType::kF32 ? Constant::floats(shape, std::move(reals))
                             : Constant::ints(type, shape, ints);
}

}  // namespace spindle
