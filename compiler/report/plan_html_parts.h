// The sections of plan_html, and what they share.
#pragma once

#include <string>

#include "compiler/plan/plan.h"
#include "compiler/report/markup.h"
#include "compiler/report/plan_report.h"

namespace spindle {

// Opens a section with a heading and a sentence that says how to read it. The caller closes it.
void open_section(Markup& m, const std::string& id, const std::string& title,
                  const std::string& note);

void put_arena(Markup& m, const PlanReport& report);     // drawing of the arena over time
void put_cascades(Markup& m, const PlanReport& report);  // tensors and rings of each cascade
// RAM against work, if there are several plans.
void put_frontier(Markup& m, const PlanReport& report);
void put_layers(Markup& m, const PlanReport& report);   // a row of bars for each layer
void put_paper(Markup& m, const PlanReport& report);    // comparison with table 3 of the paper
void put_buffers(Markup& m, const PlanReport& report);  // the arena as a table

// A size like "73.5 KiB", with the exact number of bytes on hover.
void put_bytes(Markup& m, std::int64_t bytes);
// A count like "300.8 M", with the exact number on hover.
void put_count(Markup& m, std::int64_t count);

// A bar of length part / whole, in front of a lighter bar of length behind / whole.
void put_bar(Markup& m, std::int64_t part, std::int64_t behind, std::int64_t whole,
             const std::string& classes = {});

// CSS class names for a buffer's colour. Neighbouring boundary tensors get different shades.
[[nodiscard]] std::string colour_of(const PlanReport& report, BufferId buffer);

// The text shown on hovering over a buffer: name, shape, rows, bytes, addresses, cascades.
[[nodiscard]] std::string describe(const PlanReport& report, BufferId buffer);

// The shape without the batch and with multiplication signs, like "56 x 56 x 24".
[[nodiscard]] std::string shape_label(const Shape& shape);
// Rows that the buffer holds: "3 of 56 rows", "56 rows", or empty.
[[nodiscard]] std::string rows_label(const ReportBuffer& buffer);
// Cascades during which the buffer is alive: "0", or "3 to 5".
[[nodiscard]] std::string life_label(const ReportBuffer& buffer);

}  // namespace spindle
