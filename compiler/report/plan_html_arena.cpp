// Draws the arena over time: addresses upwards, layers to the right.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/report/plan_html_parts.h"
#include "compiler/support/human.h"

namespace spindle {
namespace {

// Units of the drawing, about one pixel each.
constexpr double kWidth = 1040;
constexpr double kHeight = 500;
constexpr double kLeft = 66, kRight = 10, kTop = 30, kBottom = 62;
constexpr double kCharacter = 6.3;  // mean width of a character in labels

struct Box {
  double x0, y0, x1, y1;
  [[nodiscard]] bool overlaps(const Box& other) const {
    return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1;
  }
};

std::string number(double value) {
  return fmt::format("{:.1f}", value);
}

class ArenaDrawing {
 public:
  ArenaDrawing(Markup& m, const PlanReport& report) : m_(m), r_(report) {
    int columns = 0;
    for (const ReportCascade& cascade : report.cascades) {
      starts_.push_back(columns);
      columns += std::max(cascade.end_layer - cascade.first_layer, 1);
    }
    starts_.push_back(columns);
  }

  void draw() {
    m_.open("svg", {{"class", "arena"},
                    {"viewBox", fmt::format("0 0 {} {}", kWidth, kHeight)},
                    {"role", "img"},
                    {"aria-label", label()}});
    put_peak();
    put_addresses();
    put_separators();
    for (const BufferId id : r_.buffers.ids()) put_buffer(id);
    put_labels();
    put_regions();
    put_cascade_numbers();
    put_resolutions();
    m_.close();
  }

 private:
  [[nodiscard]] std::string label() const {
    std::string text =
        fmt::format("Map of the arena: {} buffers by address over {} cascades, {} in all.",
                    r_.buffers.size(), r_.cascades.size(), human_bytes(r_.arena_bytes));
    if (r_.peak_cascade) {
      text += fmt::format(" The peak is cascade {}.", r_.peak_cascade.number());
    }
    return text + " The table of buffers below says the same.";
  }

  // Left edge of a cascade's column; one past the last gives the right edge of the drawing.
  [[nodiscard]] double x(CascadeId cascade) const {
    const double unit = (kWidth - kLeft - kRight) / std::max(starts_.back(), 1);
    return kLeft + unit * starts_[cascade];
  }
  [[nodiscard]] double y(std::int64_t address) const {
    const double share = static_cast<double>(address) /
                         static_cast<double>(std::max<std::int64_t>(r_.arena_bytes, 1));
    return kHeight - kBottom - share * (kHeight - kTop - kBottom);
  }

  void put_text(const char* classes, double at_x, double at_y, std::string_view text) {
    m_.leaf("text", {{"class", classes}, {"x", number(at_x)}, {"y", number(at_y)}}, text);
  }
  void put_line(const char* classes, double x0, double y0, double x1, double y1) {
    m_.empty("line", {{"class", classes},
                      {"x1", number(x0)},
                      {"y1", number(y0)},
                      {"x2", number(x1)},
                      {"y2", number(y1)}});
  }

  void put_peak() {
    if (!r_.peak_cascade) return;
    const double left = x(r_.peak_cascade);
    const double right = x(r_.peak_cascade + 1);
    const std::string text =
        fmt::format("▼ peak {}", human_bytes(r_.cascades[r_.peak_cascade].live_bytes));
    const double half = 0.5 * kCharacter * static_cast<double>(text.size());
    const double middle = std::clamp((left + right) / 2, kLeft + half, kWidth - kRight - half);
    put_text("peak-label", middle, kTop - 12, text);
  }

  void put_addresses() {
    std::int64_t step = 16;
    while (r_.arena_bytes / step > 6) step *= 2;
    for (std::int64_t address = 0; address <= r_.arena_bytes; address += step) {
      put_line("grid", kLeft, y(address), kWidth - kRight, y(address));
      put_text("tick", kLeft - 8, y(address) + 4, address == 0 ? "0" : human_bytes(address));
    }
    put_line("limit", kLeft, y(r_.arena_bytes), kWidth - kRight, y(r_.arena_bytes));
    for (const ReportRegion& region : r_.regions) {
      if (region.arena_bytes == 0) continue;
      put_line("limit", kLeft, y(region.base), kWidth - kRight, y(region.base));
    }
  }

