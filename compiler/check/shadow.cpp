#include "compiler/check/shadow.h"

#include <algorithm>
#include <iterator>

namespace spindle {

Shadow::Runs::const_iterator Shadow::run_at(std::int64_t at) const {
  auto run = runs_.upper_bound(at);
  if (run == runs_.begin()) return runs_.end();
  --run;
  return run->second.end > at ? run : runs_.end();
}

void Shadow::touch(std::int64_t begin, std::int64_t end) {
  auto next = touched_.upper_bound(begin);
  if (next != touched_.begin() && std::prev(next)->second >= begin) {
    --next;
    if (next->second >= end) return;
    begin = next->first;
  }
  while (next != touched_.end() && next->first <= end) {
    end = std::max(end, next->second);
    next = touched_.erase(next);
  }
  touched_.emplace(begin, end);
}

void Shadow::put(std::int64_t begin, std::int64_t end, Holding first) {
  if (begin >= end) return;
  touch(begin, end);
  auto next = runs_.lower_bound(begin);
  if (next != runs_.begin()) {
    Run& before = std::prev(next)->second;
    if (before.end > begin) {
      const Run cut = before;
      before.end = begin;
      if (cut.end > end) next = runs_.emplace_hint(next, end, cut);
    }
  }
  while (next != runs_.end() && next->first < end) {
    if (next->second.end > end) {
      const Run rest = next->second;
      next = runs_.erase(next);
      next = runs_.emplace_hint(next, end, rest);
      break;
    }
    next = runs_.erase(next);
  }
  if (!first.known()) return;
  const std::int64_t delta = begin - first.offset;
  const auto continues = [&](const Run& run) {
    return run.value == first.value && run.delta == delta;
  };
  if (next != runs_.end() && next->first == end && continues(next->second)) {
    end = next->second.end;
    next = runs_.erase(next);
  }
  if (next != runs_.begin()) {
    Run& before = std::prev(next)->second;
    if (before.end == begin && continues(before)) {
      before.end = end;
      return;
    }
  }
  runs_.emplace_hint(next, begin, Run{end, first.value, delta});
}

Holding Shadow::at(std::int64_t at) const {
  const auto run = run_at(at);
  if (run == runs_.end()) return {};
  return {run->second.value, at - run->second.delta};
}

std::vector<Shadow::Held> Shadow::held(std::int64_t begin, std::int64_t end) const {
  std::vector<Held> pieces;
  while (begin < end) {
    const auto run = run_at(begin);
    const auto next = run == runs_.end() ? runs_.lower_bound(begin) : run;
    std::int64_t until = end;
    if (next != runs_.end()) until = std::min(end, run == next ? next->second.end : next->first);
    pieces.push_back({begin, until, at(begin)});
    begin = until;
  }
  return pieces;
}

std::optional<std::int64_t> Shadow::mismatch(std::int64_t begin, std::int64_t end,
                                             Holding first) const {
  const std::int64_t delta = begin - first.offset;
  while (begin < end) {
    const auto run = run_at(begin);
    if (run == runs_.end() || run->second.value != first.value || run->second.delta != delta) {
      return begin;
    }
    begin = run->second.end;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Shadow::first_held(std::int64_t begin, std::int64_t end) const {
  if (begin >= end) return std::nullopt;
  if (run_at(begin) != runs_.end()) return begin;
  const auto next = runs_.lower_bound(begin);
  if (next != runs_.end() && next->first < end) return next->first;
  return std::nullopt;
}

void Shadow::rename(Holding from, std::int64_t bytes, Holding to) {
  std::vector<Held> renamed;
  for (const auto& [at, run] : runs_) {
    if (run.value != from.value) continue;
    const std::int64_t begin = std::max(at, from.offset + run.delta);
    const std::int64_t end = std::min(run.end, from.offset + bytes + run.delta);
    if (begin >= end) continue;
    renamed.push_back({begin, end, {to.value, to.offset + begin - run.delta - from.offset}});
  }
  for (const Held& piece : renamed) put(piece.begin, piece.end, piece.first);
}

std::int64_t Shadow::touched_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [begin, end] : touched_) bytes += end - begin;
  return bytes;
}

}  // namespace spindle
