#include "tests/support/kernel_testing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace spindle::testing {

namespace {

constexpr std::size_t kGuard = 64;
constexpr std::byte kPattern{0xA5};

// An offset into `storage`, behind the guard, that is aligned to `element` but not to twice that.
std::size_t misaligned(const std::byte* storage, std::size_t element) {
  const auto address = reinterpret_cast<std::uintptr_t>(storage) + kGuard;
  const std::size_t step = 2 * element;
  return kGuard + (step - address % step) % step + element;
}

template <typename T>
T element(const KernelBuffer& buffer, std::int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const T*>(buffer.data()) + index, sizeof value);
  return value;
}

bool close(float expected, float actual, float tolerance) {
  if (std::isnan(expected)) return std::isnan(actual);
  if (std::isinf(expected) || std::isinf(actual)) return expected == actual;
  return std::fabs(expected - actual) <= tolerance * std::max(1.0F, std::fabs(expected));
}

}  // namespace

KernelBuffer::KernelBuffer(std::size_t bytes, std::size_t element_bytes)
    : bytes_(bytes), storage_(bytes + 3 * kGuard, kPattern) {
  begin_ = misaligned(storage_.data(), element_bytes);
}

KernelBuffer::KernelBuffer(const Constant& value)
    : KernelBuffer(value.bytes().size(), size_of(value.type())) {
  std::copy(value.bytes().begin(), value.bytes().end(), storage_.begin() + begin_);
}

bool KernelBuffer::guards_intact() const {
  const auto untouched = [](std::byte b) { return b == kPattern; };
  const auto begin = storage_.begin() + static_cast<std::ptrdiff_t>(begin_);
  return std::all_of(storage_.begin(), begin, untouched) &&
         std::all_of(begin + static_cast<std::ptrdiff_t>(bytes_), storage_.end(), untouched);
}

void KernelBuffer::fill(std::byte value) {
  std::fill_n(storage_.begin() + static_cast<std::ptrdiff_t>(begin_), bytes_, value);
}

RingFeeder::RingFeeder(const Constant& image, int ring)
    : image_(image.bytes()),
      rows_(image.shape()[1]),
      ring_(ring == 0 ? rows_ : ring),
      row_bytes_(static_cast<std::int64_t>(image_.size()) / rows_),
      buffer_(static_cast<std::size_t>(ring_ * row_bytes_), size_of(image.type())) {
  if (ring == 0) feed(rows_);
}

spindle_rows RingFeeder::rows() const {
  return {static_cast<std::int32_t>(rows_), static_cast<std::int32_t>(ring_),
          static_cast<std::int32_t>(row_bytes_)};
}

void RingFeeder::feed(std::int64_t last) {
  for (; written_ <= last && written_ < rows_; ++written_) {
    std::memcpy(buffer_.at(written_ % ring_ * row_bytes_), image_.data() + written_ * row_bytes_,
                static_cast<std::size_t>(row_bytes_));
  }
}

std::string compare_8bit(const Constant& expected, const KernelBuffer& actual) {
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const std::int64_t want =
        to_kernel_s8(expected.type(), static_cast<std::int32_t>(expected.as_int(i)));
    const int have = element<std::int8_t>(actual, i);
    if (want != have) return fmt::format("element {}: {} expected, {} computed", i, want, have);
  }
  return actual.guards_intact() ? "" : "written outside of the output";
}

std::string compare_floats(const Constant& expected, const KernelBuffer& actual, float tolerance) {
  const auto values = expected.as<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto have = element<float>(actual, static_cast<std::int64_t>(i));
    if (!close(values[i], have, tolerance)) {
      return fmt::format("element {}: {} expected, {} computed", i, values[i], have);
    }
  }
  return actual.guards_intact() ? "" : "written outside of the output";
}

std::string compare_bytes(const Constant& expected, const KernelBuffer& actual) {
  const auto bytes = expected.bytes();
  const auto* have = static_cast<const std::byte*>(actual.data());
  const auto at = std::mismatch(bytes.begin(), bytes.end(), have).first;
  if (at != bytes.end()) return fmt::format("byte {} differs", at - bytes.begin());
  return actual.guards_intact() ? "" : "written outside of the output";
}

std::int32_t to_kernel_s8(DType type, std::int32_t value) {
  return type == DType::kU8 ? value - 128 : value;
}

ConstantPtr to_kernel_s8(const Constant& value) {
  std::vector<std::int64_t> values = value.to_ints();
  for (std::int64_t& v : values) v = to_kernel_s8(value.type(), static_cast<std::int32_t>(v));
  return Constant::ints(DType::kI8, value.shape(), values);
}

}  // namespace spindle::testing
