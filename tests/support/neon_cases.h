// A file of kernel calls with the results they must have, for tests/support/neon_cases.c.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace spindle::testing {

// The order of the buffers in the file.
struct KernelCase {
  std::string symbol;
  std::vector<std::int32_t> ints;  // parameters in the order of their struct, then arguments
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> bias;
  std::vector<float> multiplier;
  std::vector<std::int32_t> weight_zero;
  std::vector<std::byte> input, second, expected;
};

inline std::int32_t bits_of(float value) {
  std::int32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

class CaseFile {
 public:
  explicit CaseFile(const std::filesystem::path& path) : file_(path, std::ios::binary) {}

  void write(const KernelCase& c) {
    char symbol[40] = {};
    std::memcpy(symbol, c.symbol.data(), c.symbol.size());
    file_.write(symbol, sizeof symbol);
    put_size(c.ints.size());
    put(bytes_of(c.ints));
    for (const auto& blob : {bytes_of(c.weights), bytes_of(c.bias), bytes_of(c.multiplier),
                             bytes_of(c.weight_zero), c.input, c.second, c.expected}) {
      put_size(blob.size());
      put(blob);
    }
    ++count_;
  }
  [[nodiscard]] int count() const { return count_; }

 private:
  void put_size(std::size_t size) {
    const auto value = static_cast<std::int32_t>(size);
    file_.write(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::vector<std::byte>& bytes) {
    file_.write(reinterpret_cast<const char*>(bytes.data()),
                static_cast<std::streamsize>(bytes.size()));
  }

  std::ofstream file_;
  int count_ = 0;
};

}  // namespace spindle::testing
