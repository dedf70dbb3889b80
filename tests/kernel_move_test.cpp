// Tests of kernels that only move data: between planar and interleaved images, strided copies,
// padding, concatenation.
#include <cstring>
#include <vector>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr DType kTypes[] = {DType::kI8, DType::kI16, DType::kF32, DType::kI64};

std::int32_t bytes_of(DType type) {
  return static_cast<std::int32_t>(size_of(type));
}

ConstantPtr transposed(const ConstantPtr& x, std::vector<int> perm) {
  return evaluate_op(Transpose{std::move(perm)}, {{x, {}}});
}

// The strides of a dense tensor, in elements.
std::vector<std::int32_t> dense_strides(const Shape& shape) {
  std::vector<std::int32_t> strides(shape.size());
  std::int32_t stride = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= static_cast<std::int32_t>(shape[d]);
  }
  return strides;
}

void set_extent(std::int32_t (&extent)[SPINDLE_MAX_RANK], const Shape& shape) {
  for (std::size_t d = 0; d < shape.size(); ++d) extent[d] = static_cast<std::int32_t>(shape[d]);
}

}  // namespace

TEST_CASE("interleave and deinterleave: every element size") {
  Random random(1);
  for (DType type : kTypes) {
    for (int channels : {1, 3, 8}) {
      const std::int32_t rows = 5, width = 7;
      const spindle_planar_params p{rows, width, channels, bytes_of(type)};
      const ConstantPtr planar = random_values(random, type, {1, channels, rows, width});
      const ConstantPtr image = transposed(planar, {0, 2, 3, 1});
      const std::int64_t row_bytes = std::int64_t{width} * channels * p.element_bytes;
      KernelBuffer from_planar(*planar), from_image(*image);
      KernelBuffer to_image(image->bytes().size(), size_of(type));
      KernelBuffer to_planar(image->bytes().size(), size_of(type));
      for (std::int32_t y = 0; y < rows; ++y) {
        const std::int64_t pixel_bytes = row_bytes / width;
        spindle_interleave(&p, from_planar.data(), to_image.at(y * row_bytes), y, 0, 3);
        spindle_interleave(&p, from_planar.data(), to_image.at(y * row_bytes + 3 * pixel_bytes), y,
                           3, width - 3);
        spindle_deinterleave(&p, from_image.at(y * row_bytes), to_planar.data(), y);
      }
      REQUIRE(compare_bytes(*image, to_image) == "");
      REQUIRE(compare_bytes(*planar, to_planar) == "");
    }
  }
}

TEST_CASE("strided_copy: transposes of every rank") {
  Random random(2);
  const std::vector<int> perms[] = {{0}, {1, 0}, {2, 0, 1}, {0, 3, 1, 2}, {5, 3, 1, 0, 2, 4}};
  for (DType type : kTypes) {
    for (const std::vector<int>& perm : perms) {
      Shape shape;
      for (std::size_t d = 0; d < perm.size(); ++d) shape.push_back(random.integer(1, 4));
      const ConstantPtr x = random_values(random, type, shape);
      const ConstantPtr expected = transposed(x, perm);
      spindle_strided_copy_params p{};
      p.rank = static_cast<std::int32_t>(perm.size());
      p.element_bytes = bytes_of(type);
      set_extent(p.extent, expected->shape());
      const auto strides = dense_strides(shape);
      for (std::size_t d = 0; d < perm.size(); ++d) {
        p.stride[d] = strides[static_cast<std::size_t>(perm[d])];
      }
      KernelBuffer in(*x), out(expected->bytes().size(), size_of(type));
      spindle_strided_copy(&p, in.data(), out.data());
      REQUIRE(compare_bytes(*expected, out) == "");
    }
  }
}

TEST_CASE("strided_copy: slices, backwards too") {
  Random random(3);
  const Shape shape{4, 9, 5};
  const ConstantPtr x = random_floats(random, shape);
  const Slice slice{{1, 8, 0}, {2, -3, 1}, {2, 3, 5}};
  const ConstantPtr expected = evaluate_op(slice, {{x, {}}});
  const auto strides = dense_strides(shape);
  spindle_strided_copy_params p{};
  p.rank = 3;
  p.element_bytes = 4;
  set_extent(p.extent, slice.count);
  for (std::size_t d = 0; d < shape.size(); ++d) {
    p.offset += static_cast<std::int32_t>(slice.start[d]) * strides[d];
    p.stride[d] = static_cast<std::int32_t>(slice.step[d]) * strides[d];
  }
  KernelBuffer in(*x), out(expected->bytes().size(), 4);
  spindle_strided_copy(&p, in.data(), out.data());
  REQUIRE(compare_bytes(*expected, out) == "");
}

