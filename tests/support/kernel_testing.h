// Buffers for testing kernels: no more aligned than the runtime requires, with guards around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"
#include "runtime/spindle.h"

namespace spindle::testing {

// `bytes` bytes between guards of a known pattern. The address is aligned to `element_bytes`, but
// not to twice that. The content starts as a pattern too, so that reading unwritten bytes shows.
class KernelBuffer {
 public:
  KernelBuffer(std::size_t bytes, std::size_t element_bytes);
  // A buffer that holds the data of `value`.
  explicit KernelBuffer(const Constant& value);

  [[nodiscard]] void* data() { return storage_.data() + begin_; }
  [[nodiscard]] const void* data() const { return storage_.data() + begin_; }
  [[nodiscard]] std::size_t size() const { return bytes_; }
  // The address of byte `offset`.
  [[nodiscard]] std::byte* at(std::int64_t offset) {
    return storage_.data() + begin_ + static_cast<std::size_t>(offset);
  }
  [[nodiscard]] bool guards_intact() const;
  void fill(std::byte value);

 private:
  std::size_t begin_, bytes_;
  std::vector<std::byte> storage_;
};

// Hands the rows of an image to a window kernel through a ring buffer. The caller feeds rows up to
// the last one that the window of output row y reads, and then computes row y.
class RingFeeder {
 public:
  // `image` is [1, rows, width, channels]. The buffer holds `ring` rows; 0: all rows.
  RingFeeder(const Constant& image, int ring);

  [[nodiscard]] spindle_rows rows() const;
  [[nodiscard]] const void* base() const { return buffer_.data(); }
  // Writes the rows up to and including `last`, or up to the last row of the image.
  void feed(std::int64_t last);

 private:
  std::span<const std::byte> image_;
  std::int64_t rows_, ring_, row_bytes_, written_ = 0;
  KernelBuffer buffer_;
};

// The three functions return an empty text if `actual` holds the values of `expected` and its
// guards are intact, else the first difference. 8-bit values must be equal; kernels compute a kU8
// value as int8, less 128.
[[nodiscard]] std::string compare_8bit(const Constant& expected, const KernelBuffer& actual);
// Floats may differ by `tolerance` times the expected magnitude, or times 1 if that is larger.
// Infinities and NaNs must be where they are expected.
[[nodiscard]] std::string compare_floats(const Constant& expected, const KernelBuffer& actual,
                                         float tolerance = 1e-5F);
[[nodiscard]] std::string compare_bytes(const Constant& expected, const KernelBuffer& actual);

// An 8-bit tensor as int8, the form in which kernels see it (kU8: less 128); the same for one
// value.
[[nodiscard]] ConstantPtr to_kernel_s8(const Constant& value);
[[nodiscard]] std::int32_t to_kernel_s8(DType type, std::int32_t value);

}  // namespace spindle::testing
