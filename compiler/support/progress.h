// Tells a watcher what the compiler is doing.
#pragma once

namespace spindle {

// Is told what is being done. All calls come from the working thread, one at a time.
class ProgressWatcher {
 public:
  ProgressWatcher() = default;
  ProgressWatcher(const ProgressWatcher&) = delete;
  ProgressWatcher& operator=(const ProgressWatcher&) = delete;
  virtual ~ProgressWatcher() = default;

  // `stage` is a phrase such as "planning memory", a string that is never freed. Null when the
  // stage has ended and results or messages may be printed.
  virtual void on_stage(const char* stage) = 0;
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

}  // namespace spindle
