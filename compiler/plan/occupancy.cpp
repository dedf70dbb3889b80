#include "compiler/plan/occupancy.h"

#include <map>
#include <utility>

namespace spindle {
namespace {

// Bytes of the arenas that are covered by the buffers for which `counts` is true.
template <typename Predicate>
std::int64_t union_bytes(const Plan& plan, Predicate counts) {
  using Place = std::pair<RegionId, std::int64_t>;  // region and offset
  std::map<Place, int> edges;  // buffers that begin there minus those that end there
  for (const Buffer& buffer : plan.buffers) {
    if (!counts(buffer)) continue;
    ++edges[{buffer.region, buffer.offset}];
    --edges[{buffer.region, buffer.offset + buffer.bytes}];
  }
  std::int64_t bytes = 0;
  std::int64_t since = 0;
  int open = 0;
  for (const auto& [place, change] : edges) {
    if (open > 0) bytes += place.second - since;
    since = place.second;
    open += change;
  }
  return bytes;
}

}  // namespace

std::int64_t live_bytes(const Plan& plan, CascadeId cascade) {
  return union_bytes(plan, [&](const Buffer& buffer) {
    return buffer.first_cascade <= cascade && cascade <= buffer.last_cascade;
  });
}

std::int64_t occupied_bytes(const Plan& plan, RegionId region) {
  // Of scratch, only the tiles and the kernels' own scratch count: alignment may leave bytes
  // between them.
  Plan exact;
  for (const Buffer& buffer : plan.buffers) {
    if (buffer.kind != BufferKind::kScratch) exact.buffers.push_back(buffer);
  }
  for (const PlannedStepId id : plan.steps.steps.ids()) {
    if (!plan.scratch_of[id]) continue;
    const PlannedStep& step = plan.steps.step(id);
    const auto add = [&](std::int64_t offset, std::int64_t bytes) {
      Buffer piece = plan.buffers[plan.scratch_of[id]];
      piece.offset += offset;
      piece.bytes = bytes;
      if (bytes > 0) exact.buffers.push_back(piece);
    };
    for (const PlannedStep::Member& member : step.members)
      add(member.tile_offset, member.tile_bytes);
    add(step.tiles_bytes(), step.scratch_bytes - step.tiles_bytes());
  }
  return union_bytes(exact, [&](const Buffer& b) { return !region || b.region == region; });
}

}  // namespace spindle
