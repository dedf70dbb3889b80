// Kernels whose arguments give the row, and mostly the columns, of their output: windows, resizes,
// and kernels that rearrange images.
#include <algorithm>
#include <set>
#include <vector>

#include "compiler/check/kernel_families.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

// As struct spindle_rows: where the rows of a window kernel's operand lie.
struct RowLayout {
  std::int64_t rows, ring, row_bytes;
  [[nodiscard]] std::int64_t at(std::int64_t row) const { return row % ring * row_bytes; }
};

RowLayout rows_of(const KernelParams& params) {
  const std::span<const std::int64_t> in = params.integers("in");
  return {in[0], in[1], in[2]};
}

// One dimension of a window with `taps` taps over `extent` input positions.
struct Window {
  std::int64_t taps, stride, dilation, before, extent;

  [[nodiscard]] std::int64_t position(std::int64_t out, std::int64_t tap) const {
    return out * stride - before + tap * dilation;
  }
  [[nodiscard]] bool inside(std::int64_t position) const {
    return position >= 0 && position < extent;
  }
  // All input positions that outputs [first, first + count) read, as ranges [begin, end).
  [[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> positions(
      std::int64_t first, std::int64_t count) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> runs;
    if (count <= 0) return runs;
    if (dilation == 1 && stride <= taps) {
      const std::int64_t begin = std::max<std::int64_t>(position(first, 0), 0);
      const std::int64_t end = std::min(position(first + count - 1, taps - 1) + 1, extent);
      if (begin < end) runs.emplace_back(begin, end);
      return runs;
    }
    std::set<std::int64_t> all;
    for (std::int64_t i = first; i < first + count; ++i) {
      for (std::int64_t t = 0; t < taps; ++t) {
        if (inside(position(i, t))) all.insert(position(i, t));
      }
    }
    for (std::int64_t p : all) {
      if (!runs.empty() && runs.back().second == p) {
        ++runs.back().second;
      } else {
        runs.emplace_back(p, p + 1);
      }
    }
    return runs;
  }
};

// `n` pixels of a row of the output.
struct PixelRun {
  std::int64_t y, x, n;
};

KernelAccess windows(const RowLayout& in, const Window& down, const Window& across,
                     const PixelRun& made, std::int64_t in_pixel, std::int64_t out_pixel) {
  const auto& [y, x, n] = made;
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  add_part(access, 0, n * out_pixel, y, x * out_pixel);
  for (std::int64_t tap = 0; tap < down.taps; ++tap) {
    const std::int64_t row = down.position(y, tap);
    if (!down.inside(row)) continue;
    for (const auto& [begin, end] : across.positions(x, n)) {
      add_read(access, {.at = in.at(row) + begin * in_pixel,
                        .bytes = (end - begin) * in_pixel,
                        .row = row,
                        .offset = begin * in_pixel});
    }
  }
  return access;
}

// The input columns that a depthwise kernel copies to scratch for `outputs` outputs.
std::int64_t window_columns(std::int64_t outputs, std::int64_t stride, std::int64_t side) {
  return outputs == 0 ? 0 : (outputs - 1) * stride + side;
}

std::int64_t scratch_of(const KernelCallView& call, const Window& down, const Window& across,
                        std::int64_t n) {
  const std::int64_t side = across.taps;
  const std::int64_t stride = across.stride;
  if (call.symbol.starts_with("spindle_dw")) {
    if (call.is("_mve")) {
      const std::int64_t outputs = std::min<std::int64_t>(n, stride == 1 ? 8 : 4);
      return 64 * window_columns(outputs, stride, side);
    }
    const std::int64_t outputs = std::min<std::int64_t>(n, 8);
    return (side == 3 ? 24 : 40) * window_columns(outputs, stride, side) + 16 * outputs;
  }
  const std::int64_t inputs = down.taps * across.taps * call.params.integer("in_channels");
  if (call.is("_s8_dsp")) return gemm_dsp_scratch(call, inputs, n);
  if (call.is("_f32_vfp")) return 4 * inputs * std::min<std::int64_t>(n, 2);
  if (call.is("_f32_mve")) return 4 * inputs * std::min<std::int64_t>(n, 3);
  return inputs * std::min<std::int64_t>(n, 8);  // spindle_stem_s8_mve
}

std::int64_t side_of(const KernelCallView& call, std::string_view member) {
  if (call.symbol.starts_with("spindle_dw3x3")) return 3;
  if (call.symbol.starts_with("spindle_dw5x5")) return 5;
  return call.params.integer(member);
}

Window window_of(const KernelCallView& call, bool down, std::int64_t extent) {
  const KernelParams& p = call.params;
  // some kernels have one stride for both dimensions
  const std::int64_t stride = p.integer("stride", 1);
  return {side_of(call, down ? "kernel_h" : "kernel_w"),
          p.integer(down ? "stride_h" : "stride_w", stride),
          p.integer(down ? "dilation_h" : "dilation_w", 1),
          p.integer(down ? "pad_top" : "pad_left"), extent};
}

}  // namespace

