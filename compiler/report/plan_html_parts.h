// The sections of plan_html, and what they share.
#pragma once

#include <string>

#include "compiler/report/markup.h"
#include "compiler/report/plan_report.h"

namespace spindle {

// A section with a heading and a sentence that says how to read it; to be closed by the caller.
void open_section(Markup& m, const std::string& id, const std::string& title,
                  const std::string& note);

void put_arena(Markup& m, const PlanReport& report);     // drawing of the arena over time
void put_cascades(Markup& m, const PlanReport& report);  // what flows through which rings
void put_frontier(Markup& m, const PlanReport& report);  // RAM against work, if there is a choice
void put_layers(Markup& m, const PlanReport& report);    // a row of bars for each layer
void put_paper(Markup& m, const PlanReport& report);     // beside table 3 of the paper
void put_buffers(Markup& m, const PlanReport& report);   // the arena as a table

// "73.5 KiB", the exact number on hover.
void put_bytes(Markup& m, std::int64_t bytes);
// "300.8 M", likewise.
void put_count(Markup& m, std::int64_t count);

// A bar of a part of `whole`, and behind it a lighter one.
void put_bar(Markup& m, std::int64_t part, std::int64_t behind, std::int64_t whole,
             const std::string& classes = {});

// Class names of a buffer's colour. Neighbouring boundary tensors have different shades.
[[nodiscard]] std::string colour_of(const PlanReport& report, int buffer);

// What hovering over a buffer says: name, shape, rows, bytes, addresses, cascades.
[[nodiscard]] std::string describe(const PlanReport& report, int buffer);

// "56 x 56 x 24" without the batch, with multiplication signs.
[[nodiscard]] std::string shape_label(const Shape& shape);
// "3 of 56 rows", "56 rows", or nothing.
[[nodiscard]] std::string rows_label(const ReportBuffer& buffer);
// "0", or "3 to 5".
[[nodiscard]] std::string life_label(const ReportBuffer& buffer);

}  // namespace spindle
