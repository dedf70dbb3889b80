// Program -> C99 files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/lower/program.h"

namespace spindle {

struct EmittedFile {
  std::string name;  // relative, flat
  std::string text;  // or any bytes
};

enum class WeightsForm : std::uint8_t {
  kC,       // NAME_weights.c: initializers, for any compiler
  kIncbin,  // NAME_weights.bin and NAME_weights.S, which includes it: assembles at once
};

struct CNames {
  std::string model;   // C identifier: prefix of every symbol, and file names
  std::string source;  // the model file, for comments
};

// NAME.h, NAME.c, NAME_weights.h and the weights in the given form. The code is C99, also valid
// C++, without warnings under -Wall -Wextra -Wconversion -Wpedantic.
[[nodiscard]] std::vector<EmittedFile> emit_c(const Program& program, const CNames& names,
                                              WeightsForm weights = WeightsForm::kC);

// NAME.h alone: what a model in another form shows its users.
[[nodiscard]] std::string emit_header(const Program& program, const CNames& names);

}  // namespace spindle