TEST_CASE("pad: padding and cropping") {
  Random random(4);
  const Shape shape{1, 4, 5, 3};
  const Pad cases[] = {{{0, 1, 2, 0}, {0, 2, 1, 0}, 1.5F},
                       {{0, -1, 1, 0}, {0, 3, -2, 0}, -2.0F},
                       {{2, 0, 0, 1}, {0, 0, 0, 1}, 0.0F}};
  for (const Pad& op : cases) {
    const ConstantPtr x = random_floats(random, shape);
    const ConstantPtr expected = evaluate_op(op, {{x, {}}});
    spindle_pad_params p{};
    p.rank = 4;
    p.element_bytes = 4;
    set_extent(p.in_extent, shape);
    set_extent(p.out_extent, expected->shape());
    set_extent(p.before, Shape(op.before.begin(), op.before.end()));
    std::memcpy(&p.fill, &op.value, sizeof p.fill);
    KernelBuffer in(*x), out(expected->bytes().size(), 4);
    spindle_pad(&p, in.data(), out.data());
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}

TEST_CASE("pad: 8-bit elements take the low byte of the fill") {
  const std::int8_t x[] = {1, 2};
  spindle_pad_params p{};
  p.rank = 1;
  p.element_bytes = 1;
  p.in_extent[0] = 2;
  p.out_extent[0] = 5;
  p.before[0] = 2;
  p.fill = 0xABCDEF80U;
  KernelBuffer out(5, 1);
  spindle_pad(&p, x, out.data());
  REQUIRE(compare_8bit(*Constant::ints(DType::kI8, {5}, {-128, -128, 1, 2, -128}), out) == "");
}

TEST_CASE("concat: along the outermost, a middle and the innermost dimension") {
  Random random(5);
  const Shape base{2, 3, 4};
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<Value> inputs;
    for (std::int64_t extent : {1, 3, 2}) {
      Shape shape = base;
      shape[static_cast<std::size_t>(axis)] = extent;
      inputs.push_back({random_floats(random, shape), {}});
    }
    const ConstantPtr expected = evaluate_op(Concat{axis}, inputs);
    KernelBuffer out(expected->bytes().size(), 4);
    spindle_concat_params p{};
    p.outer = 1;
    for (int d = 0; d < axis; ++d)
      p.outer *= static_cast<std::int32_t>(base[static_cast<std::size_t>(d)]);
    p.out_stride = static_cast<std::int32_t>(expected->bytes().size()) / p.outer;
    for (const Value& input : inputs) {
      p.chunk_bytes = static_cast<std::int32_t>(input.data->bytes().size()) / p.outer;
      KernelBuffer in(*input.data);
      spindle_concat(&p, in.data(), out.data());
      p.out_offset += p.chunk_bytes;
    }
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}

TEST_CASE("copy: exactly the bytes given") {
  Random random(6);
  const ConstantPtr x = random_values(random, DType::kI8, {123});
  KernelBuffer in(*x), out(123, 1);
  spindle_copy(in.data(), out.data(), 123);
  REQUIRE(compare_bytes(*x, out) == "");
}

TEST_CASE("gather: indices in any order, repeated, along every dimension") {
  Random random(7);
  const Shape shape{3, 6, 5};
  for (DType type : kTypes) {
    for (int axis = 0; axis < 3; ++axis) {
      Gather op{axis, {}};
      const auto extent = shape[static_cast<std::size_t>(axis)];
      for (int i = 0; i < 7; ++i) op.indices.push_back(random.integer(0, extent - 1));
      const std::vector<std::int32_t> index(op.indices.begin(), op.indices.end());
      const ConstantPtr x = random_values(random, type, shape);
      const ConstantPtr expected = evaluate_op(op, {{x, {}}});
      spindle_gather_params p{index.data(), 1, static_cast<std::int32_t>(extent), 7,
                              bytes_of(type)};
      for (int d = 0; d < 3; ++d) {
        const auto along = static_cast<std::int32_t>(shape[static_cast<std::size_t>(d)]);
        if (d < axis) p.outer *= along;
        if (d > axis) p.inner_bytes *= along;
      }
      KernelBuffer in(*x), out(expected->bytes().size(), size_of(type));
      spindle_gather(&p, in.data(), out.data());
      REQUIRE(compare_bytes(*expected, out) == "");
    }
  }
}
