// NumPy .npy files: one dense array, read into and written from a Constant.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// Reads the array from the bytes of a .npy file, format versions 1 to 3. Element types: f4, f8
// (rounded to float32), i1, u1, i2, i4, i8, b1; little endian. Fortran order is converted to C
// order. Returns null and sets `error` to a sentence for the user if the bytes are anything else.
[[nodiscard]] ConstantPtr parse_npy(std::span<const std::byte> bytes, std::string& error);

// Like parse_npy for a file of at most 256 MiB. The error includes the file's name.
[[nodiscard]] ConstantPtr read_npy(const std::filesystem::path& file, std::string& error);

// `value` as the bytes of a .npy file, version 1.0, in C order.
[[nodiscard]] std::vector<std::byte> to_npy(const Constant& value);

// Writes `value` to `file`. Returns false and sets `error` if the file cannot be written.
[[nodiscard]] bool write_npy(const std::filesystem::path& file, const Constant& value,
                             std::string& error);

}  // namespace spindle
