#include "compiler/driver/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace spindle {
namespace {

constexpr std::chrono::milliseconds kDrawn{500};  // between two redraws on a terminal
constexpr std::chrono::seconds kPrinted{20};      // between two lines elsewhere

// fmt::print would throw if stderr is closed or nobody reads the pipe.
void write(const std::string& text) {
  (void)std::fputs(text.c_str(), stderr);
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {
  thread_ = std::thread([this] { run(); });
  watch_progress(this);
}

ProgressLine::~ProgressLine() {
  watch_progress(nullptr);
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
  erase();
}

void ProgressLine::on_stage(const char* stage) {
  const std::lock_guard lock(mutex_);
  stage_ = stage;
  stage_begin_ = Clock::now();
  done_ = total_ = 0;
  if (stage == nullptr) erase();
}

void ProgressLine::on_progress(std::size_t done, std::size_t total) {
  const std::lock_guard lock(mutex_);
  done_ = std::max(done_, done);  // threads may come in another order than they counted
  total_ = total;
}

void ProgressLine::run() {
  std::unique_lock lock(mutex_);
  const auto pause = terminal_ ? kDrawn : std::chrono::milliseconds(kPrinted);
  while (!ended_.wait_for(lock, pause, [this] { return end_; })) {
    if (stage_ != nullptr) show();
  }
}

void ProgressLine::show() {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin_).count();
  std::string text = fmt::format("{}, {} s", stage_, seconds);
  if (total_ > 0 && done_ > 0) {
    constexpr std::size_t kBar = 30;
    const std::size_t full = kBar * std::min(done_, total_) / total_;
    const double taken = std::chrono::duration<double>(Clock::now() - stage_begin_).count();
    const double left =
        taken / static_cast<double>(done_) * static_cast<double>(total_ - std::min(done_, total_));
    text = fmt::format("{} [{:=<{}}{:{}}] {}/{}, {:.0f} s left", stage_, "", full, "", kBar - full,
                       done_, total_, left);
  }
  if (terminal_) {
    write(fmt::format("\r\x1b[K{}", text));  // go to the start of the line and erase the line
    std::fflush(stderr);
    drawn_ = true;
  } else {
    write(text + "\n");
  }
}

void ProgressLine::erase() {
  if (!drawn_) return;
  write("\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace spindle
