#include "compiler/files/output_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <system_error>

#include "compiler/support/read_file.h"

namespace spindle {
namespace fs = std::filesystem;
namespace {

// Returns 0 or an errno.
int write_bytes(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    data.remove_prefix(n);
  }
  return 0;
}

// The name is short, so that it is within the file system's limit even if the file's own name is at
// that limit.
fs::path temporary_name(const fs::path& folder, std::size_t number) {
  return folder / fmt::format(".spindle-{}-{}.tmp", ::getpid(), number);
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// Two files change places in one step. False where the file system cannot do that.
bool exchange(const fs::path& a, const fs::path& b) {
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
}

}  // namespace

OutputFiles::~OutputFiles() {
  pending_.clear();
  while (!folders_.empty()) folders_.pop_back();  // innermost first
}

bool OutputFiles::fail(const fs::path& file, const std::string& why, const std::string& help) {
  Diagnostic& error = diagnostics_.error("E0410", fmt::format("cannot write '{}'", file.string()));
  error.notes.push_back(why);
  if (!help.empty()) error.helps.push_back(help);
  return false;
}

bool OutputFiles::may_replace(const fs::path& file) {
  if (!file.has_filename()) return fail(file, "it names a folder", "give a file's name");
  std::error_code error;
  const fs::file_status status = fs::symlink_status(file, error);
  if (status.type() == fs::file_type::not_found || fs::is_regular_file(status)) return true;
  if (error == std::errc::filename_too_long) {
    return fail(file, error.message(), "file systems take at most 255 bytes for a name");
  }
  if (status.type() == fs::file_type::none) return fail(file, error.message());
  return fail(file, fmt::format("it is {}", kind_of_file(status.type())),
              fs::is_directory(status) ? "give a file's name"
                                       : "only regular files are replaced; give another name");
}

// Folders may be symbolic links, because files are written into them and do not replace them.
bool OutputFiles::make_folders(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::is_directory(status)) return true;
  if (error == std::errc::filename_too_long) {
    return fail(folder, error.message(), "file systems take at most 255 bytes for a name");
  }
  if (status.type() == fs::file_type::none) return fail(folder, error.message());
  if (status.type() != fs::file_type::not_found) {
    const bool file = fs::is_regular_file(status);
    return fail(folder, fmt::format("it is {}, not a folder",
                                    file ? "a file" : kind_of_file(status.type())));
  }
  if (fs::is_symlink(fs::symlink_status(folder, error))) {
    return fail(folder, "it is a symbolic link to what does not exist");
  }
  if (const fs::path parent = folder_of(folder); parent != folder && !make_folders(parent)) {
    return false;
  }
  int code = 0;
  Leftover made(Leftover::Kind::empty_folder, [&]() -> fs::path {
    if (::mkdir(folder.c_str(), 0777) == 0) return folder;
    code = errno;
    return {};
  });
  // Another process may have made the folder meanwhile. Also, for "a/b/" the call for the parent
  // "a/b" has just made it.
  if (!made && !fs::is_directory(folder, error)) return fail(folder, std::strerror(code));
  if (made) folders_.push_back(std::move(made));
  return true;
}

bool OutputFiles::add(const fs::path& file, std::string_view data) {
  const fs::path folder = folder_of(file);
  if (!make_folders(folder) || !may_replace(file)) return false;
  int code = 0;
  int fd = -1;
  Leftover temporary(Leftover::Kind::file, [&]() -> fs::path {
    const fs::path name = temporary_name(folder, pending_.size());
    fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    code = errno;
    return fd < 0 ? fs::path() : name;
  });
  if (fd < 0) return fail(file, std::strerror(code));
  code = write_bytes(fd, data);
  if (::close(fd) != 0 && code == 0) code = errno;
  pending_.push_back({file, std::move(temporary)});
  if (code != 0) return fail(file, std::strerror(code));
  return true;
}

bool OutputFiles::add(const fs::path& folder, const std::vector<OutputFile>& files) {
  for (const OutputFile& file : files) {
    if (!add(folder / file.name, file.data)) return false;
  }
  return true;
}

// Where files of the same names exist, they change places with the new ones, so that they can be
// put back if a later file cannot be renamed. Few file systems cannot do that; there they are lost.
bool OutputFiles::rename_all() {
  enum class Done { made, exchanged, replaced };
  std::vector<Done> done;
  std::error_code error;
  for (const Pending& pending : pending_) {
    const fs::path& temporary = pending.temporary.path();
    const bool exists = fs::is_regular_file(fs::symlink_status(pending.file, error));
    if (exists && exchange(temporary, pending.file)) {
      done.push_back(Done::exchanged);
      continue;
    }
    fs::rename(temporary, pending.file, error);
    if (error) break;
    done.push_back(exists ? Done::replaced : Done::made);
  }
  const bool failed = done.size() < pending_.size();
  if (failed) fail(pending_[done.size()].file, error.message());
  for (std::size_t i = done.size(); i-- > 0;) {
    const Pending& pending = pending_[i];
    if (failed && done[i] == Done::made) fs::remove(pending.file, error);
    if (failed && done[i] == Done::exchanged) exchange(pending.temporary.path(), pending.file);
    if (done[i] == Done::exchanged) fs::remove(pending.temporary.path(), error);
  }
  return !failed;
}

bool OutputFiles::commit() {
  std::vector<Leftover*> all;
  for (Leftover& folder : folders_) all.push_back(&folder);
  for (Pending& pending : pending_) all.push_back(&pending.temporary);
  return Leftover::keep_if(all, [&] { return rename_all(); });
}

bool write_files(const fs::path& folder, const std::vector<OutputFile>& files,
                 Diagnostics& diagnostics) {
  OutputFiles output(diagnostics);
  return output.add(folder, files) && output.commit();
}

bool write_file(const fs::path& file, const std::string& data, Diagnostics& diagnostics) {
  OutputFiles output(diagnostics);
  return output.add(file, data) && output.commit();
}

bool flush_stdout(Diagnostics& diagnostics) {
  errno = 0;
  std::cout.flush();
  if (std::cout && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  // The failed write may have been long ago. Another write shows the reason.
  std::string why = "it does not accept more data";
  if (::write(STDOUT_FILENO, "\n", 1) < 0) why = std::strerror(errno);
  // If stdout was closed, main() has opened its descriptor for reading.
  if ((fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY) why = "it is closed";
  if (errno == EPIPE) why = "whoever read it has stopped reading";
  diagnostics.error("E0410", "cannot write to standard output").notes.push_back(why);
  return false;
}

}  // namespace spindle
