#include "compiler/support/leftovers.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace spindle {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kGraceOfChildren{1000};

struct Registry {
  std::mutex mutex;
  int next = 1;
  // By number, so that what was made last is removed first.
  std::map<int, std::pair<Leftover::Kind, fs::path>> made;
  std::set<pid_t> children;
  bool watched = false;
};

Registry& registry() {
  static auto* const only = new Registry;  // the watching thread may outlive static objects
  return *only;
}

void remove(Leftover::Kind kind, const fs::path& path) {
  std::error_code ignored;
  if (kind == Leftover::Kind::folder) {
    fs::remove_all(path, ignored);
  } else {
    fs::remove(path, ignored);
  }
}

// Whether the group of a child that may be a zombie has ended.
bool group_has_ended(pid_t leader) {
  int status = 0;
  (void)waitpid(leader, &status, WNOHANG);
  return kill(-leader, 0) != 0;
}

// Whether `done` returns true within kGraceOfChildren.
bool comes_true(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kGraceOfChildren;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void end_children(const std::set<pid_t>& children) {
  const auto all_have_ended = [&] {
    return std::all_of(children.begin(), children.end(), group_has_ended);
  };
  for (pid_t child : children) kill(-child, SIGTERM);  // compilers remove their own files
  if (comes_true(all_have_ended)) return;
  for (pid_t child : children) kill(-child, SIGKILL);
  (void)comes_true(all_have_ended);  // what is still being killed still writes
}

// Removes what other threads of this process may still write into: under another name first, which
// they do not know, or else a file that is made between the removal of the last and that of its
// folder would keep both.
void remove_while_written(Leftover::Kind kind, const fs::path& path) {
  if (kind != Leftover::Kind::folder) return remove(kind, path);
  const fs::path elsewhere = path.string() + ".removed";
  std::error_code error;
  fs::rename(path, elsewhere, error);
  // A file that was being made at that moment may come after the removal has looked.
  const fs::path& now = error ? path : elsewhere;
  (void)comes_true([&] {
    remove(kind, now);
    return !fs::exists(now, error);
  });
}

[[noreturn]] void watch(sigset_t signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  Registry& r = registry();
  r.mutex.lock();  // for good: nothing is made or started any more
  end_children(r.children);
  for (auto item = r.made.rbegin(); item != r.made.rend(); ++item) {
    remove_while_written(item->second.first, item->second.second);
  }
  ::signal(signal, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  kill(getpid(), signal);
  for (;;) pause();
}

}  // namespace

void clean_up_on_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : std::array{SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action{};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&signals, signal);  // nohup, jobs in background
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  registry().watched = true;
  std::thread(watch, signals).detach();
}

bool cleans_up_on_signals() {
  return registry().watched;
}

Leftover::Leftover(Kind kind, const std::function<fs::path()>& make) : kind_(kind) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  path_ = make();
  if (path_.empty()) return;
  id_ = r.next++;
  r.made.emplace(id_, std::pair(kind, path_));
}

Leftover::Leftover(Leftover&& other) noexcept
    : id_(std::exchange(other.id_, 0)), kind_(other.kind_), path_(std::move(other.path_)) {}

Leftover& Leftover::operator=(Leftover&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(kind_, other.kind_);
  std::swap(path_, other.path_);
  return *this;
}

Leftover::~Leftover() {
  if (id_ == 0) return;
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  remove(kind_, path_);
  r.made.erase(id_);
}

bool Leftover::keep_if(const std::vector<Leftover*>& made, const std::function<bool()>& done) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  if (!done()) return false;
  for (Leftover* one : made) r.made.erase(std::exchange(one->id_, 0));
  return true;
}

int start_child(const std::function<int(pid_t&)>& start, pid_t& pid) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  const int error = start(pid);
  if (error == 0) r.children.insert(pid);
  return error;
}

void reap_child(pid_t pid, int& status) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  r.children.erase(pid);
}

}  // namespace spindle
