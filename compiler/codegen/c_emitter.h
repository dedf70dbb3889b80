// Program -> C99 files.
#pragma once

#include <string>
#include <vector>

#include "compiler/lower/program.h"

namespace spindle {

struct EmittedFile {
  std::string name;  // relative, flat
  std::string text;
};

struct CNames {
  std::string model;   // C identifier: prefix of every symbol, and file names
  std::string source;  // the model file, for comments
};

// NAME.h, NAME.c, NAME_weights.h and NAME_weights.c. The code is C99, also valid C++, without
// warnings under -Wall -Wextra -Wconversion -Wpedantic.
[[nodiscard]] std::vector<EmittedFile> emit_c(const Program& program, const CNames& names);

}  // namespace spindle
