#include "compiler/plan/fuse_columns.h"

#include <algorithm>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/joinable.h"
#include "compiler/plan/place.h"
#include "compiler/support/id_range_vector.h"

namespace spindle {
namespace {

class Fuser {
 public:
  Fuser(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
        const std::vector<Patch>& patches, const Width& width)
      : graph_(graph),
        uses_(uses),
        end_(end),
        patches_(patches),
        width_(width),
        joins_(first, end),
        joined_(first, end) {
    for (const StepId step : joins_.ids()) {
      joins_[step] = joined_reader(step);
      if (joins_[step]) joined_[joins_[step]].push_back(step);
    }
  }

  IdVector<PlannedStepId, PlannedStep> run() {
    IdVector<PlannedStepId, PlannedStep> result;
    for (const StepId step : joins_.ids()) {
      if (joins_[step]) continue;  // it is joined to its reader
      const std::vector<StepId> members = members_of(step);
      result.push_back(members.size() == 1 ? alone(step) : join(members));
    }
    return result;
  }

 private:
  // The step that `step` is joined to; none if its output exists as rows.
  [[nodiscard]] StepId joined_reader(StepId step) const {
    for (const Patch& patch : patches_) {
      if (step < patch.first || step >= patch.last) continue;
      const StepId reader = window_reader(graph_, uses_, step, end_);
      check_internal(reader > step && reader <= patch.last, "a patch of steps that do not join");
      return reader;
    }
    if (patch_of(step) != nullptr || !can_be_tile(graph_, uses_, step, end_)) return {};
    const Step& self = graph_.step(step);
    const StepId reader = uses_.readers[self.output][0];
    for (const Patch& patch : patches_) {  // what a patch reads must exist as rows
      if (step < patch.first && reader >= patch.first && reader < patch.last) return {};
    }
    const StepInput* input = only_read(graph_.step(reader), self.output);
    const bool fits = input != nullptr && input->columnwise && input->access == RowAccess{} &&
                      divides_as_made(graph_, *input, self) &&
                      graph_.rows(reader) == graph_.rows(step);
    return fits ? reader : StepId();
  }

  // The members of the joined step that ends in `last`, producers first. They are collected
  // backwards from `last` and then reversed.
  [[nodiscard]] std::vector<StepId> members_of(StepId last) const {
    std::vector<StepId> members;
    std::vector<StepId> open{last};
    while (!open.empty()) {
      members.push_back(open.back());
      open.pop_back();
      const std::vector<StepId>& producers = joined_[members.back()];
      open.insert(open.end(), producers.begin(), producers.end());
    }
    std::reverse(members.begin(), members.end());
    return members;
  }

  [[nodiscard]] PlannedStep alone(StepId id) const {
    const Step& selected = graph_.step(id);
    PlannedStep step(id, selected);
    if (step.flat && step.weight_bytes > 0 && !reads_stream(step)) {
      step.band = rows_within(step, width_.alone);
    }
    const std::int64_t columns = step.columns * step.band;
    step.scratch_columns = columns_together(selected.scratch, columns, width_.alone);
    step.scratch_bytes = selected.scratch.of(step.scratch_columns);
    return step;
  }

  // Whether the step reads pushed rows. Each of these is gone when the next one comes.
  [[nodiscard]] bool reads_stream(const StepWork& step) const {
    return std::any_of(step.inputs.begin(), step.inputs.end(), [&](const StepInput& input) {
      return graph_.value(input.value).storage == Storage::kStream;
    });
  }

  // Rows per band, if the step's rows are divided evenly into bands of at most `pixels` pixels; 1
  // if not even two rows fit.
  [[nodiscard]] std::int64_t rows_within(const StepWork& step, std::int64_t pixels) const {
    if (step.columns < 1 || pixels < 2 * step.columns) return 1;
    const std::int64_t rows = graph_.value(step.output).rows;
    return std::max<std::int64_t>(tile_columns(rows, pixels / step.columns), 1);
  }

  // How many of a call's `columns` a kernel that needs this scratch computes together; the scratch
  // is laid out for these.
  static std::int64_t columns_together(const ScratchNeed& need, std::int64_t columns,
                                       std::int64_t width) {
    if (need.wide_columns == 0) return std::min(columns, need.columns);
    return tile_columns(columns, std::max(need.columns, std::min(need.wide_columns, width)));
  }

  // Which rows and columns each member must compute, found from the last member backwards.
  [[nodiscard]] std::vector<PlannedStep::Member> access_of(const std::vector<StepId>& ids) const {
    std::vector<PlannedStep::Member> members(ids.size());
    for (std::size_t i = ids.size(); i-- > 0;) {
      members[i].step = ids[i];
      if (i + 1 == ids.size()) continue;
      const StepId reader = joins_[ids[i]];
      const auto at = std::find(ids.begin(), ids.end(), reader) - ids.begin();
      const PlannedStep::Member& next = members[at];
      const StepInput& input = *only_read(graph_.step(reader), graph_.step(ids[i]).output);
      const RowAccess columns = input.columnwise ? RowAccess{} : *input.column_window;
      members[i].row_access = input.access.read_by(next.row_access);
      members[i].column_access = columns.read_by(next.column_access);
    }
    return members;
  }

