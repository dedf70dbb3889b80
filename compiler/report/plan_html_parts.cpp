#include "compiler/report/plan_html_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/human.h"

namespace spindle {

void open_section(Markup& m, const std::string& id, const std::string& title,
                  const std::string& note) {
  m.line();
  m.open("section", {{"id", id}, {"aria-labelledby", id + "-title"}});
  m.leaf("h2", {{"id", id + "-title"}}, title);
  m.leaf("p", {{"class", "note"}}, note);
  m.line();
}

void put_bytes(Markup& m, std::int64_t bytes) {
  m.leaf("data", {{"value", std::to_string(bytes)}, {"title", fmt::format("{} bytes", bytes)}},
         human_bytes(bytes));
}

void put_count(Markup& m, std::int64_t count) {
  m.leaf("data", {{"value", std::to_string(count)}, {"title", std::to_string(count)}},
         human_count(count));
}

void put_bar(Markup& m, std::int64_t part, std::int64_t behind, std::int64_t whole,
             const std::string& classes) {
  const auto width = [&](std::int64_t bytes) {
    const double percent =
        100.0 * static_cast<double>(bytes) / static_cast<double>(std::max<std::int64_t>(whole, 1));
    return fmt::format("width:{:.2f}%", percent);
  };
  m.open("span", {{"class", classes.empty() ? "bar" : "bar " + classes}, {"aria-hidden", "true"}});
  if (behind > 0) m.leaf("i", {{"class", "behind"}, {"style", width(behind)}}, "");
  if (part > 0) m.leaf("i", {{"class", "part"}, {"style", width(part)}}, "");
  m.close();
}

std::string colour_of(const PlanReport& report, BufferId buffer) {
  const ReportBuffer& self = report.buffers[buffer];
  std::string classes = fmt::format("k-{}", kind_name(self.kind));
  if (self.kind != BufferKind::kBoundary) return classes;
  const auto before =
      std::count_if(report.buffers.begin(), report.buffers.begin() + buffer.number(),
                    [](const ReportBuffer& other) { return other.kind == BufferKind::kBoundary; });
  return before % 2 == 0 ? classes : classes + " odd";
}

std::string shape_label(const Shape& shape) {
  std::string text;
  const std::size_t first = shape.size() > 1 && shape[0] == 1 ? 1 : 0;
  for (std::size_t i = first; i < shape.size(); ++i) {
    if (i > first) text += "×";
    text += std::to_string(shape[i]);
  }
  return text;
}

std::string rows_label(const ReportBuffer& buffer) {
  if (buffer.rows == 0 || buffer.kind == BufferKind::kAccumulator) return "";
  const char* unit = buffer.of_rows == 1 ? "row" : "rows";
  if (buffer.rows == buffer.of_rows) return fmt::format("{} {}", buffer.rows, unit);
  return fmt::format("{} of {} {}", buffer.rows, buffer.of_rows, unit);
}

std::string life_label(const ReportBuffer& buffer) {
  if (buffer.first_cascade == buffer.last_cascade)
    return std::to_string(buffer.first_cascade.number());
  return fmt::format("{} to {}", buffer.first_cascade.number(), buffer.last_cascade.number());
}

std::string describe(const PlanReport& report, BufferId buffer) {
  const ReportBuffer& self = report.buffers[buffer];
  std::string text = fmt::format("{}: {}", self.name, kind_name(self.kind));
  if (!self.shape.empty()) text += " of " + shape_label(self.shape);
  if (const std::string rows = rows_label(self); !rows.empty()) text += ", " + rows;
  text += fmt::format(", {} ({} bytes), addresses {} to {}, {} {}", human_bytes(self.bytes),
                      self.bytes, self.offset, self.offset + self.bytes,
                      self.first_cascade == self.last_cascade ? "cascade" : "cascades",
                      life_label(self));
  if (!report.regions.empty()) {
    text += ", in " + report.regions[self.region].name;
  }
  if (self.over) {
    text += ", in place over " + report.buffers[self.over].name;
  }
  return text;
}

}  // namespace spindle
