#include "frontend/model_file.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <system_error>

namespace spindle::frontend {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kOldestIr = 3;
constexpr std::int64_t kOldestOpset = 7;
constexpr std::int64_t kNewestKnownOpset = 24;
constexpr auto kMostBytes = static_cast<std::uintmax_t>(std::numeric_limits<int>::max());

std::optional<std::vector<std::byte>> unreadable(Report& report, const std::string& reason) {
  report.error("E0100", "the file cannot be read", report.place()).notes.push_back(reason);
  return std::nullopt;
}

bool not_a_model(Report& report, const std::string& reason) {
  report.error("E0101", "the file is not a supported ONNX model", report.place())
      .notes.push_back(reason);
  return false;
}

}  // namespace

std::optional<std::vector<std::byte>> read_file(const fs::path& file, Report& report) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return unreadable(report, "there is no such file");
  if (error) return unreadable(report, error.message());
  if (!fs::is_regular_file(status)) return unreadable(report, "it is not a regular file");
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return unreadable(report, error.message());
  if (size > kMostBytes) return unreadable(report, "it is larger than 2 GiB");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) return unreadable(report, "reading failed");
  return bytes;
}

bool parse_model(std::span<const std::byte> bytes, onnx::ModelProto& model, OpsetVersions& opsets,
                 Report& report) {
  if (bytes.size() > kMostBytes) return not_a_model(report, "it is larger than 2 GiB");
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return not_a_model(report, "it is damaged or truncated, or something else altogether");
  }
  if (!model.has_ir_version() || !model.has_graph()) {
    return not_a_model(report, "it has no IR version or no graph");
  }
  if (model.ir_version() < kOldestIr) {
    return not_a_model(report, fmt::format("its IR version is {}; {} and later are supported",
                                           model.ir_version(), kOldestIr));
  }
  for (const auto& opset : model.opset_import()) {
    const bool standard = opset.domain().empty() || opset.domain() == "ai.onnx";
    if (opset.version() < 1 || opset.version() > std::numeric_limits<int>::max()) {
      return not_a_model(report, fmt::format("it declares opset {}", opset.version()));
    }
    if (standard && opset.version() < kOldestOpset) {
      return not_a_model(report, fmt::format("its opset is {}; {} and later are supported",
                                             opset.version(), kOldestOpset));
    }
    if (standard && opset.version() > kNewestKnownOpset) {
      report
          .warning("W0101", fmt::format("opset {} is newer than this compiler", opset.version()),
                   report.place())
          .notes.push_back(
              fmt::format("operators are taken to mean what opset {} says", kNewestKnownOpset));
    }
    opsets[standard ? std::string() : opset.domain()] = static_cast<int>(opset.version());
  }
  return true;
}

}  // namespace spindle::frontend
