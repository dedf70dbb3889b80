#include "compiler/lower/program/plan_addresses.h"

#include <utility>

#include "compiler/ir/diagnostics.h"

namespace spindle {

std::int64_t PlanAddresses::ring_of(ValueId value) const {
  if (plan_.steps.value(value).storage == Storage::kStream) return 1;
  const BufferId buffer = plan_.buffer_of[value];
  return buffer ? plan_.buffers[buffer].rows : plan_.steps.value(value).rows;
}

Address PlanAddresses::scratch(PlannedStepId id, std::int64_t offset) const {
  const BufferId buffer = plan_.scratch_of[id];
  check_internal(bool{buffer}, "a kernel uses scratch that was not planned");
  return in_arena(buffer, constant(offset));
}

Address PlanAddresses::row(ValueId value, Expr y) const {
  const std::int64_t rows = ring_of(value);
  if (rows < plan_.steps.value(value).rows) y = mod(std::move(y), constant(rows));
  const bool only_row =
      plan_.steps.value(value).rows == 1 || plan_.steps.value(value).storage == Storage::kStream;
  if (only_row) y = constant(0);
  return at(value, std::move(y) * constant(plan_.steps.value(value).row_bytes));
}

Address PlanAddresses::at(ValueId id, Expr offset) const {
  const Value& value = plan_.steps.value(id);
  switch (value.storage) {
    case Storage::kInput:
    case Storage::kStream:
      return {value.input, std::move(offset)};
    case Storage::kOutput:
      return {value.output, constant(value.io_offset) + std::move(offset)};
    case Storage::kConstant:
      return {value.constant, std::move(offset)};
    case Storage::kArena:
      break;
  }
  return in_arena(plan_.buffer_of[id], std::move(offset));
}

Address PlanAddresses::in_arena(BufferId buffer, Expr offset) const {
  const Buffer& home = plan_.buffers[buffer];
  return {arena_of(home), constant(home.offset) + std::move(offset)};
}

}  // namespace spindle
