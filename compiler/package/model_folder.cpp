#include "compiler/package/model_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "compiler/package/folder_index.h"
#include "compiler/package/licence.h"
#include "compiler/package/shared_arena.h"
#include "compiler/package/source_lists.h"
#include "compiler/support/names.h"
#include "compiler/support/sha256.h"
#include "compiler/support/version.h"

namespace spindle {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;  // contents by file name

bool is_runtime(const std::string& file) {
  return file.starts_with("spindle");
}

// The old models that are not replaced and the new ones, sorted by name, so that the lists do not
// depend on the order of compilation.
std::vector<ListedModel> merged(std::vector<ListedModel> old,
                                const std::vector<FolderModel>& added) {
  for (const FolderModel& model : added) {
    std::erase_if(old, [&](const ListedModel& other) { return other.name == model.entry.name; });
    old.push_back(model.entry);
  }
  std::sort(old.begin(), old.end(),
            [](const ListedModel& a, const ListedModel& b) { return a.name < b.name; });
  return old;
}

bool same_version(const fs::path& folder, const std::vector<ListedModel>& models,
                  Diagnostics& diagnostics) {
  for (const ListedModel& model : models) {
    if (model.version == version()) continue;
    Diagnostic& error = diagnostics.error(
        "E0415", fmt::format("'{}' holds a model of another version of Spindle", folder.string()));
    error.notes.push_back(fmt::format(
        "'{}' was compiled by Spindle {}, and this is {}; models in one folder share kernels, "
        "so their versions must be equal",
        model.name, model.version, version()));
    error.helps.push_back(fmt::format(
        "compile '{}' again in the same command, or choose another folder", model.name));
    return false;
  }
  return true;
}

// Reports E0415 if two models have a file of the same name. Upper and lower case count as equal,
// because some file systems do not tell them apart.
bool files_apart(const std::vector<ListedModel>& models, Diagnostics& diagnostics) {
  std::map<std::string, std::string> owner;
  for (const ListedModel& model : models) {
    for (const std::string& file : model.files) {
      if (is_runtime(file)) continue;
      const auto [at, fresh] = owner.emplace(lower_case(file), model.name);
      if (fresh) continue;
      Diagnostic& error = diagnostics.error(
          "E0415",
          fmt::format("models '{}' and '{}' cannot be in one folder", at->second, model.name));
      error.notes.push_back(fmt::format("both have a file '{}'", file));
      error.helps.emplace_back("give one of them another name with `--name`");
      return false;
    }
  }
  return true;
}

// All files to write. Weights as C text are several times as large as the model, so they are moved
// and never copied.
Files all_files(std::vector<FolderModel> added, const std::vector<ListedModel>& models) {
  Files files;
  for (FolderModel& model : added) {
    for (OutputFile& file : model.files) files[file.name] = std::move(file.data);
  }
  files["sources.mk"] = make_list(models);
  files["sources.cmake"] = cmake_list(models);
  files["spindle_models.h"] = shared_arena_header(models);
  files["spindle_licence.txt"] = licence_text();
  return files;
}

// Reports E0414 if a file that will be written exists but was not written by Spindle. A file with
// the same contents is no problem.
bool none_foreign(const fs::path& folder, const Files& files, const FolderIndex& old,
                  Diagnostics& diagnostics) {
  std::vector<std::string> foreign;
  for (const auto& [name, data] : files) {
    if (old.files.contains(name)) continue;
    std::error_code error;
    // OutputFiles::add reports folders and the like.
    if (!fs::is_regular_file(folder / name, error)) continue;
    if (sha256_of_file(folder / name) != sha256(data)) foreign.push_back(name);
  }
  if (foreign.empty()) return true;
  const std::string first = (folder / foreign[0]).string();
  const std::size_t more = foreign.size() - 1;
  Diagnostic& refused = diagnostics.error(
      "E0414", more == 0   ? fmt::format("'{}' is there already", first)
               : more == 1 ? fmt::format("'{}' and '{}' are there already", first, foreign[1])
                           : fmt::format("'{}' and {} other files are there already", first, more));
  refused.notes.push_back(fmt::format("Spindle did not write {} ({} lists what it wrote)",
                                      more == 0 ? "it" : "them", kFolderIndex));
  refused.helps.push_back(fmt::format("choose another folder or `--name`, or remove the {}",
                                      more == 0 ? "file" : "files"));
  return false;
}

FolderIndex new_index(const FolderIndex& old, std::vector<ListedModel> models, const Files& files) {
  FolderIndex index;
  index.models = std::move(models);
  for (const ListedModel& model : index.models) {
    for (const std::string& file : model.files) {
      const auto known = old.files.find(file);
      if (known != old.files.end()) index.files[file] = known->second;
    }
  }
  for (const auto& [name, data] : files) index.files[name] = sha256(data);
  return index;
}

}  // namespace

std::optional<FolderUpdate> update_model_folder(const fs::path& folder,
                                                std::vector<FolderModel> models,
                                                OutputFiles& output, Diagnostics& diagnostics) {
  std::optional<FolderIndex> old = read_folder_index(folder, diagnostics);
  if (!old) return std::nullopt;
  std::vector<ListedModel> all = merged(old->models, models);
  if (!same_version(folder, all, diagnostics) || !files_apart(all, diagnostics)) {
    return std::nullopt;
  }
  Files files = all_files(std::move(models), all);
  if (!none_foreign(folder, files, *old, diagnostics)) return std::nullopt;
  FolderIndex now = new_index(*old, std::move(all), files);
  std::vector<OutputFile> written;
  for (auto& [name, data] : files) written.push_back({name, std::move(data)});
  written.push_back({kFolderIndex, folder_index_text(now)});
  if (!output.add(folder, written)) return std::nullopt;
  return FolderUpdate{written.size(), std::move(*old), std::move(now)};
}

void remove_stale_files(const fs::path& folder, const FolderUpdate& update,
                        Diagnostics& diagnostics) {
  for (const auto& [name, digest] : update.old.files) {
    if (update.now.files.contains(name)) continue;
    std::error_code error;
    if (!fs::exists(folder / name, error)) continue;
    const bool ours = sha256_of_file(folder / name) == digest;
    if (ours && fs::remove(folder / name, error)) continue;
    diagnostics
        .warning("W0404", fmt::format("'{}' is not needed any more", (folder / name).string()))
        .notes.emplace_back(
            ours ? "it cannot be removed: " + error.message()
                 : "it stays, because somebody has changed it since Spindle wrote it");
  }
}

}  // namespace spindle
