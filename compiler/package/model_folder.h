// The folder that `compile` writes: one or more models, the runtime files that they share, and the
// lists of all of them.
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

// What Spindle has written into a folder before and after.
struct FolderUpdate {
  std::size_t files = 0;  // written
  FolderIndex old, now;
};

// Adds the models to the folder, or puts them in the place of models of the same names there; the
// caller commits `output`. The lists cover what else the folder holds (sources.json says what that
// is). Refuses to replace a file that Spindle did not write (E0414), and models that cannot stand
// side by side (E0415).
[[nodiscard]] std::optional<FolderUpdate> update_model_folder(const std::filesystem::path& folder,
                                                              std::vector<FolderModel> models,
                                                              OutputFiles& output,
                                                              Diagnostics& diagnostics);

// Removes files that only an earlier version of a model needed, unless somebody changed them
// (W0404).
void remove_stale_files(const std::filesystem::path& folder, const FolderUpdate& update,
                        Diagnostics& diagnostics);

}  // namespace spindle