  // The most rows of the member's tile that are needed together: from the first one that its reader
  // still needs to the last one computed. The members run in turns: one per band if by_member, else
  // one per row.
  [[nodiscard]] std::int64_t rows_kept(const PlannedStep::Member& member,
                                       const PlannedStep::Member& reader,
                                       const PlannedStep& joined) const {
    const ValueId output = graph_.step(member.step).output;
    const RowAccess& read = only_read(graph_.step(reader.step), output)->access;
    const std::int64_t rows = graph_.value(output).rows;
    const std::int64_t reader_rows = graph_.rows(reader.step);
    const std::int64_t all = graph_.value(joined.output).rows;
    std::int64_t kept = 1;
    for (std::int64_t i = 0; i < all; ++i) {
      if (joined.by_member && i % joined.band != 0) continue;
      const std::int64_t begin = i % joined.band == 0 ? reader.row_access.first(i, reader_rows)
                                                      : reader.row_access.end(i - 1, reader_rows);
      if (begin >= reader_rows) continue;
      const std::int64_t last = joined.by_member ? std::min(i + joined.band, all) - 1 : i;
      kept = std::max(kept, member.row_access.end(last, rows) - read.first(begin, rows));
    }
    return kept;
  }

  [[nodiscard]] std::int64_t columns_kept(const PlannedStep::Member& member,
                                          const PlannedStep& joined) const {
    const std::int64_t columns = graph_.step(member.step).columns;
    std::int64_t kept = 0;
    for (std::int64_t x = 0; x < joined.columns; x += joined.tile) {
      const std::int64_t last = std::min(x + joined.tile, joined.columns) - 1;
      kept = std::max(
          kept, member.column_access.end(last, columns) - member.column_access.first(x, columns));
    }
    return kept;
  }

  [[nodiscard]] const Patch* patch_of(StepId last) const {
    for (const Patch& patch : patches_) {
      if (patch.last == last) return &patch;
    }
    return nullptr;
  }

  [[nodiscard]] PlannedStep join(const std::vector<StepId>& ids) const {
    const Patch* patch = patch_of(ids.back());
    PlannedStep joined(ids.back(), graph_.step(ids.back()));
    joined.inputs.clear();
    joined.macs = joined.weight_bytes = 0;
    joined.members = access_of(ids);
    set_tiles(joined, ids, patch);
    std::int64_t scratch = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Step& member = graph_.step(ids[i]);
      joined.block = std::max(joined.block, member.block);
      scratch = std::max(scratch, scratch_of(joined, joined.members[i]));
      joined.macs += member.macs;
      joined.weight_bytes += member.weight_bytes;
      joined.extra_macs += recomputed_macs(graph_, joined, joined.members[i]);
      if (i + 1 < ids.size()) size_tile(joined, joined.members[i]);
      add_inputs(joined, ids, i);
    }
    place_tiles(joined);
    joined.scratch_bytes = joined.tiles_bytes() + scratch;
    return joined;
  }

  // Sets the tile and the band of the joined step.
  void set_tiles(PlannedStep& joined, const std::vector<StepId>& ids, const Patch* patch) const {
    joined.flat = false;
    joined.tile = tile_columns(joined.columns);
    joined.band = 1;
    if (patch != nullptr) {
      joined.tile = patch->tile;
      joined.band = patch->band;
      joined.by_member = patch->by_member;
      return;
    }
    const std::int64_t pixels = std::min(width_.joined, pixels_worth_it(ids));
    joined.tile =
        std::max(joined.tile, tile_columns(joined.columns, std::max<std::int64_t>(pixels, 1)));
    if (joined.tile == joined.columns && !any_reads_stream(ids)) {
      joined.band = rows_within(joined, pixels);
    }
    joined.by_member = joined.flat = joined.band > 1;
  }

  [[nodiscard]] bool any_reads_stream(const std::vector<StepId>& ids) const {
    return std::any_of(ids.begin(), ids.end(),
                       [&](StepId id) { return reads_stream(graph_.step(id)); });
  }

  // The number of pixels above which a tile would be larger than the weights that it saves reading
  // again.
  [[nodiscard]] std::int64_t pixels_worth_it(const std::vector<StepId>& ids) const {
    std::int64_t weights = 0;
    std::int64_t pixel = 0;
    for (StepId id : ids) {
      const Step& step = graph_.step(id);
      weights += step.weight_bytes;
      if (id != ids.back()) pixel += graph_.value(step.output).row_bytes / step.columns;
    }
    return weights / std::max<std::int64_t>(pixel, 1);
  }

  // Scratch that the member's own kernel needs, in bytes.
  [[nodiscard]] std::int64_t scratch_of(const PlannedStep& joined,
                                        PlannedStep::Member& member) const {
    const Step& step = graph_.step(member.step);
    const std::int64_t rows = step.flat && joined.flat ? joined.band : 1;
    const std::int64_t columns = columns_kept(member, joined) * rows;
    member.scratch_columns = columns_together(step.scratch, columns, width_.joined);
    return step.scratch.of(member.scratch_columns);
  }

