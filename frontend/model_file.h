// Reading and identifying a model file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "frontend/onnx_proto.h"
#include "frontend/report.h"

namespace spindle::frontend {

// Versions of the operator sets that the model declares, by domain ("ai.onnx" is "").
using OpsetVersions = std::map<std::string, int>;

// The file's bytes; E0100 and nothing if it cannot be read.
[[nodiscard]] std::optional<std::vector<std::byte>> read_file(const std::filesystem::path& file,
                                                              Report& report);

// Parses and checks the header; E0101 and nothing if this is no ONNX model of a supported version.
[[nodiscard]] bool parse_model(std::span<const std::byte> bytes, onnx::ModelProto& model,
                               OpsetVersions& opsets, Report& report);

}  // namespace spindle::frontend
