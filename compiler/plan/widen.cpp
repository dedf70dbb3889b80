#include "compiler/plan/widen.h"

#include <algorithm>

#include "compiler/plan/cascade_cost.h"
#include "compiler/support/stage_times.h"

namespace spindle {
namespace {

// Widths that are tried, in pixels. Wider calls hardly gain anything: by then, weights are read
// rarely.
constexpr std::int64_t kPixels[] = {56, 48, 40, 32, 24, 16};

Width widest(const StepGraph& graph, const ValueUses& uses, const Lives& lives, StepId first,
             StepId end, std::int64_t limit) {
  const auto fits = [&](const Width& width) {
    return cascade_cost({graph, uses, lives}, first, end, {}, width).bytes <= limit;
  };
  Width best;
  for (std::int64_t pixels : kPixels) {  // first the same width for both
    if (fits({pixels, pixels})) {
      best = {pixels, pixels};
      break;
    }
  }
  for (std::int64_t Width::* each : {&Width::joined, &Width::alone}) {
    for (std::int64_t pixels : kPixels) {
      if (pixels <= best.*each) break;
      Width wider = best;
      wider.*each = pixels;
      if (!fits(wider)) continue;
      best = wider;
      break;
    }
  }
  return best;
}

}  // namespace

Partition widened(const StepGraph& graph, const ValueUses& uses, const Lives& lives,
                  Partition partition, std::int64_t limit) {
  const TimedStage stage(Stage::kWidening);
  StepId first(0);
  for (CascadeChoice& choice : partition.cascades) {
    if (choice.patches.empty()) choice.width = widest(graph, uses, lives, first, choice.end, limit);
    first = choice.end;
  }
  return partition;
}

}  // namespace spindle
