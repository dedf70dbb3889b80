// What the compiler is at, for whoever watches.
#pragma once

namespace spindle {

// Told what is being done. Calls come from the thread that works, one at a time.
class ProgressWatcher {
 public:
  ProgressWatcher() = default;
  ProgressWatcher(const ProgressWatcher&) = delete;
  ProgressWatcher& operator=(const ProgressWatcher&) = delete;
  virtual ~ProgressWatcher() = default;

  // A phrase such as "planning memory", which lives as long as the program; null when it is done
  // and results or messages may follow.
  virtual void on_stage(const char* stage) = 0;
};

// The one watcher; null for none, as it is at first.
void watch_progress(ProgressWatcher* watcher);

// While it lives, this is what is being done. Stages do not nest.
class ProgressStage {
 public:
  explicit ProgressStage(const char* stage);
  ProgressStage(const ProgressStage&) = delete;
  ProgressStage& operator=(const ProgressStage&) = delete;
  ~ProgressStage();

  // What follows.
  void next(const char* stage);
};

}  // namespace spindle
