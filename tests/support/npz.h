// Reads NumPy .npz archives: zip files of .npy members, either stored or deflated.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "compiler/ir/tensor.h"

namespace spindle::testing {

// The arrays by name (without ".npy"). Throws std::runtime_error on anything unexpected.
[[nodiscard]] std::map<std::string, ConstantPtr> read_npz(const std::filesystem::path& file);

}  // namespace spindle::testing
