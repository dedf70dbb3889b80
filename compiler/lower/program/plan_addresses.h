// Where a plan puts values and scratch, as addresses of a Program.
#pragma once

#include <cstdint>

#include "compiler/lower/program/program.h"
#include "compiler/plan/plan.h"
#include "compiler/support/id.h"

namespace spindle {

// Keeps references to the plan and to `arenas`, which must outlive it. `arenas` has the arena of
// each region; empty without a memory map.
class PlanAddresses {
 public:
  PlanAddresses(const Plan& plan, const IdVector<RegionId, ArenaId>& arenas)
      : plan_(plan), arenas_(arenas) {}

  [[nodiscard]] ArenaId arena_of(const Buffer& buffer) const {
    return arenas_.empty() ? ArenaId(0) : arenas_[buffer.region];
  }
  // Rows that are stored of the value.
  [[nodiscard]] std::int64_t ring_of(ValueId value) const;
  // `offset` bytes into the value.
  [[nodiscard]] Address at(ValueId id, Expr offset) const;
  // Row `y` of the value.
  [[nodiscard]] Address row(ValueId value, Expr y) const;
  // `offset` bytes into the step's scratch. Internal error if it has none.
  [[nodiscard]] Address scratch(PlannedStepId id, std::int64_t offset) const;

 private:
  [[nodiscard]] Address in_arena(BufferId buffer, Expr offset) const;

  const Plan& plan_;
  const IdVector<RegionId, ArenaId>& arenas_;
};

}  // namespace spindle
