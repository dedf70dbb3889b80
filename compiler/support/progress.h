// Tells a watcher what the compiler is doing.
#pragma once

#include <cstddef>

namespace spindle {

// Is told what is being done. Calls come from the working thread, one at a time, unless
// they say otherwise.
class ProgressWatcher {
 public:
  ProgressWatcher() = default;
  ProgressWatcher(const ProgressWatcher&) = delete;
  ProgressWatcher& operator=(const ProgressWatcher&) = delete;
  virtual ~ProgressWatcher() = default;

  // `stage` is a phrase such as "planning memory", a string that is never freed. Null when the
  // stage has ended and results or messages may be printed.
  virtual void on_stage(const char* stage) = 0;
  // `done` of `total` equal pieces of the current stage are done. Any thread may call it.
  virtual void on_progress(std::size_t done, std::size_t total) = 0;
};

// Sets the only watcher; null (the default) for none.
void watch_progress(ProgressWatcher* watcher);

// A stage lasts as long as this object lives. Stages do not nest.
class ProgressStage {
 public:
  explicit ProgressStage(const char* stage);
  ProgressStage(const ProgressStage&) = delete;
  ProgressStage& operator=(const ProgressStage&) = delete;
  ~ProgressStage();

  // Ends the current stage and begins the next one.
  void next(const char* stage);
};

// Says how many of the current stage's equal pieces are done. Any thread may call it.
void report_progress(std::size_t done, std::size_t total);

}  // namespace spindle
