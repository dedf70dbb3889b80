// The only place where result files are written. A failure or a signal leaves no partial files
// behind.
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

// The files that a command writes. They are first written under temporary names in their folders
// and renamed by commit() when all are complete. Existing files are replaced; folders, devices,
// pipes and symbolic links are refused. Without commit(), the destructor removes everything that
// was made, including parent folders.
class OutputFiles {
 public:
  explicit OutputFiles(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  // Writes a temporary file for `file`; makes missing parent folders. Reports E0410 and returns
  // false if the file cannot be written.
  [[nodiscard]] bool add(const std::filesystem::path& file, std::string_view data);
  // The same for `files` in `folder`.
  [[nodiscard]] bool add(const std::filesystem::path& folder, const std::vector<OutputFile>& files);

  // Renames all files to their final names. If that fails for one of them, reports E0410, brings
  // back what was there before and returns false. Where the file system cannot exchange files (FAT,
  // network folders), files that it has replaced by then stay replaced.
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
  std::vector<Leftover> folders_;  // folders made by add(), parents first
  std::vector<Pending> pending_;
};

// Writes all of `files` into `folder`, or one file, and commits.
[[nodiscard]] bool write_files(const std::filesystem::path& folder,
                               const std::vector<OutputFile>& files, Diagnostics& diagnostics);
[[nodiscard]] bool write_file(const std::filesystem::path& file, const std::string& data,
                              Diagnostics& diagnostics);

// Flushes stdout. Reports E0410 and returns false if that, or an earlier write, failed.
[[nodiscard]] bool flush_stdout(Diagnostics& diagnostics);

}  // namespace spindle