KernelAccess describe_convolution(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const bool scratch = call.integers.size() == 7;
  const std::size_t first = scratch ? 4 : 3;
  const std::int64_t channels = p.integer("channels", 0);
  const std::int64_t in_pixel = p.integer("in_channels", channels) * call.element();
  const std::int64_t out_pixel = p.integer("out_channels", channels) * call.element();
  const RowLayout in = rows_of(p);
  const Window down = window_of(call, true, in.rows);
  const Window across = window_of(call, false, p.integer("in_width"));
  const std::int64_t n = call.integer(first + 2);
  KernelAccess access = windows(in, down, across, {call.integer(first), call.integer(first + 1), n},
                                in_pixel, out_pixel);
  if (scratch) {
    access.scratch_arg = 3;
    access.scratch_bytes = scratch_of(call, down, across, n);
  }
  return access;
}

KernelAccess describe_pool(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const RowLayout in = rows_of(p);
  const std::int64_t pixel = p.integer("channels") * call.element();
  return windows(in, window_of(call, true, in.rows), window_of(call, false, p.integer("in_width")),
                 {call.integer(3), 0, p.integer("out_width")}, pixel, pixel);
}

KernelAccess describe_mean_add(const KernelCallView& call) {
  const std::int64_t channels = call.params.integer("channels");
  const std::int64_t pixel = channels * call.element();
  const std::int64_t y = call.integer(3);
  const std::int64_t x = call.integer(4);
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  access.accumulates = true;
  access.starts = y == 0 && x == 0;
  access.sum_bytes = channels * 4;
  add_read(access, {.bytes = call.integer(5) * pixel, .row = y, .offset = x * pixel});
  return access;
}

namespace {

template <typename T>
std::vector<T> table(const KernelParams& params, std::string_view name) {
  const ConstArray* array = params.constant(name);
  if (array == nullptr) return {};
  std::vector<T> values(array->bytes.size() / sizeof(T));
  std::copy_n(array->bytes.begin(), values.size() * sizeof(T),
              reinterpret_cast<std::byte*>(values.data()));
  return values;
}

// Entry `index` of a table; an internal error if there is none.
template <typename T>
T entry(const std::vector<T>& values, std::int64_t index) {
  check_internal(index >= 0 && index < static_cast<std::int64_t>(values.size()),
                 "a kernel is called for a position that its table lacks");
  return values[index];
}

// Adds reads of the pixels `columns` of row `row`. Pixels that lie side by side become one read.
void read_pixels(KernelAccess& access, const RowLayout& in, std::int64_t row,
                 const std::set<std::int64_t>& columns, std::int64_t pixel) {
  for (auto at = columns.begin(); at != columns.end();) {
    const std::int64_t begin = *at;
    std::int64_t end = begin;
    for (; at != columns.end() && *at == end; ++at) ++end;
    add_read(access, {.at = in.at(row) + begin * pixel,
                      .bytes = (end - begin) * pixel,
                      .row = row,
                      .offset = begin * pixel});
  }
}

}  // namespace

KernelAccess describe_resize_nearest(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::vector<std::int32_t> rows = table<std::int32_t>(p, "row_from");
  const std::vector<std::int32_t> columns = table<std::int32_t>(p, "column_from");
  const RowLayout in = rows_of(p);
  const std::int64_t pixel = p.integer("pixel_bytes");
  const std::int64_t y = call.integer(3);
  const std::int64_t x = call.integer(4);
  const std::int64_t row = entry(rows, y);
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  for (std::int64_t i = 0; i < call.integer(5); ++i) {
    const std::int64_t column = entry(columns, x + i);
    add_part(access, i * pixel, pixel, y, (x + i) * pixel);
    add_read(
        access,
        {.at = in.at(row) + column * pixel, .bytes = pixel, .row = row, .offset = column * pixel});
  }
  return access;
}

