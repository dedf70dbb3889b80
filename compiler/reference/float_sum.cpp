#include "compiler/reference/float_sum.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "compiler/ir/index.h"

namespace spindle::reference {

namespace {

using Values = std::span<const float>;

float in_turn(Values values) {
  float sum = 0;
  for (float value : values) sum += value;
  return sum;
}

float in_fours(Values values) {
  float sum = 0;
  for (; values.size() >= 4; values = values.subspan(4)) {
    const float first = values[0] + values[1];
    const float three = first + values[2];
    sum += three + values[3];
  }
  if (values.size() >= 2) {
    sum += values[0] + values[1];
    values = values.subspan(2);
  }
  return values.empty() ? sum : sum + values[0];
}

using Lanes = std::array<float, 4>;

void add(Lanes& lanes, Values values) {
  for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] += values[i];
}

// Sums groups of four values in four lanes. Groups begin where the position in the ONNX file's
// tensor is a multiple of four; `misaligned` is the position of the first value, modulo 4. Values
// before the first and after the last whole group are added one by one at the end.
float in_lanes(Values values, std::size_t misaligned) {
  const std::size_t head = std::min((4 - misaligned) % 4, values.size());
  const std::size_t grouped = (values.size() - head) / 4 * 4;
  if (grouped == 0) return in_turn(values);
  const Values before = values.first(head), behind = values.subspan(head + grouped);
  const Values groups = values.subspan(head, grouped);
  Lanes even{groups[0], groups[1], groups[2], groups[3]};
  if (grouped > 4) {
    Lanes odd{groups[4], groups[5], groups[6], groups[7]};
    const std::size_t paired = grouped / 8 * 8;
    for (std::size_t i = 8; i < paired; i += 8) {
      add(even, groups.subspan(i));
      add(odd, groups.subspan(i + 4));
    }
    add(even, odd);
    if (paired < grouped) add(even, groups.subspan(paired));
  }
  float sum = (even[0] + even[2]) + (even[1] + even[3]);
  for (float value : before) sum += value;
  for (float value : behind) sum += value;
  return sum;
}

float sum_of(const SumPlan& plan, Values values, std::int64_t position) {
  if (plan.order == SumOrder::kInTurn) return in_turn(values);
  if (plan.order == SumOrder::kFours) return in_fours(values);
  const std::size_t run = plan.run;
  float sum = 0;
  for (; !values.empty(); values = values.subspan(run)) {
    sum += in_lanes(values.first(run), position % 4);
    position += plan.run_file_stride;
  }
  return sum;
}

}  // namespace

std::vector<float> float_sums(const SumPlan& plan, const std::vector<float>& x) {
  const std::vector<std::int64_t> starts = flat_indices(plan.kept_extent, plan.kept_stride);
  const std::vector<std::int64_t> positions = flat_indices(plan.kept_extent, plan.kept_file_stride);
  const std::vector<std::int64_t> offsets = flat_indices(plan.reduced_extent, plan.reduced_stride);
  std::vector<float> sums;
  std::vector<float> values(offsets.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    for (std::size_t k = 0; k < offsets.size(); ++k) {
      values[k] = x[starts[i] + offsets[k]];
    }
    sums.push_back(sum_of(plan, values, positions[i]));
  }
  return sums;
}

}  // namespace spindle::reference
