// Running other programs.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spindle {

struct ProcessSpec {
  std::vector<std::string> command = {};  // program (looked up in PATH) and arguments; no shell
  std::filesystem::path directory = {};   // to run in; empty: this one
  // Where it makes temporary files (TMPDIR); empty: where this process does. A compiler that a
  // signal ends does not remove all of its own.
  std::filesystem::path temporary = {};
  std::chrono::milliseconds timeout{0};  // 0: none
};

struct ProcessResult {
  enum class End { exited, signalled, timed_out, not_started };
  End end = End::not_started;
  int code = 0;        // exit code, signal number, or errno of the start
  std::string output;  // stdout and stderr as they came; only the last 256 KiB of more
  [[nodiscard]] bool ok() const { return end == End::exited && code == 0; }
};

// Runs to the end with an empty stdin. After the timeout the child gets SIGTERM, a second later
// SIGKILL. The child is always reaped. May be called from several threads.
ProcessResult run_process(const ProcessSpec& spec);

// The executable that `name` means in PATH.
std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace spindle
