#include "compiler/plan/planned_steps.h"

#include <algorithm>

#include "compiler/plan/place.h"

namespace spindle {

std::int64_t PlannedStep::tiles_bytes() const {
  std::int64_t bytes = 0;
  for (const Member& member : members) {
    bytes = std::max(bytes, align_up(member.tile_offset + member.tile_bytes));
  }
  return bytes;
}

}  // namespace spindle
