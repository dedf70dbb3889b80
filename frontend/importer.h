// ONNX file -> Graph. The only part of Spindle that knows protobuf or ONNX.
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
  // Values for symbolic dimensions ("N" -> 1), or for a single one, by input and axis ("image:2" ->
  // 224), which goes before its name. A symbolic first dimension of an input defaults to 1.
  std::map<std::string, std::int64_t> dims;
};

// Reads opset 7 and later, IR version 3 and later. Reports every problem of the file at once and
// returns nothing if there was an error. The graph is valid (verify) but not canonical: operators
// on images are wrapped in Transposes from and to NCHW, QOperator nodes are written as
// Dequantize - operator - Quantize, Q/DQ nodes are as in the file.
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