  // The name of each region, at the lower end of its arena.
  void put_regions() {
    for (const ReportRegion& region : r_.regions) {
      if (region.arena_bytes == 0) continue;
      put_text("region", kWidth - kRight - 4, y(region.base) - 5, region.name);
    }
  }

  void put_separators() {
    for (CascadeId id(1); id < r_.cascades.end_id(); ++id) {
      put_line("grid", x(id), kTop, x(id), kHeight - kBottom);
    }
  }

  // The outline of the data in the buffer: it fills up while its cascade writes it, and drains
  // while the last cascade reads it.
  [[nodiscard]] std::string outline(const ReportBuffer& buffer) const {
    const double low = y(buffer.at);
    const double high = y(buffer.at + buffer.bytes);
    std::vector<std::pair<double, double>> points;
    points.emplace_back(x(buffer.first_cascade), low);
    points.emplace_back(x(buffer.fills ? buffer.first_cascade + 1 : buffer.first_cascade), high);
    points.emplace_back(x(buffer.last_cascade + 1), high);
    points.emplace_back(x(buffer.drains ? buffer.last_cascade : buffer.last_cascade + 1), low);
    std::string text;
    for (const auto& [at_x, at_y] : points) text += number(at_x) + "," + number(at_y) + " ";
    text.pop_back();
    return text;
  }

  void put_buffer(BufferId id) {
    const ReportBuffer& buffer = r_.buffers[id];
    m_.line();
    m_.open("g", {{"class", "buffer " + colour_of(r_, id)},
                  {"data-buffer", std::to_string(id.number())}});
    m_.leaf("title", {}, describe(r_, id));
    m_.empty("rect", {{"class", "reserved"},
                      {"x", number(x(buffer.first_cascade))},
                      {"y", number(y(buffer.at + buffer.bytes))},
                      {"width", number(x(buffer.last_cascade + 1) - x(buffer.first_cascade))},
                      {"height", number(y(buffer.at) - y(buffer.at + buffer.bytes))}});
    m_.empty("polygon", {{"class", "held"}, {"points", outline(buffer)}});
    m_.close();
  }

  // Labels buffers with their shapes where there is room, the largest buffers first.
  void put_labels() {
    std::vector<const ReportBuffer*> order;
    for (const ReportBuffer& buffer : r_.buffers) {
      if (!buffer.shape.empty()) order.push_back(&buffer);
    }
    std::stable_sort(order.begin(), order.end(), [](const ReportBuffer* a, const ReportBuffer* b) {
      return a->bytes > b->bytes;
    });
    std::vector<Box> taken;
    for (const ReportBuffer* buffer : order) put_label(*buffer, taken);
  }

  void put_label(const ReportBuffer& buffer, std::vector<Box>& taken) {
    const std::string text = shape_label(buffer.shape);
    const double half = 0.5 * kCharacter * static_cast<double>(text.size());
    const double top = y(buffer.at + buffer.bytes);
    const double bottom = y(buffer.at);
    const double left = x(buffer.first_cascade);
    const double right = x(buffer.last_cascade + 1);
    const double middle = (left + right) / 2;
    const double base = (top + bottom) / 2 + 4;
    const Box box{middle - half, base - 11, middle + half, base + 3};
    const bool fits = box.x0 >= left + 2 && box.x1 <= right - 2 && bottom - top >= 15;
    const bool free = std::none_of(taken.begin(), taken.end(),
                                   [&](const Box& other) { return other.overlaps(box); });
    if (!fits || !free) return;
    taken.push_back(box);
    put_text("shape", middle, base, text);
  }

