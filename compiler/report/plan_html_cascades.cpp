// Draws the tensors of each cascade as boxes in which the rows that are kept are filled.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "compiler/report/plan_html_parts.h"

namespace spindle {
namespace {

constexpr double kTallest = 44;
constexpr double kWidest = 76;

// A tensor's height is proportional to the square root of its rows, its width to the square root of
// the bytes of a row. So areas can be compared.
class Scale {
 public:
  explicit Scale(const PlanReport& report) {
    for (const ReportBuffer& buffer : report.buffers) add(buffer.of_rows, buffer.row_bytes);
    for (const ReportLayer& layer : report.layers) {
      add(layer.of_rows, layer.whole_bytes / std::max<std::int64_t>(layer.of_rows, 1));
    }
  }
  [[nodiscard]] double height(std::int64_t rows) const { return part(rows, rows_, kTallest); }
  [[nodiscard]] double width(std::int64_t row_bytes) const {
    return part(row_bytes, row_, kWidest);
  }

 private:
  void add(std::int64_t rows, std::int64_t row_bytes) {
    rows_ = std::max(rows_, rows);
    row_ = std::max(row_, row_bytes);
  }
  static double part(std::int64_t value, std::int64_t most, double size) {
    return std::max(size * std::sqrt(static_cast<double>(value) / static_cast<double>(most)), 5.0);
  }

  std::int64_t rows_ = 1;
  std::int64_t row_ = 1;
};

class CascadeList {
 public:
  CascadeList(Markup& m, const PlanReport& report) : m_(m), r_(report), scale_(report) {}

  void put(CascadeId id) {
    const ReportCascade& cascade = r_.cascades[id];
    m_.line();
    m_.open("li", {{"class", id == r_.peak_cascade ? "cascade is-peak" : "cascade"},
                   {"id", fmt::format("cascade-{}", id.number())}});
    put_head(id, cascade);
    m_.open("div", {{"class", "flow"}});
    BufferId previous;
    for (const ReportStep& step : cascade.steps) {
      put_reads(step, previous);
      put_step(step);
      previous = put_result(step);
    }
    m_.close();
    m_.close();
  }

 private:
  void put_head(CascadeId id, const ReportCascade& cascade) {
    m_.open("div", {{"class", "cascade-head"}});
    m_.leaf("span", {{"class", "number"}}, std::to_string(id.number()));
    m_.leaf("h3", {}, cascade.name);
    m_.open("span", {{"class", "figures"}});
    put_bar(m_, cascade.live_bytes, 0, r_.arena_bytes, "small");
    put_bytes(m_, cascade.live_bytes);
    m_.text(id == r_.peak_cascade ? " alive, the peak · " : " alive · ");
    put_count(m_, cascade.macs);
    m_.text(" MACs");
    if (cascade.extra_macs > 0) {
      m_.text(" + ");
      put_count(m_, cascade.extra_macs);
      m_.text(" again");
    }
    m_.close();
    m_.close();
  }

  // The values that the step reads, except the one that the step before has just written.
  void put_reads(const ReportStep& step, BufferId previous) {
    bool first = !previous;
    for (const ReportRead& read : step.reads) {
      if (read.buffer && read.buffer == previous) continue;
      m_.open("span", {{"class", "hop"}});
      if (!first) m_.leaf("span", {{"class", "also"}}, "and");
      first = false;
      if (read.buffer) {
        put_buffer(read.buffer, false);
      } else {
        put_outside(read);
      }
      m_.close();
    }
  }

  // Opens a group of an arrow and its target, which stay on one line. The caller closes it.
  void open_hop() {
    m_.open("span", {{"class", "hop"}});
    m_.leaf("span", {{"class", "arrow"}, {"aria-hidden", "true"}}, "→");
  }

  void put_outside(const ReportRead& read) {
    m_.open("span", {{"class", "value outside"}, {"title", read.name}});
    m_.leaf("b", {}, read.storage == Storage::kStream ? "pushed row" : "caller's input");
    m_.leaf("span", {{"class", "detail"}}, read.name);
    m_.close();
  }

  // `written`: the step writes the buffer; otherwise it reads it.
  void put_buffer(BufferId id, bool written) {
    const ReportBuffer& buffer = r_.buffers[id];
    m_.open("a", {{"class", "value " + colour_of(r_, id)},
                  {"href", fmt::format("#buffer-{}", id.number())},
                  {"data-buffer", std::to_string(id.number())},
                  {"title", describe(r_, id)}});
    const bool sums = buffer.kind == BufferKind::kAccumulator;
    const std::int64_t rows = std::max<std::int64_t>(sums ? buffer.rows : buffer.of_rows, 1);
    put_glyph(scale_.width(buffer.row_bytes), scale_.height(rows),
              static_cast<double>(buffer.rows) / static_cast<double>(rows));
    m_.open("span", {{"class", "text"}});
    m_.leaf("b", {}, buffer.shape.empty() ? kind_name(buffer.kind) : shape_label(buffer.shape));
    m_.open("span", {{"class", "detail"}});
    if (const std::string rows = rows_label(buffer); !rows.empty()) m_.text(rows + ", ");
    put_bytes(m_, buffer.bytes);
    if (written && buffer.over) m_.text(", in place");
    m_.close();
    m_.close();
    m_.close();
  }

