// Checks that a signal ends a command with all processes that it started, and that no file is left.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "compiler/support/leftovers.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"

using namespace spindle;
namespace fs = std::filesystem;

namespace {

const std::string kDigits = std::string(SPINDLE_SOURCE_DIR) + "/examples/digits/";

// Starts `spindle` without output. Its temporary files are in `folder`.
pid_t start(const std::vector<std::string>& arguments, const fs::path& folder) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
  setenv("TMPDIR", folder.c_str(), 1);
  (void)!freopen("/dev/null", "w", stdout);
  (void)!freopen("/dev/null", "w", stderr);
  std::vector<char*> argv{const_cast<char*>(SPINDLE_TOOL)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

// Whether a process works in a folder below `folder`, as all tools that Spindle starts do.
bool is_anybody_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code error;
    const fs::path place = fs::read_symlink(entry.path() / "cwd", error);
    if (!error && place.string().starts_with(folder.string())) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a signal while compilers run leaves nothing") {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const TemporaryDirectory folder;
    const pid_t pid = start({"verify", kDigits + "digits_int8.onnx", "--target=host",
                             "--input=" + kDigits + "pictures/3.png"},
                            folder.path());
    while (fs::is_empty(folder.path())) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    // Waits until compilers run, for each signal a little longer.
    std::this_thread::sleep_for(std::chrono::milliseconds(20 * signal));
    REQUIRE(kill(pid, signal) == 0);
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    std::string left;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      left += entry.path().string() + "\n";
    }
    INFO("signal " << signal << ", status " << status << ", left:\n" << left);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK(fs::is_empty(folder.path()));
    CHECK_FALSE(is_anybody_in(folder.path()));
  }
}

TEST_CASE("a signal while this process writes files leaves nothing") {
  // Not a TemporaryDirectory, because the forked process would remove it too.
  const fs::path outside =
      fs::temp_directory_path() / ("spindle-signals-" + std::to_string(getpid()));
  REQUIRE(fs::create_directory(outside));
  const pid_t pid = fork();
  if (pid == 0) {
    setenv("TMPDIR", outside.c_str(), 1);
    clean_up_on_signals();
    const TemporaryDirectory folder;
    // Writes files as fast as possible until the folder has been removed.
    for (int i = 0; std::ofstream(folder.path() / std::to_string(i)); ++i) {
    }
    for (;;) pause();
  }
  while (fs::is_empty(outside)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  REQUIRE(kill(pid, SIGTERM) == 0);
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  CHECK(WIFSIGNALED(status));
  CHECK(fs::is_empty(outside));
  fs::remove_all(outside);
}

TEST_CASE("a signal that is ignored stays so, as under nohup") {
  const TemporaryDirectory folder;
  ::signal(SIGHUP, SIG_IGN);
  const pid_t pid = fork();
  if (pid == 0) {
    (void)!freopen("/dev/null", "w", stdout);
    execl(SPINDLE_TOOL, SPINDLE_TOOL, "plan", (kDigits + "digits_int8.onnx").c_str(), nullptr);
    _exit(127);
  }
  ::signal(SIGHUP, SIG_DFL);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  kill(pid, SIGHUP);
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