  void put_cascade_numbers() {
    double next = 0;
    for (const CascadeId id : r_.cascades.ids()) {
      const std::string text = std::to_string(id.number());
      const double middle = (x(id) + x(id + 1)) / 2;
      const double half = 0.5 * kCharacter * static_cast<double>(text.size()) + 2;
      if (middle - half < next) continue;
      next = middle + half;
      put_text(id == r_.peak_cascade ? "cascade-number at-peak" : "cascade-number", middle,
               kHeight - kBottom + 16, text);
    }
    put_text("tick", kLeft - 8, kHeight - kBottom + 16, "cascade");
    put_text("tick", kLeft - 8, kHeight - kBottom + 40, "output");
  }

  // Resolution of the last layer of the cascade.
  [[nodiscard]] Resolution resolution(CascadeId cascade) const {
    const ReportCascade& self = r_.cascades[cascade];
    if (self.end_layer == self.first_layer) return {};
    return r_.layers[self.end_layer - 1].resolution;
  }

  void put_resolutions() {
    CascadeId end;
    for (CascadeId first(0); r_.cascades.contains(first); first = end) {
      const Resolution self = resolution(first);
      for (end = first + 1; r_.cascades.contains(end) && resolution(end) == self;) ++end;
      const double level = kHeight - kBottom + 26;
      put_line("bracket", x(first) + 2, level, x(end) - 2, level);
      const std::string text = fmt::format("{}×{}", self.rows, self.columns);
      const double room = x(end) - x(first);
      if (kCharacter * static_cast<double>(text.size() - 1) > room) continue;
      put_text("cascade-number", (x(first) + x(end)) / 2, level + 15, text);
    }
  }

  Markup& m_;
  const PlanReport& r_;
  IdVector<CascadeId, int> starts_;  // with one more for the end
};

void put_legend(Markup& m, const PlanReport& report) {
  const std::pair<BufferKind, const char*> kinds[] = {
      {BufferKind::kBoundary, "whole tensor between cascades"},
      {BufferKind::kRing, "ring: the last few rows"},
      {BufferKind::kScratch, "scratch and tiles"},
      {BufferKind::kAccumulator, "sums"},
      {BufferKind::kInput, "input"},
      {BufferKind::kState, "state between rows"}};
  m.open("ul", {{"class", "legend"}});
  for (const auto& [kind, text] : kinds) {
    const bool present =
        std::any_of(report.buffers.begin(), report.buffers.end(),
                    [wanted = kind](const ReportBuffer& b) { return b.kind == wanted; });
    if (!present) continue;
    m.open("li");
    m.leaf("span", {{"class", std::string("swatch k-") + kind_name(kind)}}, "");
    m.text(text);
    m.close();
  }
  m.open("li");
  m.leaf("span", {{"class", "swatch k-boundary pale"}}, "");
  m.text("reserved: not written yet, or read already");
  m.close();
  m.close();
}

}  // namespace

void put_arena(Markup& m, const PlanReport& report) {
  open_section(m, "arena", "The arena over time",
               "Addresses upwards, cascades and the layers in them to the right. A tensor fills up "
               "while its cascade writes it and drains while the next one reads it; where the two "
               "share a diagonal, the output takes over its input's bytes in place.");
  if (report.buffers.empty() || report.cascades.empty()) {
    m.leaf("p", {},
           report.buffers.empty()
               ? "This model needs no arena: every value is in the caller's buffers."
               : "This model computes nothing: the arena holds what the caller puts there.");
    m.close();
    return;
  }
  m.open("div", {{"class", "scroll map"},
                 {"tabindex", "0"},
                 {"role", "group"},
                 {"aria-label", "Arena map; left and right arrow keys go through the buffers"}});
  ArenaDrawing(m, report).draw();
  m.close();
  m.leaf("p", {{"class", "info"}, {"id", "arena-info"}, {"aria-live", "polite"}},
         "Point at a buffer, or focus the map and use the arrow keys.");
  put_legend(m, report);
  m.close();
}

}  // namespace spindle
