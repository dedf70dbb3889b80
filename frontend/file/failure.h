// How converters report problems. They throw an ImportFailure; the importer turns it into a
// Diagnostic at the place it is working on and continues with the next part, so that all problems
// of a file are reported at once. Codes: docs/diagnostics.md.
#pragma once

#include <string>
#include <vector>

namespace spindle::frontend {

struct ImportFailure {
  std::string code;
  std::string message;
  std::vector<std::string> notes{};
  std::vector<std::string> helps{};
};

// E0102: the operator, or this form of it, cannot be compiled.
[[noreturn]] void refuse(std::string reason);
// E0103: the node violates the ONNX standard in its attributes, number of inputs or constant
// arguments.
[[noreturn]] void malformed(std::string message);
// E0104: shapes or element types do not fit.
[[noreturn]] void mismatch(std::string message);
// E0106: constant data cannot be used.
[[noreturn]] void bad_constant(std::string message);
// E0108: a scale or zero point cannot be used.
[[noreturn]] void bad_quantization(std::string message);

// `text` (a name from a file) for messages: control characters become escapes such as \x0a, and
// what follows the first 200 bytes is cut off.
[[nodiscard]] std::string printable(const std::string& text);

}  // namespace spindle::frontend
