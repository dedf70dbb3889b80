// The one place where result files are written. A failure or a signal leaves nothing behind.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/support/leftovers.h"

namespace spindle {

struct OutputFile {
  std::string name;
  std::string data;
};

// What a command writes, all or nothing: first under temporary names beside the files' own, then
// renamed when every one is complete. Existing files are replaced; folders, devices, pipes and
// symbolic links are not, but refused. Until commit(), all that was made, parent folders too, is
// gone when this is.
class OutputFiles {
 public:
  explicit OutputFiles(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  // Parent folders are made. Reports E0410 and returns false if the file cannot be written.
  [[nodiscard]] bool add(const std::filesystem::path& file, std::string_view data);
  // `files` in `folder`.
  [[nodiscard]] bool add(const std::filesystem::path& folder, const std::vector<OutputFile>& files);

  // Gives all files their names. Reports E0410 and returns false if one cannot be had; files that
  // were not there before are removed again.
  [[nodiscard]] bool commit();

 private:
  struct Pending {
    std::filesystem::path file;
    Leftover temporary;
  };
  bool fail(const std::filesystem::path& file, const std::string& why,
            const std::string& help = {});
  bool may_replace(const std::filesystem::path& file);
  bool make_folders(const std::filesystem::path& folder);
  bool rename_all();

  Diagnostics& diagnostics_;
  std::vector<Leftover> folders_;  // made for the files, parents first
  std::vector<Pending> pending_;
};

// All of `files` into `folder`, or one file, at once.
[[nodiscard]] bool write_files(const std::filesystem::path& folder,
                               const std::vector<OutputFile>& files, Diagnostics& diagnostics);
[[nodiscard]] bool write_file(const std::filesystem::path& file, const std::string& data,
                              Diagnostics& diagnostics);

// Writes out what stdout still holds. Reports E0410 and returns false if it takes no more.
[[nodiscard]] bool flush_stdout(Diagnostics& diagnostics);

}  // namespace spindle
