#include "compiler/quantize/window_sums.h"

#include <algorithm>

namespace spindle {
namespace {

void add_to(std::vector<double>& sums, const std::vector<double>& more) {
  if (sums.empty()) sums.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) sums[i] += more[i];
}

// Adds rows of `channels` elements, `step` rows apart, to `sums`, in float within a block of rows.
void add_rows(const float* rows, std::int64_t count, std::int64_t step, std::int64_t channels,
              double* sums) {
  constexpr std::int64_t kBlock = 32;
  std::vector<float> block(channels);
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    std::fill(block.begin(), block.end(), 0.0F);
    const std::int64_t end = std::min(count, begin + kBlock);
    for (std::int64_t i = begin; i < end; ++i) {
      const float* row = rows + i * step * channels;
      for (std::int64_t c = 0; c < channels; ++c) block[c] += row[c];
    }
    for (std::int64_t c = 0; c < channels; ++c) sums[c] += static_cast<double>(block[c]);
  }
}

void add_squares(std::span<const float> x, std::int64_t channels, WindowSums& sums) {
  sums.squares.resize(channels);
  const std::int64_t rows = static_cast<std::int64_t>(x.size()) / channels;
  constexpr std::int64_t kBlock = 32;
  std::vector<float> block(channels);
  for (std::int64_t begin = 0; begin < rows; begin += kBlock) {
    std::fill(block.begin(), block.end(), 0.0F);
    const std::int64_t end = std::min(rows, begin + kBlock);
    for (std::int64_t i = begin; i < end; ++i) {
      const float* row = x.data() + i * channels;
      for (std::int64_t c = 0; c < channels; ++c) block[c] += row[c] * row[c];
    }
    for (std::int64_t c = 0; c < channels; ++c) {
      sums.squares[c] += static_cast<double>(block[c]);
    }
  }
  sums.elements += static_cast<double>(rows);
}

// One axis of a window: the first output position whose tap lies inside of the image, and how many
// positions there are. Its input is at first * stride + offset.
struct Inside {
  std::int64_t first = 0, count = 0, offset = 0;
};

Inside inside_of(std::int64_t outputs, std::int64_t extent, std::int64_t stride,
                 std::int64_t offset) {
  std::int64_t first = 0;
  while (first < outputs && first * stride + offset < 0) ++first;
  std::int64_t end = first;
  while (end < outputs && end * stride + offset < extent) ++end;
  return {first, end - first, offset};
}

void add_conv(const Graph& graph, const Node& node, std::span<const float> x, WindowSums& sums) {
  const auto& conv = std::get<Conv>(node.op);
  const Shape& in = graph.tensor(node.inputs[0]).shape;
  const Shape& out = graph.tensor(node.output()).shape;
  const Shape& weights = graph.tensor(node.inputs[1]).shape;
  const std::int64_t channels = in[3];
  sums.taps.resize(weights[1] * weights[2] * channels);
  for (std::int64_t n = 0; n < in[0]; ++n) {
    const float* image = x.data() + n * in[1] * in[2] * channels;
    for (std::int64_t ky = 0; ky < weights[1]; ++ky) {
      const Inside rows =
          inside_of(out[1], in[1], conv.stride[0], ky * conv.dilation[0] - conv.pad.top);
      for (std::int64_t kx = 0; kx < weights[2]; ++kx) {
        const Inside columns =
            inside_of(out[2], in[2], conv.stride[1], kx * conv.dilation[1] - conv.pad.left);
        double* tap = sums.taps.data() + (ky * weights[2] + kx) * channels;
        for (std::int64_t i = 0; i < rows.count; ++i) {
          const std::int64_t y = (rows.first + i) * conv.stride[0] + rows.offset;
          const std::int64_t x0 = columns.first * conv.stride[1] + columns.offset;
          add_rows(image + (y * in[2] + x0) * channels, columns.count, conv.stride[1], channels,
                   tap);
        }
      }
    }
  }
  sums.positions += static_cast<double>(out[0] * out[1] * out[2]);
}

}  // namespace

void WindowSums::add(const WindowSums& other) {
  add_to(taps, other.taps);
  add_to(squares, other.squares);
  positions += other.positions;
  elements += other.elements;
}

void add_windows(const Graph& graph, const Node& node, std::span<const float> x, WindowSums& sums) {
  const std::int64_t channels = graph.tensor(node.inputs[0]).shape.back();
  add_squares(x, channels, sums);
  if (node.as<Conv>() != nullptr) {
    add_conv(graph, node, x, sums);
    return;
  }
  const std::int64_t rows = static_cast<std::int64_t>(x.size()) / channels;
  sums.taps.resize(channels);
  add_rows(x.data(), rows, 1, channels, sums.taps.data());
  sums.positions += static_cast<double>(rows);
}

}  // namespace spindle
