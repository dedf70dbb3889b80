#include "compiler/support/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "compiler/support/leftovers.h"

extern char** environ;

namespace spindle {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptOutput = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds kGrace{1000};

void append_tail(std::string& kept, const char* data, std::size_t size) {
  kept.append(data, size);
  if (kept.size() > 2 * kKeptOutput) kept.erase(0, kept.size() - kKeptOutput);
}

// This process's environment, but for TMPDIR where the child gets one of its own. The strings are
// `own`'s and the environment's.
std::vector<char*> environment_of(const ProcessSpec& spec, std::string& own) {
  constexpr std::string_view name = "TMPDIR=";
  std::vector<char*> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (spec.temporary.empty() || !std::string_view(*entry).starts_with(name)) {
      all.push_back(*entry);
    }
  }
  own = std::string(name) + spec.temporary.string();
  if (!spec.temporary.empty()) all.push_back(own.data());
  all.push_back(nullptr);
  return all;
}

// Starts the child with stdout and stderr on `output_fd`. Returns 0 or an errno.
int spawn(const ProcessSpec& spec, int output_fd, pid_t& pid) {
  std::vector<char*> argv;
  for (const std::string& arg : spec.command) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  std::string temporary;
  const std::vector<char*> environment = environment_of(spec, temporary);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
  posix_spawn_file_actions_adddup2(&actions, output_fd, 2);
  if (!spec.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, spec.directory.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  // Signals that this process ignores mean something to others.
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  sigaddset(&usual, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  // A group of its own, so that all that it starts ends with it; but only where a signal to this
  // process is passed on, for a Ctrl-C on the terminal does not reach it then.
  if (cleans_up_on_signals()) flags |= POSIX_SPAWN_SETPGROUP;
  posix_spawnattr_setflags(&attributes, static_cast<short>(flags));
  const int error = start_child(
      [&](pid_t& child) {
        return posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(),
                            environment.data());
      },
      pid);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Collects output until the pipe is closed by all writers or `deadline` has passed (returns false).
bool read_until(int fd, std::string& output, std::optional<Clock::time_point> deadline) {
  std::array<char, 16384> buffer;
  for (;;) {
    int wait_ms = -1;
    if (deadline) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now());
      if (left.count() <= 0) return false;
      wait_ms = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
    }
    pollfd waiting{fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, wait_ms);
    if (ready < 0 && errno != EINTR) return true;
    if (ready <= 0) continue;
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n > 0) append_tail(output, buffer.data(), n);
    if (n == 0 || (n < 0 && errno != EINTR)) return true;
  }
}

// Reaps the child if it ends before `deadline`.
bool wait_until(pid_t pid, int& status, std::optional<Clock::time_point> deadline) {
  for (;;) {
    siginfo_t ended{};
    const int options = WEXITED | WNOWAIT | (deadline ? WNOHANG : 0);
    const int result = waitid(P_PID, static_cast<id_t>(pid), &ended, options);
    if (result != 0 && errno == EINTR) continue;
    if (result != 0 || ended.si_pid == pid) break;
    if (deadline && Clock::now() >= *deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  reap_child(pid, status);
  return true;
}

void stop(pid_t pid, int& status) {
  const pid_t whom = cleans_up_on_signals() ? -pid : pid;
  kill(whom, SIGTERM);
  if (wait_until(pid, status, Clock::now() + kGrace)) return;
  kill(whom, SIGKILL);
  wait_until(pid, status, std::nullopt);
}

}  // namespace

ProcessResult run_process(const ProcessSpec& spec) {
  ProcessResult result;
  int fds[2];
  if (spec.command.empty() || pipe2(fds, O_CLOEXEC) != 0) {
    result.code = spec.command.empty() ? EINVAL : errno;
    return result;
  }
  pid_t pid = 0;
  const int error = spawn(spec, fds[1], pid);
  close(fds[1]);
  if (error != 0) {
    close(fds[0]);
    result.code = error;
    return result;
  }

  std::optional<Clock::time_point> deadline;
  if (spec.timeout.count() > 0) deadline = Clock::now() + spec.timeout;
  int status = 0;
  const bool in_time =
      read_until(fds[0], result.output, deadline) && wait_until(pid, status, deadline);
  if (!in_time) {
    stop(pid, status);
    // What it said last; grandchildren may hold the pipe open, so only briefly.
    read_until(fds[0], result.output, Clock::now() + std::chrono::milliseconds(100));
  }
  close(fds[0]);

  if (!in_time) {
    result.end = ProcessResult::End::timed_out;
  } else if (WIFEXITED(status)) {
    result.end = ProcessResult::End::exited;
    result.code = WEXITSTATUS(status);
  } else {
    result.end = ProcessResult::End::signalled;
    result.code = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  if (result.output.size() > kKeptOutput) {
    result.output.erase(0, result.output.size() - kKeptOutput);
  }
  return result;
}

std::optional<std::filesystem::path> find_program(const std::string& name) {
  const auto executable = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    if (executable(name)) return name;
    return std::nullopt;
  }
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable != nullptr ? variable : "/usr/bin:/bin";
  for (;;) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    std::filesystem::path path =
        std::filesystem::path(folder.empty() ? std::string_view(".") : folder) / name;
    if (executable(path)) return path;
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
}

}  // namespace spindle
