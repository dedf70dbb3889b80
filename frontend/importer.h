// Makes a Graph of an ONNX file. This folder is the only part of Spindle that knows protobuf and
// ONNX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

struct ImportOptions {
  // Values for dimensions, either by their symbolic name ("N" -> 1) or by the input's name and the
  // axis, as in "image:2" -> 224. The latter takes precedence. Without a value, a symbolic first
  // dimension of an input becomes 1.
  std::map<std::string, std::int64_t> dims;
};

// Reads opset 7 and later, and IR version 3 and later. Reports every problem of the file at once
// and returns nullopt if there was an error. The graph is valid (verify) but not canonical yet:
// operators on images stand between Transposes from NCHW and back, QOperator nodes (QLinearConv,
// ...) have become Dequantize - operator - Quantize, and Q/DQ nodes are as in the file.
[[nodiscard]] std::optional<Graph> import_onnx(const std::filesystem::path& file,
                                               const ImportOptions& options,
                                               Diagnostics& diagnostics);

// The same from memory. `name` stands for the file in messages; external data is looked up in
// `folder` only, and refused when `folder` is empty.
[[nodiscard]] std::optional<Graph> import_onnx(std::span<const std::byte> bytes,
                                               const std::string& name,
                                               const std::filesystem::path& folder,
                                               const ImportOptions& options,
                                               Diagnostics& diagnostics);

}  // namespace spindle
