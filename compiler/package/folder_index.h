// sources.json: what Spindle wrote into a folder.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/package/listed_model.h"

namespace spindle {

constexpr const char* kFolderIndex = "sources.json";

struct FolderIndex {
  std::vector<ListedModel> models;           // by name
  std::map<std::string, std::string> files;  // the SHA-256 of each but the index itself
};

// An empty one if the folder has none. Nothing, and E0414, if it cannot be read.
[[nodiscard]] std::optional<FolderIndex> read_folder_index(const std::filesystem::path& folder,
                                                           Diagnostics& diagnostics);

[[nodiscard]] std::string folder_index_text(const FolderIndex& index);

}  // namespace spindle