KernelAccess describe_depth_to_space(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const RowLayout in = rows_of(p);
  const std::int64_t block_rows = p.integer("block_rows");
  const std::int64_t block_columns = p.integer("block_columns");
  const std::int64_t run = p.integer("run_bytes");
  const std::int64_t runs = p.integer("runs");
  const std::int64_t pixels = block_rows * block_columns;
  const std::int64_t y = call.integer(3);
  const std::int64_t from_y = y + p.integer("crop_top");
  const std::int64_t row = from_y / block_rows;
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  for (std::int64_t i = 0; i < call.integer(5); ++i) {
    const std::int64_t x = call.integer(4) + i;
    const std::int64_t from_x = x + p.integer("crop_left");
    const std::int64_t pixel = from_y % block_rows * block_columns + from_x % block_columns;
    const std::int64_t at = from_x / block_columns * runs * pixels * run;
    for (std::int64_t r = 0; r < runs; ++r) {
      const std::int64_t offset = at + (r * pixels + pixel) * run;
      add_part(access, (i * runs + r) * run, run, y, (x * runs + r) * run);
      add_read(access, {.at = in.at(row) + offset, .bytes = run, .row = row, .offset = offset});
    }
  }
  return access;
}

KernelAccess describe_resize_linear(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::vector<float> rows = table<float>(p, "row_at");
  const std::vector<float> columns = table<float>(p, "column_at");
  const RowLayout in = rows_of(p);
  const std::int64_t width = p.integer("in_width");
  const std::int64_t pixel = p.integer("channels") * call.element();
  const std::int64_t y = call.integer(3);
  const std::int64_t x = call.integer(4);
  const std::int64_t n = call.integer(5);
  const auto neighbours = [](float at, std::int64_t extent) {
    const std::int64_t first = std::min(static_cast<std::int64_t>(at), extent - 1);
    return std::set<std::int64_t>{first, std::min(first + 1, extent - 1)};
  };
  std::set<std::int64_t> wanted;
  for (std::int64_t i = x; i < x + n; ++i) {
    wanted.merge(neighbours(entry(columns, i), width));
  }
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  add_part(access, 0, n * pixel, y, x * pixel);
  for (std::int64_t row : neighbours(entry(rows, y), in.rows)) {
    read_pixels(access, in, row, wanted, pixel);
  }
  return access;
}

// The input is planar and counts as an image of one row, which is all of it.
KernelAccess describe_interleave(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::int64_t element = p.integer("element_bytes");
  const std::int64_t width = p.integer("width");
  const std::int64_t channels = p.integer("channels");
  const std::int64_t y = call.integer(3);
  const std::int64_t x = call.integer(4);
  const std::int64_t n = call.integer(5);
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  add_part(access, 0, n * channels * element, y, x * channels * element);
  for (std::int64_t c = 0; c < channels; ++c) {
    const std::int64_t at = ((c * p.integer("rows") + y) * width + x) * element;
    add_read(access, {.at = at, .bytes = n * element, .offset = at});
  }
  return access;
}

KernelAccess describe_deinterleave(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::int64_t element = p.integer("element_bytes");
  const std::int64_t width = p.integer("width");
  const std::int64_t channels = p.integer("channels");
  const std::int64_t y = call.integer(3);
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  for (std::int64_t c = 0; c < channels; ++c) {
    const std::int64_t to = (c * p.integer("rows") + y) * width * element;
    add_part(access, to, width * element, 0, to);
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t from = (x * channels + c) * element;
      add_read(access, {.at = from, .bytes = element, .row = y, .offset = from});
    }
  }
  return access;
}

KernelAccess describe_image_slice(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const RowLayout in = rows_of(p);
  const std::int64_t pixel = p.integer("pixel_bytes");
  const std::int64_t bytes = p.integer("bytes");
  const std::int64_t y = call.integer(3);
  const std::int64_t x = call.integer(4);
  const std::int64_t row = p.integer("first_row") + y * p.integer("row_step");
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  for (std::int64_t i = 0; i < call.integer(5); ++i) {
    const std::int64_t column = p.integer("first_column") + (x + i) * p.integer("column_step");
    const std::int64_t from = column * pixel + p.integer("offset");
    add_part(access, i * bytes, bytes, y, (x + i) * bytes);
    add_read(access, {.at = in.at(row) + from, .bytes = bytes, .row = row, .offset = from});
  }
  return access;
}

KernelAccess describe_stack_rows(const KernelCallView& call) {
  const RowLayout in = rows_of(call.params);
  const std::int64_t y = call.integer(3);
  const std::int64_t row = y - call.params.integer("first_row");
  KernelAccess access;
  access.place = KernelPlace::kImage;
  access.operands = {{1, 0, false}};
  access.output_arg = 2;
  if (row < 0 || row >= in.rows) return access;
  add_part(access, 0, in.row_bytes, y, 0);
  add_read(access, {.at = in.at(row), .bytes = in.row_bytes, .row = row});
  return access;
}

}  // namespace spindle
