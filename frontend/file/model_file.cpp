#include "frontend/file/model_file.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <system_error>

#include "frontend/file/file_kind.h"

namespace spindle::frontend {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kOldestIr = 3;
constexpr std::int64_t kOldestOpset = 7;
constexpr std::int64_t kNewestKnownOpset = 24;
constexpr const char* kConvert =
    "export it again, or convert it: onnx.version_converter.convert_version(model, 13)";
// Reading needs several times as much memory. Networks of the MobileNetV2 family have 4 to 30 MB.
constexpr std::uintmax_t kMostFileBytes = std::uintmax_t{256} << 20;

std::optional<std::vector<std::byte>> unreadable(Report& report, const std::string& reason,
                                                 const std::string& help = {}) {
  Diagnostic& error = report.error("E0100", "the file cannot be read", report.place());
  error.notes.push_back(reason);
  if (!help.empty()) error.helps.push_back(help);
  return std::nullopt;
}

bool not_a_model(Report& report, const std::string& reason, const std::string& help) {
  Diagnostic& error =
      report.error("E0101", "the file is not a supported ONNX model", report.place());
  error.notes.push_back(reason);
  if (!help.empty()) error.helps.push_back(help);
  return false;
}

// Reports E0101 for bytes in which protobuf finds no model. Says what they are, if that can be
// told.
bool something_else(std::span<const std::byte> bytes, Report& report, const std::string& reason) {
  if (const auto kind = kind_of_content(bytes)) {
    return not_a_model(report, std::string("it is ") + kind->what, kind->help);
  }
  return not_a_model(report, reason,
                     "if it was downloaded or copied, compare its size; onnx.checker says more");
}

}  // namespace

std::optional<std::vector<std::byte>> read_file(const fs::path& file, Report& report) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return unreadable(report, "there is no such file");
  if (error) return unreadable(report, error.message());
  if (fs::is_directory(status)) {
    const bool saved = fs::exists(file / "saved_model.pb", error);
    unreadable(report, saved ? "it is a folder, TensorFlow's SavedModel" : "it is a folder",
               saved ? "convert it: python -m tf2onnx.convert --saved-model DIR --output model.onnx"
                     : "give the .onnx file in it");
    return std::nullopt;
  }
  if (!fs::is_regular_file(status)) {
    return unreadable(report, "it is a device, a pipe or a socket, not a regular file");
  }
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return unreadable(report, error.message());
  if (size > kMostFileBytes) return unreadable(report, "it is larger than 256 MiB");
  std::vector<std::byte> bytes(size);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) return unreadable(report, "reading failed");
  return bytes;
}

bool parse_model(std::span<const std::byte> bytes, onnx::ModelProto& model, OpsetVersions& opsets,
                 Report& report) {
  if (bytes.size() > kMostFileBytes) return not_a_model(report, "it is larger than 256 MiB", "");
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return something_else(bytes, report, "it is damaged, truncated or not an ONNX file");
  }
  if (!model.has_ir_version() || !model.has_graph()) {
    return something_else(bytes, report, "it has no IR version or no graph");
  }
  if (model.ir_version() < kOldestIr) {
    return not_a_model(report,
                       fmt::format("its IR version is {}; {} and later are supported",
                                   model.ir_version(), kOldestIr),
                       kConvert);
  }
  for (const auto& opset : model.opset_import()) {
    const bool standard = opset.domain().empty() || opset.domain() == "ai.onnx";
    if (opset.version() < 1 || opset.version() > std::numeric_limits<int>::max()) {
      return not_a_model(report, fmt::format("it declares opset {}", opset.version()), "");
    }
    if (standard && opset.version() < kOldestOpset) {
      return not_a_model(
          report,
          fmt::format("its opset is {}; {} and later are supported", opset.version(), kOldestOpset),
          kConvert);
    }
    if (standard && opset.version() > kNewestKnownOpset) {
      report
          .warning(
              "W0101",
              fmt::format("opset {} is newer than those that this compiler knows", opset.version()),
              report.place())
          .notes.push_back(
              fmt::format("operators are compiled as opset {} defines them", kNewestKnownOpset));
    }
    opsets[standard ? std::string() : opset.domain()] = static_cast<int>(opset.version());
  }
  return true;
}

}  // namespace spindle::frontend