  void put_glyph(double width, double height, double share) {
    const double kept = std::max(height * std::min(share, 1.0), 2.0);
    m_.open("svg", {{"class", "glyph"},
                    {"width", fmt::format("{:.0f}", width + 2)},
                    {"height", fmt::format("{:.0f}", height + 2)},
                    {"aria-hidden", "true"}});
    m_.empty("rect", {{"class", "whole"},
                      {"x", "1"},
                      {"y", "1"},
                      {"width", fmt::format("{:.1f}", width)},
                      {"height", fmt::format("{:.1f}", height)}});
    m_.empty("rect", {{"class", "kept"},
                      {"x", "1"},
                      {"y", fmt::format("{:.1f}", 1 + (height - kept) / 2)},
                      {"width", fmt::format("{:.1f}", width)},
                      {"height", fmt::format("{:.1f}", kept)}});
    m_.close();
  }

  void put_step(const ReportStep& step) {
    open_hop();
    m_.open("span",
            {{"class", step.tile_columns > 0 ? "step joined" : "step"}, {"title", step.name}});
    m_.open("span", {{"class", "ops"}});
    for (std::size_t i = 0; i < step.layers.size(); ++i) {
      const ReportLayer& layer = r_.layers[step.layers[i]];
      if (i > 0) put_tile(r_.layers[step.layers[i - 1]]);
      m_.open("span", {{"class", "op"}, {"title", layer.name}});
      m_.leaf("b", {}, layer.op);
      if (layer.bottleneck || !layer.block.empty()) {
        m_.leaf("span", {{"class", "detail"}}, layer.block);
      }
      m_.close();
    }
    m_.close();
    put_way(step);
    m_.close();
    m_.close();
  }

  // The tensor between two layers of a joined step, of which only a tile exists.
  void put_tile(const ReportLayer& layer) {
    const std::string shape = shape_label(layer.shape);
    m_.leaf("span",
            {{"class", "tile"},
             {"title", fmt::format("{}: of {} only {} rows of {} columns exist, {} bytes",
                                   layer.tensor, shape, layer.rows, layer.columns, layer.bytes)}},
            fmt::format("→ {}×{} →", layer.rows, layer.columns));
  }

  void put_way(const ReportStep& step) {
    std::string way;
    if (step.tile_columns == 1) way = "column by column";
    if (step.tile_columns > 1) way = fmt::format("in tiles of {} columns", step.tile_columns);
    if (step.band > 1) way += fmt::format(", {} rows at a time", step.band);
    if (step.extra_macs > 0) {
      way += fmt::format(", {:.0f} % more MACs",
                         100.0 * static_cast<double>(step.extra_macs) /
                             static_cast<double>(std::max<std::int64_t>(step.macs, 1)));
    }
    if (!way.empty()) m_.leaf("span", {{"class", "way"}}, way);
  }

  // Draws the step's result. Returns its buffer, if it is in one.
  BufferId put_result(const ReportStep& step) {
    if (step.layers.empty()) return {};
    const ReportLayer& layer = r_.layers[step.layers.back()];
    open_hop();
    if (layer.buffer) {
      put_buffer(layer.buffer, true);
    } else {
      m_.open("span", {{"class", "value outside"}, {"title", layer.tensor}});
      m_.leaf("b", {}, "caller's output");
      m_.leaf("span", {{"class", "detail"}}, layer.tensor);
      m_.close();
    }
    m_.close();
    return layer.buffer;
  }

  Markup& m_;
  const PlanReport& r_;
  Scale scale_;
};

}  // namespace

void put_cascades(Markup& m, const PlanReport& report) {
  if (report.cascades.empty()) return;
  open_section(
      m, "cascades", "Cascades",
      "The operators of a cascade run together, row by row. Boxes are tensors: the outline "
      "is the whole tensor, filled is what is kept of it. Operators in one frame work on a "
      "few columns at a time, and of what passes between them only that tile exists.");
  m.open("ol", {{"class", "cascades"}});
  CascadeList list(m, report);
  for (const CascadeId id : report.cascades.ids()) list.put(id);
  m.close();
  m.close();
}

}  // namespace spindle
