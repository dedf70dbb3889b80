#include "compiler/report/plan_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "compiler/support/human.h"

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
  Map(const PlanReport& report, const std::string& marks, int first, int end)
      : r_(report), marks_(marks), first_(first), end_(end) {
    live_.resize(static_cast<std::size_t>(end - first));
    for (int i = 0; i < static_cast<int>(report.buffers.size()); ++i) {
      const ReportBuffer& buffer = report.buffers[static_cast<std::size_t>(i)];
      const int last = std::min(buffer.last_cascade, end - 1);
      for (int cascade = std::max(buffer.first_cascade, first); cascade <= last; ++cascade) {
        live_[static_cast<std::size_t>(cascade - first)].push_back(i);
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
  // Indices of the buffers that are alive in the cascade, ascending. The lists are made once,
  // because a large network has thousands of buffers and few of them are alive together.
  [[nodiscard]] const std::vector<int>& live_in(int cascade) const {
    return live_[static_cast<std::size_t>(cascade - first_)];
  }

  // The buffer with the most bytes in [begin, end) during a cascade, among those for which `counts`
  // returns true; -1 if there is none.
  template <typename Predicate>
  [[nodiscard]] int most(int cascade, std::int64_t begin, std::int64_t end,
                         Predicate counts) const {
    int found = -1;
    std::int64_t bytes = 0;
    for (int i : live_in(cascade)) {
      const ReportBuffer& buffer = r_.buffers[static_cast<std::size_t>(i)];
      const std::int64_t shared = overlap(buffer, begin, end);
      if (shared <= bytes || !counts(i)) continue;
      bytes = shared;
      found = i;
    }
    return found;
  }

  [[nodiscard]] bool overlaid(int buffer, int cascade) const {
    const std::vector<int>& live = live_in(cascade);
    return std::any_of(live.begin(), live.end(), [&](int other) {
      return r_.buffers[static_cast<std::size_t>(other)].over == buffer;
    });
  }

  // The text, `columns` characters wide, for the addresses [begin, end) during a cascade.
  [[nodiscard]] std::string cell(int cascade, std::int64_t begin, std::int64_t end,
                                 int columns) const {
    const int after = most(cascade, begin, end, [&](int i) { return !overlaid(i, cascade); });
    const int before = most(cascade, begin, end, [&](int i) { return overlaid(i, cascade); });
    std::string text(static_cast<std::size_t>(columns), ' ');
    if (after < 0 && before < 0) return text;
    const char second = marks_[static_cast<std::size_t>(after < 0 ? before : after)];
    text.assign(text.size(), second);
    const bool both =
        before >= 0 && after >= 0 && r_.buffers[static_cast<std::size_t>(after)].over == before;
    if (both) std::fill_n(text.begin(), columns / 2, marks_[static_cast<std::size_t>(before)]);
    if (before >= 0 && after >= 0 && !both && larger(before, after, begin, end)) {
      text.assign(text.size(), marks_[static_cast<std::size_t>(before)]);
    }
    return text;
  }

  [[nodiscard]] bool larger(int a, int b, std::int64_t begin, std::int64_t end) const {
    return overlap(r_.buffers[static_cast<std::size_t>(a)], begin, end) >
           overlap(r_.buffers[static_cast<std::size_t>(b)], begin, end);
  }

  void put_row(int row, bool labelled) {
    const std::int64_t begin = row * band_;
    const std::int64_t end = std::min(begin + band_, r_.arena_bytes);
    const std::string label = labelled ? human_bytes(row % 6 == 0 ? begin : end) : "";
    out_ += fmt::format("{:>{}} |", label, kLabelColumns);
    for (int cascade = first_; cascade < end_; ++cascade) {
      const int gap = width_ >= 4 ? 1 : 0;
      out_ +=
          cell(cascade, begin, end, width_ - gap) + std::string(static_cast<std::size_t>(gap), ' ');
    }
    out_ += '\n';
  }

  // The index of each cascade below its columns. Where columns are narrow, its digits are stacked,
  // one per line.
  void put_cascade_numbers() {
    const bool wide = width_ >= 3;
    const int lines = wide ? 1 : (end_ > 100 ? 3 : end_ > 10 ? 2 : 1);
    for (int line = 0; line < lines; ++line) {
      out_ += fmt::format("{:>{}} |", line == 0 ? "cascade" : "", kLabelColumns);
      for (int cascade = first_; cascade < end_; ++cascade) {
        std::string digits = std::to_string(cascade);
        if (!wide) {
          digits.insert(
              0, static_cast<std::size_t>(std::max(lines - static_cast<int>(digits.size()), 0)),
              ' ');
          digits = digits.substr(static_cast<std::size_t>(line), 1);
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
  const std::string& marks_;
  int first_, end_;
  std::vector<std::vector<int>> live_;  // by cascade
  int width_ = 1;
  std::int64_t band_ = 1;
  std::string out_;
};

}  // namespace

std::string buffer_marks(const PlanReport& report) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string marks;
  std::size_t letters = 0;
  std::map<int, int> rings;  // by cascade
  for (const ReportBuffer& buffer : report.buffers) {
    switch (buffer.kind) {
      case BufferKind::kBoundary:
        marks += kLetters[letters++ % kLetters.size()];
        break;
      case BufferKind::kRing:
        marks += static_cast<char>('0' + std::min(++rings[buffer.first_cascade], 9));
        break;
      case BufferKind::kAccumulator:
        marks += '+';
        break;
      case BufferKind::kScratch:
        marks += ':';
        break;
      case BufferKind::kInput:
        marks += '@';
        break;
      case BufferKind::kState:
        marks += '%';
        break;
    }
  }
  return marks;
}

std::string arena_map(const PlanReport& report) {
  const auto cascades = static_cast<int>(report.cascades.size());
  std::string out;
  if (report.buffers.empty()) return out;
  const std::string marks = buffer_marks(report);
  for (int first = 0; first < cascades; first += kMapColumns) {
    if (first > 0) out += '\n';
    out += Map(report, marks, first, std::min(first + kMapColumns, cascades)).run();
  }
  return out;
}

}  // namespace spindle
