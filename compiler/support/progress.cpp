#include "compiler/support/progress.h"

namespace spindle {
namespace {

ProgressWatcher* the_watcher = nullptr;

void tell(const char* stage) {
  if (the_watcher != nullptr) the_watcher->on_stage(stage);
}

}  // namespace

void watch_progress(ProgressWatcher* watcher) {
  the_watcher = watcher;
}

ProgressStage::ProgressStage(const char* stage) {
  tell(stage);
}

ProgressStage::~ProgressStage() {
  tell(nullptr);
}

void ProgressStage::next(const char* stage) {
  tell(stage);
}

void report_progress(std::size_t done, std::size_t total) {
  if (the_watcher != nullptr) the_watcher->on_progress(done, total);
}

}  // namespace spindle
