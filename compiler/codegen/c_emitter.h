// Program -> C99 files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

struct EmittedFile {
  std::string name;  // relative, flat
  std::string text;  // or any bytes
};

enum class WeightsForm : std::uint8_t {
  kC,       // NAME_weights.c: initializers, for any compiler
  kIncbin,  // NAME_weights.bin and NAME_weights.S, which includes it: assembles at once
};

// An output that holds detections (--detect), and the order of their coordinates.
enum class Detections : std::uint8_t { kNone, kYFirst, kXFirst };

// Where a model comes from and what its numbers mean, for its header.
struct ModelFacts {
  std::string version;  // Spindle's: "0.1.0"
  std::string target;
  std::string options;            // as on the command line, without what names files
  std::string sha256;             // of the model's file
  std::int64_t stack_bytes = -1;  // the most that a call takes; -1: not known
  std::string stack_basis;        // what it was measured with, or why it is not known
  std::vector<float> input_u8;    // means, standard deviations; empty: no bytes of a picture
  Detections detections = Detections::kNone;
  bool runtime = true;  // the code calls kernels that stand beside it
};

struct CNames {
  std::string model;   // C identifier: prefix of every symbol, and file names
  std::string source;  // the model file, for comments
  std::optional<ModelFacts> facts = std::nullopt;
};

// NAME.h, NAME.c, NAME_weights.h and the weights in the given form. The code is C99, also valid
// C++, without warnings under -Wall -Wextra -Wconversion -Wpedantic.
[[nodiscard]] std::vector<EmittedFile> emit_c(const Program& program, const CNames& names,
                                              WeightsForm weights = WeightsForm::kC);

// NAME.h alone: what a model in another form shows its users.
[[nodiscard]] std::string emit_header(const Program& program, const CNames& names);

}  // namespace spindle
