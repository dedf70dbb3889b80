// Progress of long work on stderr.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "compiler/support/progress.h"

namespace spindle {

// While it lives it shows what is being done: on a terminal, after half a second, as one line that
// is drawn again and erased in the end; elsewhere, as a line every 20 s.
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
  std::mutex mutex_;  // of all below
  std::condition_variable ended_;
  bool end_ = false;
  const char* stage_ = nullptr;
  bool drawn_ = false;
  std::thread thread_;
};

}  // namespace spindle
