#include "compiler/package/folder_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace spindle {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

// Spindle removes files by the names in the index, so no name may lead out of the folder.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

Json json_of(const ListedModel& model) {
  Json arenas = Json::array();
  for (const ListedModel::ArenaSize& arena : model.arenas) {
    arenas.push_back({{"name", arena.name}, {"bytes", arena.bytes}});
  }
  return {{"name", model.name},           {"spindle", model.version}, {"target", model.target},
          {"model_sha256", model.sha256}, {"arenas", arenas},         {"sources", model.sources},
          {"kernels", model.kernels},     {"objects", model.objects}, {"files", model.files}};
}

ListedModel model_of(const Json& json) {
  ListedModel model;
  json.at("name").get_to(model.name);
  json.at("spindle").get_to(model.version);
  json.at("target").get_to(model.target);
  json.at("model_sha256").get_to(model.sha256);
  for (const Json& arena : json.at("arenas")) {
    model.arenas.push_back(
        {arena.at("name").get<std::string>(), arena.at("bytes").get<std::int64_t>()});
  }
  json.at("sources").get_to(model.sources);
  json.at("kernels").get_to(model.kernels);
  json.at("objects").get_to(model.objects);
  json.at("files").get_to(model.files);
  return model;
}

FolderIndex index_of(const Json& json) {
  if (json.at("schema_version") != kSchema) throw std::runtime_error("of another schema");
  FolderIndex index;
  for (const Json& model : json.at("models")) index.models.push_back(model_of(model));
  json.at("files").get_to(index.files);
  for (const auto& [name, digest] : index.files) {
    if (!is_plain_name(name)) throw std::runtime_error("names a file elsewhere");
  }
  return index;
}

}  // namespace

std::optional<FolderIndex> read_folder_index(const std::filesystem::path& folder,
                                             Diagnostics& diagnostics) {
  const std::filesystem::path file = folder / kFolderIndex;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return FolderIndex{};
  try {
    std::ifstream in(file, std::ios::binary);
    return index_of(Json::parse(in));
  } catch (const std::exception&) {
    Diagnostic& refused = diagnostics.error(
        "E0414", fmt::format("'{}' is not a list of files that this version of Spindle can read",
                             file.string()));
    refused.notes.emplace_back(
        "Spindle needs this list to know which files of the folder it may replace");
    refused.helps.emplace_back("choose another folder, or remove what is in this one");
    return std::nullopt;
  }
}

std::string folder_index_text(const FolderIndex& index) {
  Json json{{"schema_version", kSchema}, {"models", Json::array()}, {"files", Json::object()}};
  for (const ListedModel& model : index.models) json["models"].push_back(json_of(model));
  for (const auto& [name, digest] : index.files) json["files"][name] = digest;
  return json.dump(1) + "\n";
}

}  // namespace spindle
