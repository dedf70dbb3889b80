// What a file is that is no ONNX model.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace spindle::frontend {

struct FileKind {
  const char* what;  // "a TensorFlow Lite model"
  const char* help;  // how to get ONNX from it
};

// Known by what it holds, whatever it is called; nothing if it could be anything.
[[nodiscard]] std::optional<FileKind> kind_of_content(std::span<const std::byte> bytes);

}  // namespace spindle::frontend
