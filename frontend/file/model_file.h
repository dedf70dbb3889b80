// Reading and identifying a model file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "frontend/file/onnx_proto.h"
#include "frontend/file/report.h"

namespace spindle::frontend {

// Versions of the operator sets that the model declares, by domain ("ai.onnx" is "").
using OpsetVersions = std::map<std::string, int>;

// Reads the file. Reports E0100 and returns nullopt if it cannot be read or is larger than 256 MiB.
[[nodiscard]] std::optional<std::vector<std::byte>> read_file(const std::filesystem::path& file,
                                                              Report& report);

// Parses the model and checks its versions. Reports E0101 and returns false if this is no ONNX
// model of a supported version.
[[nodiscard]] bool parse_model(std::span<const std::byte> bytes, onnx::ModelProto& model,
                               OpsetVersions& opsets, Report& report);

}  // namespace spindle::frontend
