// Buffers for kernels: as unaligned as the runtime promises to accept, with guards around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"
#include "runtime/spindle.h"

namespace spindle::testing {

// `bytes` bytes, aligned to `element_bytes` and to no more, between guards of a known pattern. The
// content is a pattern too, so that reading what was never written shows.
class KernelBuffer {
 public:
  KernelBuffer(std::size_t bytes, std::size_t element_bytes);
  // With the data of `value`.
  explicit KernelBuffer(const Constant& value);

  [[nodiscard]] void* data() { return storage_.data() + begin_; }
  [[nodiscard]] const void* data() const { return storage_.data() + begin_; }
  [[nodiscard]] std::size_t size() const { return bytes_; }
  // Byte `offset`.
  [[nodiscard]] std::byte* at(std::int64_t offset) {
    return storage_.data() + begin_ + static_cast<std::size_t>(offset);
  }
  [[nodiscard]] bool guards_intact() const;
  void fill(std::byte value);

 private:
  std::size_t begin_, bytes_;
  std::vector<std::byte> storage_;
};

// The rows of an image, handed to a window kernel through a ring: before output row y is computed,
// exactly the rows up to the last that its window reads have been written.
class RingFeeder {
 public:
  // `image` is [1, rows, width, channels]; `ring` rows of room, 0 for the whole image at once.
  RingFeeder(const Constant& image, int ring);

  [[nodiscard]] spindle_rows rows() const;
  [[nodiscard]] const void* base() const { return buffer_.data(); }
  // Writes rows up to `last`, as far as the image has them.
  void feed(std::int64_t last);

 private:
  std::span<const std::byte> image_;
  std::int64_t rows_, ring_, row_bytes_, written_ = 0;
  KernelBuffer buffer_;
};

// Empty if `actual` holds the values of `expected` and its guards are intact, else the first
// difference. 8-bit: equal; a kU8 value is 128 more than the kernel's int8.
[[nodiscard]] std::string compare_8bit(const Constant& expected, const KernelBuffer& actual);
// Float: within `tolerance` relative to the larger of 1 and the expected magnitude; infinities and
// NaNs where expected.
[[nodiscard]] std::string compare_floats(const Constant& expected, const KernelBuffer& actual,
                                         float tolerance = 1e-5F);
[[nodiscard]] std::string compare_bytes(const Constant& expected, const KernelBuffer& actual);

// The int8 form in which kernels see an 8-bit tensor, and the same for one value of it.
[[nodiscard]] ConstantPtr to_kernel_s8(const Constant& value);
[[nodiscard]] std::int32_t to_kernel_s8(DType type, std::int32_t value);

}  // namespace spindle::testing
