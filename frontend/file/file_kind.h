// Recognizes files that are not ONNX models, so that a message can say what they are.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace spindle::frontend {

struct FileKind {
  const char* what;  // "a TensorFlow Lite model"
  const char* help;  // how to get ONNX from it
};

// Recognizes a file by its content; its name does not matter. nullopt if it could be anything.
[[nodiscard]] std::optional<FileKind> kind_of_content(std::span<const std::byte> bytes);

}  // namespace spindle::frontend
