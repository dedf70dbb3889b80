// The folder that `compile` writes: one or more models, the runtime files that they share, and
// lists of all these.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "compiler/files/output_folder.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/package/folder_index.h"
#include "compiler/package/listed_model.h"

namespace spindle {

struct FolderModel {
  ListedModel entry;
  std::vector<OutputFile> files;  // those of ListedModel::files
};

// The result of an update: what Spindle's index of the folder said before and says now.
struct FolderUpdate {
  std::size_t files = 0;  // number of files written
  FolderIndex old, now;
};

// Adds the models to the folder, replacing models of the same names, through `output`, which the
// caller commits. The lists also cover the other models in the folder (sources.json lists them).
// Reports E0414 if it would replace a file that Spindle did not write, and E0415 if two models
// cannot be in the same folder; then returns nothing.
[[nodiscard]] std::optional<FolderUpdate> update_model_folder(const std::filesystem::path& folder,
                                                              std::vector<FolderModel> models,
                                                              OutputFiles& output,
                                                              Diagnostics& diagnostics);

// Removes files that only an earlier version of a model needed. A file that was changed since, or
// that cannot be removed, stays and is reported (W0404).
void remove_stale_files(const std::filesystem::path& folder, const FolderUpdate& update,
                        Diagnostics& diagnostics);

}  // namespace spindle
