// Emits a Program as C99 files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

struct EmittedFile {
  std::string name;  // no folder
  std::string text;  // text, or any bytes
};

enum class WeightsForm : std::uint8_t {
  kC,       // NAME_weights.c with initializers, for any compiler
  kIncbin,  // NAME_weights.S, which includes NAME_weights.bin: assembles fast
};

// Whether the output holds detections (--detect), and the order of their coordinates.
enum class Detections : std::uint8_t { kNone, kYFirst, kXFirst };

// Where a model comes from and what its numbers mean; written to its header.
struct ModelFacts {
  std::string version;  // Spindle's: "0.1.0"
  std::string target;
  std::string options;            // as on the command line, without options that name files
  std::string sha256;             // of the model's file
  std::int64_t stack_bytes = -1;  // the most stack that a call takes; -1: not known
  std::string stack_basis;        // what it was measured with, or why it is not known
  std::vector<float> input_u8;    // means, then standard deviations (--input-u8); empty if not used
  Detections detections = Detections::kNone;
  bool runtime = true;  // the code calls kernels in files beside it; false: it contains them
};

struct CNames {
  std::string model;   // C identifier; prefix of every symbol and file
  std::string source;  // the name of the model file, for comments
  std::optional<ModelFacts> facts = std::nullopt;
};

// Emits NAME.h, NAME.c, NAME_weights.h and the weights in the given form. The code is C99, also
// valid C++, and gives no warnings under -Wall -Wextra -Wconversion -Wpedantic.
[[nodiscard]] std::vector<EmittedFile> emit_c(const Program& program, const CNames& names,
                                              WeightsForm weights = WeightsForm::kC);

// Emits NAME.h alone, for a model that is compiled to another form.
[[nodiscard]] std::string emit_header(const Program& program, const CNames& names);

}  // namespace spindle
