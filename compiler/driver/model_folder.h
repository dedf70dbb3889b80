// The folder that `compile` writes: one or more models, the runtime files that they share, and the
// lists of all of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "compiler/driver/listed_model.h"
#include "compiler/driver/output_folder.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

struct FolderModel {
  ListedModel entry;
  std::vector<OutputFile> files;  // those of ListedModel::files
};

// Adds the models to the folder, or puts them in the place of models of the same names there. The
// lists cover what else the folder holds (sources.json says what that is), and files that only an
// earlier version of a model needed are removed, unless somebody changed them (W0401). Refuses to
// replace a file that Spindle did not write (E0414), and models that cannot stand side by side
// (E0415). Returns how many files were written; on failure nothing is, and nothing removed.
[[nodiscard]] std::optional<std::size_t> write_model_folder(const std::filesystem::path& folder,
                                                            std::vector<FolderModel> models,
                                                            Diagnostics& diagnostics);

}  // namespace spindle
