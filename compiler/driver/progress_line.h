// Shows the progress of long work on stderr.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "compiler/support/progress.h"

namespace spindle {

// Shows the current stage for as long as the object lives, with a bar and the time that is left if
// the stage counts its pieces. On a terminal this is one line, redrawn
// every half second and erased in the end. Elsewhere a new line is printed every 20 s.
class ProgressLine : public ProgressWatcher {
 public:
  ProgressLine();
  ~ProgressLine() override;

  void on_stage(const char* stage) override;
  void on_progress(std::size_t done, std::size_t total) override;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void show();
  void erase();

  const bool terminal_;
  const Clock::time_point begin_ = Clock::now();
  std::mutex mutex_;  // guards all members below
  std::condition_variable ended_;
  bool end_ = false;
  const char* stage_ = nullptr;
  Clock::time_point stage_begin_ = begin_;
  std::size_t done_ = 0, total_ = 0;  // pieces of the stage; total_ is 0 if it does not count them
  bool drawn_ = false;
  std::thread thread_;
};

}  // namespace spindle
