// sources.json, the list of everything that Spindle wrote into a folder.
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
  std::vector<ListedModel> models;           // sorted by name
  std::map<std::string, std::string> files;  // SHA-256 by file name; the index itself is not in it
};

// Reads the folder's index; an empty one if the folder has none. Reports E0414 and returns nothing
// if it cannot be read.
[[nodiscard]] std::optional<FolderIndex> read_folder_index(const std::filesystem::path& folder,
                                                           Diagnostics& diagnostics);

[[nodiscard]] std::string folder_index_text(const FolderIndex& index);

}  // namespace spindle
