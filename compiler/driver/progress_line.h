// Shows the progress of long work on stderr.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "compiler/support/progress.h"

namespace spindle {

// Shows the current stage for as long as the object lives. On a terminal this is one line, redrawn
// every half second and erased in the end. Elsewhere a new line is printed every 20 s.
class ProgressLine : public ProgressWatcher {
 public:
  ProgressLine();
  ~ProgressLine() override;

  void on_stage(const char* stage) override;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void show();
  void erase();

  const bool terminal_;
  const Clock::time_point begin_ = Clock::now();
  std::mutex mutex_;  // guards end_, stage_ and drawn_
  std::condition_variable ended_;
  bool end_ = false;
  const char* stage_ = nullptr;
  bool drawn_ = false;
  std::thread thread_;
};

}  // namespace spindle
