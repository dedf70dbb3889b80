#include "compiler/plan/fuse_columns.h"

#include <algorithm>
#include <utility>

#include "compiler/plan/place.h"

namespace spindle {
namespace {

// Enough for kernels to block over pixels, few enough that tiles are small beside rows.
constexpr std::int64_t kMostColumns = 8;

class Fuser {
 public:
  Fuser(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end)
      : graph_(graph), uses_(uses), first_(first), end_(end) {
    for (StepId step = first; step < end; ++step) {
      joins_.push_back(joined_reader(step));
    }
  }

  std::vector<Step> run() {
    std::vector<Step> result;
    for (StepId step = first_; step < end_; ++step) {
      if (joins_[index(step)] >= 0) continue;  // its reader takes it along
      std::vector<StepId> members;
      collect(step, members);
      result.push_back(members.size() == 1 ? graph_.step(step) : join(members));
    }
    return result;
  }

 private:
  [[nodiscard]] std::size_t index(StepId step) const {
    return static_cast<std::size_t>(step - first_);
  }

  // The step that `step` is joined to, or -1.
  [[nodiscard]] StepId joined_reader(StepId step) const {
    const Step& self = graph_.step(step);
    const Value& value = graph_.value(self.output);
    const auto& readers = uses_.readers[static_cast<std::size_t>(self.output)];
    if (value.storage != Storage::kArena || value.accumulator || self.columns == 0 ||
        readers.size() != 1 || readers[0] >= end_) {
      return -1;
    }
    const Step& reader = graph_.step(readers[0]);
    const auto reads = [&](const StepInput& input) { return input.value == self.output; };
    const auto input = std::find_if(reader.inputs.begin(), reader.inputs.end(), reads);
    const bool once = std::count_if(reader.inputs.begin(), reader.inputs.end(), reads) == 1;
    const bool fits = once && input->columnwise && reader.columns == self.columns &&
                      graph_.rows(readers[0]) == value.rows && input->access == RowAccess{};
    return fits ? readers[0] : -1;
  }

  // Members of the step that ends in `last`, producers first.
  void collect(StepId last, std::vector<StepId>& members) const {
    for (StepId step = first_; step < last; ++step) {
      if (joins_[index(step)] == last) collect(step, members);
    }
    members.push_back(last);
  }

  [[nodiscard]] Step join(const std::vector<StepId>& members) const {
    const Step& last = graph_.step(members.back());
    Step joined = last;
    joined.inputs.clear();
    joined.macs = joined.weight_bytes = 0;
    joined.tile = tile_columns(last.columns);
    std::int64_t tiles = 0;
    std::int64_t scratch = 0;
    for (StepId id : members) {
      const Step& member = graph_.step(id);
      joined.macs += member.macs;
      joined.weight_bytes += member.weight_bytes;
      joined.block = std::max(joined.block, member.block);
      scratch = std::max(scratch, member.scratch_bytes);
      if (id == members.back()) {
        joined.members.push_back({id, 0, -1});
      } else {
        const std::int64_t row_bytes = graph_.value(member.output).row_bytes;
        const std::int64_t bytes = row_bytes / member.columns * joined.tile;
        joined.members.push_back({id, bytes, tiles});
        tiles += align_up(bytes);
      }
      for (StepInput input : member.inputs) {
        const StepId producer = uses_.producer[static_cast<std::size_t>(input.value)];
        const bool inside = std::find(members.begin(), members.end(), producer) != members.end();
        if (inside) continue;
        if (id != members.back()) input.in_place = false;
        joined.inputs.push_back(input);
      }
    }
    joined.scratch_bytes = tiles + scratch;
    return joined;
  }

  const StepGraph& graph_;
  const ValueUses& uses_;
  StepId first_, end_;
  std::vector<StepId> joins_;
};

}  // namespace

std::vector<Step> fuse_columns(const StepGraph& graph, const ValueUses& uses, StepId first,
                               StepId end) {
  return Fuser(graph, uses, first, end).run();
}

std::int64_t tile_columns(std::int64_t columns) {
  const std::int64_t tiles = (columns + kMostColumns - 1) / kMostColumns;
  return tiles == 0 ? 0 : (columns + tiles - 1) / tiles;
}

}  // namespace spindle
