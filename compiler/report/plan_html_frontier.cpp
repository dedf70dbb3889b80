// Draws RAM against work: all plans of the frontier and the chosen one.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "compiler/report/plan_html_parts.h"
#include "compiler/support/human.h"

namespace spindle {
namespace {

constexpr double kWidth = 1040;
constexpr double kHeight = 330;
constexpr double kLeft = 62, kRight = 24, kTop = 26, kBottom = 52;

std::string number(double value) {
  return fmt::format("{:.1f}", value);
}

// The smallest step of the form 1, 2 or 5 times a power of ten that divides `range` into at most
// `parts` parts.
double round_step(double range, int parts) {
  const double raw = std::max(range / parts, 1e-9);
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) return factor * power;
  }
  return 10 * power;
}

class FrontierDrawing {
 public:
  FrontierDrawing(Markup& m, const PlanReport& report)
      : m_(m), r_(report), points_(report.frontier) {
    points_.erase(std::remove_if(points_.begin(), points_.end(),
                                 [&](const PlanPoint& p) { return is_chosen(p); }),
                  points_.end());
    points_.push_back({r_.arena_bytes, r_.extra_macs});
    std::sort(points_.begin(), points_.end(), [](const PlanPoint& a, const PlanPoint& b) {
      return std::pair(a.arena_bytes, a.extra_macs) < std::pair(b.arena_bytes, b.extra_macs);
    });
    for (const PlanPoint& point : points_) {
      ram_ = std::max(ram_, kib(point));
      work_ = std::max(work_, percent(point));
    }
    ram_ = round_step(ram_, 8) * std::ceil(ram_ / round_step(ram_, 8));
    work_ = round_step(work_, 5) * std::ceil(work_ / round_step(work_, 5));
  }

  void draw() {
    m_.open("svg", {{"class", "frontier"},
                    {"viewBox", fmt::format("0 0 {} {}", kWidth, kHeight)},
                    {"role", "img"},
                    {"aria-label",
                     fmt::format("{} plans, from {} with {:.0f} % more MACs to {} with {:.0f} %. "
                                 "The table below lists them.",
                                 points_.size(), human_bytes(points_.front().arena_bytes),
                                 percent(points_.front()), human_bytes(points_.back().arena_bytes),
                                 percent(points_.back()))}});
    put_axes();
    put_curve();
    for (const PlanPoint& point : points_) put_point(point);
    put_chosen();
    m_.close();
  }

  // The plans as a table.
  void list() {
    m_.open("details");
    m_.leaf("summary", {}, "As a table");
    m_.open("table");
    m_.open("thead");
    m_.open("tr");
    for (const char* heading : {"arena", "MACs computed again", "of the model's"}) {
      m_.leaf("th", {{"scope", "col"}, {"class", "number"}}, heading);
    }
    m_.close();
    m_.close();
    m_.open("tbody");
    for (const PlanPoint& point : points_) {
      m_.open("tr", {{"class", is_chosen(point) ? "chosen" : ""}});
      m_.open("td", {{"class", "number"}});
      put_bytes(m_, point.arena_bytes);
      m_.close();
      m_.open("td", {{"class", "number"}});
      put_count(m_, point.extra_macs);
      m_.close();
      m_.leaf("td", {{"class", "number"}}, fmt::format("{:.1f} %", percent(point)));
      m_.close();
    }
    m_.close();
    m_.close();
    m_.close();
  }

 private:
  [[nodiscard]] bool is_chosen(const PlanPoint& point) const {
    return point.arena_bytes == r_.arena_bytes && point.extra_macs == r_.extra_macs;
  }
  [[nodiscard]] static double kib(const PlanPoint& point) {
    return static_cast<double>(point.arena_bytes) / 1024;
  }
  [[nodiscard]] double percent(const PlanPoint& point) const { return r_.extra_percent(point); }
  [[nodiscard]] double x(double kibibytes) const {
    return kLeft + kibibytes / ram_ * (kWidth - kLeft - kRight);
  }
  [[nodiscard]] double y(double work) const {
    return kHeight - kBottom - work / work_ * (kHeight - kTop - kBottom);
  }

  void put_text(const char* classes, double at_x, double at_y, const std::string& text) {
    m_.leaf("text", {{"class", classes}, {"x", number(at_x)}, {"y", number(at_y)}}, text);
  }
  void put_line(double x0, double y0, double x1, double y1) {
    m_.empty("line", {{"class", "grid"},
                      {"x1", number(x0)},
                      {"y1", number(y0)},
                      {"x2", number(x1)},
                      {"y2", number(y1)}});
  }

  void put_axes() {
    const double ram_step = round_step(ram_, 8);
    for (double ram = 0; ram <= ram_ * 1.001; ram += ram_step) {
      put_line(x(ram), kTop, x(ram), kHeight - kBottom);
      put_text("axis", x(ram), kHeight - kBottom + 18, fmt::format("{:g}", ram));
    }
    const double work_step = round_step(work_, 5);
    for (double work = 0; work <= work_ * 1.001; work += work_step) {
      put_line(kLeft, y(work), kWidth - kRight, y(work));
      put_text("tick", kLeft - 8, y(work) + 4, fmt::format("{:g} %", work));
    }
    put_text("axis", (kLeft + kWidth - kRight) / 2, kHeight - 10, "arena, KiB");
    put_text("start", 4, 14, "MACs computed again");
  }

  // A staircase: with a budget between two plans, only the one with less RAM fits.
  void put_curve() {
    std::string text;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const std::string at = number(x(kib(points_[i])));
      if (i > 0) text += fmt::format("{},{} ", at, number(y(percent(points_[i - 1]))));
      text += fmt::format("{},{} ", at, number(y(percent(points_[i]))));
    }
    text += fmt::format("{},{}", number(kWidth - kRight), number(y(percent(points_.back()))));
    m_.empty("polyline", {{"class", "curve"}, {"points", text}});
  }

  void put_point(const PlanPoint& point) {
    const bool chosen = is_chosen(point);
    m_.open("circle", {{"class", chosen ? "point chosen" : "point"},
                       {"cx", number(x(kib(point)))},
                       {"cy", number(y(percent(point)))},
                       {"r", chosen ? "7" : "4"}});
    m_.leaf("title", {},
            fmt::format("{} ({} bytes), {:.1f} % more MACs", human_bytes(point.arena_bytes),
                        point.arena_bytes, percent(point)));
    m_.close();
  }

  void put_chosen() {
    const PlanPoint chosen{r_.arena_bytes, r_.extra_macs};
    const double at_x = x(kib(chosen));
    constexpr double kRoom = 150;  // width of the label
    const bool end = at_x + kRoom > kWidth;
    put_text(end ? "this end" : "this", at_x + (end ? 0 : 10), y(percent(chosen)) - 14,
             fmt::format("this plan, {}", human_bytes(r_.arena_bytes)));
  }

  Markup& m_;
  const PlanReport& r_;
  std::vector<PlanPoint> points_;
  double ram_ = 0;
  double work_ = 1;
};

}  // namespace

void put_frontier(Markup& m, const PlanReport& report) {
  if (report.frontier.size() < 2) return;
  open_section(m, "frontier", "RAM against work",
               "Plans of this model of which no other found takes less of both: less RAM costs "
               "values that are computed again. Giving the size of one as budget makes it.");
  FrontierDrawing drawing(m, report);
  m.open("div", {{"class", "scroll"}});
  drawing.draw();
  m.close();
  drawing.list();
  m.close();
}

}  // namespace spindle