  [[nodiscard]] std::size_t reader_of(const PlannedStep& joined,
                                      const PlannedStep::Member& member) const {
    const StepId reader = joins_[member.step];
    const auto at = std::find_if(joined.members.begin(), joined.members.end(),
                                 [&](const PlannedStep::Member& m) { return m.step == reader; });
    return at - joined.members.begin();
  }

  void size_tile(const PlannedStep& joined, PlannedStep::Member& member) const {
    const Step& self = graph_.step(member.step);
    member.rows = rows_kept(member, joined.members[reader_of(joined, member)], joined);
    member.columns = columns_kept(member, joined);
    member.tile_bytes =
        graph_.value(self.output).row_bytes / self.columns * member.columns * member.rows;
  }

  // Places each tile at the lowest offset that is free from the member that writes it to the member
  // that reads it. A tile that keeps rows for the next row of the band is never free. A tile that
  // is updated in place stays where it was.
  void place_tiles(PlannedStep& joined) const {
    struct Life {
      std::size_t first, last;
    };
    std::vector<Life> lives;
    for (std::size_t i = 0; i + 1 < joined.members.size(); ++i) {
      PlannedStep::Member& member = joined.members[i];
      const bool stays = !joined.by_member && joined.band > 1 && member.row_access != RowAccess{};
      lives.push_back(stays ? Life{0, joined.members.size()} : Life{i, reader_of(joined, member)});
      member.tile_offset = 0;
      if (const PlannedStep::Member* before = updated_tile(joined, i)) {
        member.tile_offset = before->tile_offset;
        continue;
      }
      bool moved = true;
      while (moved) {
        moved = false;
        for (std::size_t k = 0; k < i; ++k) {
          const PlannedStep::Member& other = joined.members[k];
          const bool together = lives[k].last >= lives[i].first && lives[k].first <= lives[i].last;
          const std::int64_t end = other.tile_offset + align_up(other.tile_bytes);
          if (!together || other.tile_offset >= member.tile_offset + align_up(member.tile_bytes) ||
              end <= member.tile_offset) {
            continue;
          }
          member.tile_offset = end;
          moved = true;
        }
      }
    }
  }

  // The tile that member `i` reads and may overwrite in place; nullptr if there is none.
  [[nodiscard]] const PlannedStep::Member* updated_tile(const PlannedStep& joined,
                                                        std::size_t i) const {
    const PlannedStep::Member& self = joined.members[i];
    for (const StepInput& input : graph_.step(self.step).inputs) {
      if (!input.in_place) continue;
      for (std::size_t k = 0; k < i; ++k) {
        const PlannedStep::Member& other = joined.members[k];
        if (graph_.step(other.step).output == input.value && other.tile_bytes == self.tile_bytes &&
            other.row_access == self.row_access && other.column_access == self.column_access) {
          return &other;
        }
      }
    }
    return nullptr;
  }

  void add_inputs(PlannedStep& joined, const std::vector<StepId>& ids, std::size_t i) const {
    const PlannedStep::Member& member = joined.members[i];
    for (StepInput input : graph_.step(ids[i]).inputs) {
      const StepId producer = uses_.producer[input.value];
      if (std::find(ids.begin(), ids.end(), producer) != ids.end()) continue;
      if (i + 1 < ids.size()) input.in_place = false;
      if (member.row_access != RowAccess{}) {
        input.by_ring = input.by_ring || input.access.extent == 1;
        input.access = input.access.read_by(member.row_access);
      }
      joined.inputs.push_back(input);
    }
  }

  const StepGraph& graph_;
  const ValueUses& uses_;
  StepId end_;
  const std::vector<Patch>& patches_;
  Width width_;
  IdRangeVector<StepId, StepId> joins_;                // the step that it is joined to
  IdRangeVector<StepId, std::vector<StepId>> joined_;  // the steps joined to it, ascending
};

}  // namespace

IdVector<PlannedStepId, PlannedStep> fuse_columns(const StepGraph& graph, const ValueUses& uses,
                                                  StepId first, StepId end,
                                                  const std::vector<Patch>& patches,
                                                  const Width& width) {
  return Fuser(graph, uses, first, end, patches, width).run();
}

std::int64_t recomputed_macs(const StepGraph& graph, const PlannedStep& joined,
                             const PlannedStep::Member& member) {
  const Step& self = graph.step(member.step);
  const Value& out = graph.value(self.output);
  const std::int64_t pixels = std::max<std::int64_t>(out.rows * self.columns, 1);
  const std::int64_t work =
      member.row_access.total(out.rows, graph.value(joined.output).rows, joined.band) *
      member.column_access.total(self.columns, joined.columns, joined.tile);
  const std::int64_t each = (self.macs > 0 ? self.macs : out.bytes()) / pixels;
  return std::max<std::int64_t>(work - pixels, 0) * each;
}

std::int64_t tile_columns(std::int64_t columns, std::int64_t most) {
  const std::int64_t tiles = (columns + most - 1) / most;
  return tiles == 0 ? 0 : (columns + tiles - 1) / tiles;
}

}  // namespace spindle
