// What must not outlive this process, however it ends: temporary folders, unfinished files, and
// the programs that it started.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <vector>

namespace spindle {

// From here on SIGINT, SIGTERM and SIGHUP (where they are not ignored) end the processes that were
// started and all that they started, remove what is registered below, and then end this process as
// the signal would have. To be called once, before there are other threads.
void clean_up_on_signals();

// Whether clean_up_on_signals was called: who starts a process then gives it a group of its own.
[[nodiscard]] bool cleans_up_on_signals();

// A file, or a folder with all that it holds, that is removed unless it is kept.
class Leftover {
 public:
  enum class Kind { file, folder, empty_folder };  // the last is removed only if nothing is in it

  Leftover() = default;  // nothing
  // Calls `make`, which returns the path of what it has made, or an empty one. No signal finds that
  // made and not registered.
  Leftover(Kind kind, const std::function<std::filesystem::path()>& make);
  Leftover(Leftover&& other) noexcept;
  Leftover& operator=(Leftover&& other) noexcept;
  ~Leftover();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] explicit operator bool() const { return id_ != 0; }
  // Calls `done`; if it returns true, all of `made` are there to stay. A signal comes before or
  // after that as a whole.
  static bool keep_if(const std::vector<Leftover*>& made, const std::function<bool()>& done);

 private:
  int id_ = 0;  // 0: nothing
  Kind kind_ = Kind::file;
  std::filesystem::path path_;
};

// Starts a process by `start` (0 or an errno), and registers it. The same errno.
int start_child(const std::function<int(pid_t&)>& start, pid_t& pid);
// waitpid() for a child that was started so, once it has ended: not before.
void reap_child(pid_t pid, int& status);

}  // namespace spindle
