// Writes files of kernel calls with their expected results, which tests/support/neon_cases.c reads.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runtime/spindle.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {

// One call. The file has the members in this order.
struct KernelCase {
  std::string symbol;
  std::vector<std::int32_t> ints;    // parameters in the order of their struct, then arguments
  std::vector<std::int8_t> weights;  // for float kernels, the bytes of the floats
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

[[nodiscard]] int pick(Random& random, int lo, int hi);
// Values from `lo` to 127; if `extreme`, only these two.
[[nodiscard]] std::vector<std::int8_t> random_bytes(Random& random, std::size_t count, bool extreme,
                                                    int lo);

// A call of a window kernel. `image` holds only the rows and columns that the call reads.
struct Window {
  spindle_conv_s8_params p{};
  int y = 0, x = 0, n = 1;
  int first_column = 0;  // the first column of the whole image that `image` holds
  std::vector<std::int8_t> image;
  [[nodiscard]] int skipped() const { return first_column * p.in_channels; }
};

// A call at a random place of a random image. At least one row of the window is inside the image.
[[nodiscard]] Window random_window(Random& random, int kernel_h, int kernel_w, int channels,
                                   int outputs, int most_pad);

// The core that kernels are compiled for and run on.
struct NeonCore {
  std::string cpu;  // -mcpu
  bool a64 = true;
  std::string fpu = {};  // -mfpu of 32-bit cores
};

// Whether the cross compiler and QEMU are installed. Prints a message if not.
[[nodiscard]] bool neon_tools_available(const NeonCore& core);
// Compiles neon_cases.c for `core` into `program`, with all kernels whose instructions the core
// has. `level` is the optimization level.
void build_neon_cases(const NeonCore& core, const std::string& level,
                      const std::filesystem::path& program);
// The command that runs `program` on the file `cases`.
[[nodiscard]] std::vector<std::string> neon_command(const NeonCore& core,
                                                    const std::filesystem::path& program,
                                                    const std::filesystem::path& cases);
// Runs the cases that `make` writes with the kernels compiled for `core`, and on the host with
// their twins (compiler/twins/).
void check_neon_cases(const NeonCore& core, const std::function<void(CaseFile&, Random&)>& make);

}  // namespace spindle::testing
