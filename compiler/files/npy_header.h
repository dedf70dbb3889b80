// The header of a .npy file: a Python dictionary literal with three keys.
#pragma once

#include <string>
#include <string_view>

#include "compiler/ir/tensor.h"

namespace spindle {

struct NpyHeader {
  std::string descr;           // "<f4"
  bool fortran_order = false;  // the first index varies fastest
  Shape shape;
};

// Parses e.g. {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }. Each key must be present
// exactly once, and extents must be below 2^31. Returns an error as a sentence for the user, or an
// empty string on success.
[[nodiscard]] std::string parse_npy_header(std::string_view text, NpyHeader& header);

}  // namespace spindle
