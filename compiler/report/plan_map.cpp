#include "compiler/report/plan_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "compiler/support/human.h"
#include "compiler/support/id.h"
#include "compiler/support/id_range_vector.h"

namespace spindle {
namespace {

constexpr int kLabelColumns = 12;  // "  118.2 KiB |"
constexpr int kMapColumns = 100 - kLabelColumns - 2;
constexpr int kMapRows = 24;
constexpr int kWidest = 8;

std::int64_t overlap(const ReportBuffer& buffer, std::int64_t begin, std::int64_t end) {
  return std::max<std::int64_t>(
      std::min(buffer.at + buffer.bytes, end) - std::max(buffer.at, begin), 0);
}

class Map {
 public:
  Map(const PlanReport& report, const IdVector<BufferId, char>& marks, CascadeId first,
      CascadeId end)
      : r_(report), marks_(marks), first_(first), end_(end), live_(first, end) {
    for (const BufferId id : report.buffers.ids()) {
      const ReportBuffer& buffer = report.buffers[id];
      const CascadeId last = std::min(buffer.last_cascade, end - 1);
      for (CascadeId cascade = std::max(buffer.first_cascade, first); cascade <= last; ++cascade) {
        live_[cascade].push_back(id);
      }
    }
    width_ = std::clamp(kMapColumns / (end - first), 1, kWidest);
    band_ = std::max<std::int64_t>((report.arena_bytes + kMapRows - 1) / kMapRows, 1);
  }

  std::string run() {
    const auto rows = static_cast<int>((r_.arena_bytes + band_ - 1) / band_);
    for (int row = rows - 1; row >= 0; --row) put_row(row, row == rows - 1 || row % 6 == 0);
    put_cascade_numbers();
    return std::move(out_);
  }

 private:
  // The buffer with the most bytes in [begin, end) during a cascade, among those for which `counts`
  // returns true; none if there is none.
  template <typename Predicate>
  [[nodiscard]] BufferId most(CascadeId cascade, std::int64_t begin, std::int64_t end,
                              Predicate counts) const {
    BufferId found;
    std::int64_t bytes = 0;
    for (const BufferId id : live_[cascade]) {
      const std::int64_t shared = overlap(r_.buffers[id], begin, end);
      if (shared <= bytes || !counts(id)) continue;
      bytes = shared;
      found = id;
    }
    return found;
  }

  [[nodiscard]] bool overlaid(BufferId buffer, CascadeId cascade) const {
    const std::vector<BufferId>& live = live_[cascade];
    return std::any_of(live.begin(), live.end(),
                       [&](BufferId other) { return r_.buffers[other].over == buffer; });
  }

  // The text, `columns` characters wide, for the addresses [begin, end) during a cascade.
  [[nodiscard]] std::string cell(CascadeId cascade, std::int64_t begin, std::int64_t end,
                                 int columns) const {
    const BufferId after =
        most(cascade, begin, end, [&](BufferId id) { return !overlaid(id, cascade); });
    const BufferId before =
        most(cascade, begin, end, [&](BufferId id) { return overlaid(id, cascade); });
    std::string text(columns, ' ');
    if (!after && !before) return text;
    text.assign(text.size(), marks_[after ? after : before]);
    if (!after || !before) return text;
    if (r_.buffers[after].over == before) {
      std::fill_n(text.begin(), columns / 2, marks_[before]);
    } else if (overlap(r_.buffers[before], begin, end) > overlap(r_.buffers[after], begin, end)) {
      text.assign(text.size(), marks_[before]);
    }
    return text;
  }

  void put_row(int row, bool labelled) {
    const std::int64_t begin = row * band_;
    const std::int64_t end = std::min(begin + band_, r_.arena_bytes);
    const std::string label = labelled ? human_bytes(row % 6 == 0 ? begin : end) : "";
    out_ += fmt::format("{:>{}} |", label, kLabelColumns);
    for (const CascadeId cascade : live_.ids()) {
      const int gap = width_ >= 4 ? 1 : 0;
      out_ += cell(cascade, begin, end, width_ - gap) + std::string(gap, ' ');
    }
    out_ += '\n';
  }

  // The index of each cascade below its columns. Where columns are narrow, its digits are stacked,
  // one per line.
  void put_cascade_numbers() {
    const bool wide = width_ >= 3;
    const std::size_t lines = wide ? 1 : (end_ > CascadeId(100) ? 3 : end_ > CascadeId(10) ? 2 : 1);
    for (std::size_t line = 0; line < lines; ++line) {
      out_ += fmt::format("{:>{}} |", line == 0 ? "cascade" : "", kLabelColumns);
      for (const CascadeId cascade : live_.ids()) {
        std::string digits = std::to_string(cascade.number());
        if (!wide) {
          digits.insert(0, lines - std::min(lines, digits.size()), ' ');
          digits = digits.substr(line, 1);
        }
        out_ += fmt::format("{:<{}}", digits, width_);
      }
      out_ += '\n';
    }
    if (r_.peak_cascade < first_ || r_.peak_cascade >= end_) return;
    out_ += fmt::format("{:>{}} |{:>{}}\n", "peak", kLabelColumns, '^',
                        (r_.peak_cascade - first_) * width_ + 1);
  }

  const PlanReport& r_;
  const IdVector<BufferId, char>& marks_;
  CascadeId first_, end_;
  // The buffers that are alive in the cascade, ascending. The lists are made once, because a large
  // network has thousands of buffers and few of them are alive together.
  IdRangeVector<CascadeId, std::vector<BufferId>> live_;
  int width_ = 1;
  std::int64_t band_ = 1;
  std::string out_;
};

}  // namespace

IdVector<BufferId, char> buffer_marks(const PlanReport& report) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  IdVector<BufferId, char> marks;
  std::size_t letters = 0;
  std::map<CascadeId, int> rings;
  for (const ReportBuffer& buffer : report.buffers) {
    switch (buffer.kind) {
      case BufferKind::kBoundary:
        marks.push_back(kLetters[letters++ % kLetters.size()]);
        break;
      case BufferKind::kRing:
        marks.push_back(static_cast<char>('0' + std::min(++rings[buffer.first_cascade], 9)));
        break;
      case BufferKind::kAccumulator:
        marks.push_back('+');
        break;
      case BufferKind::kScratch:
        marks.push_back(':');
        break;
      case BufferKind::kInput:
        marks.push_back('@');
        break;
      case BufferKind::kState:
        marks.push_back('%');
        break;
    }
  }
  return marks;
}

std::string arena_map(const PlanReport& report) {
  const CascadeId end = report.cascades.end_id();
  std::string out;
  if (report.buffers.empty()) return out;
  const IdVector<BufferId, char> marks = buffer_marks(report);
  for (CascadeId first(0); first < end; first = first + kMapColumns) {
    if (first > CascadeId(0)) out += '\n';
    out += Map(report, marks, first, std::min(first + kMapColumns, end)).run();
  }
  return out;
}

}  // namespace spindle
