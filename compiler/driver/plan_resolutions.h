// The plan by spatial resolution, as the paper's table 3 has it.
#pragma once

#include "compiler/driver/plan_report.h"

namespace spindle {

// Rows and columns of an image (NHWC); 1 x 1 of anything else.
struct Resolution {
  std::int64_t rows = 1;
  std::int64_t columns = 1;

  auto operator<=>(const Resolution&) const = default;
};
[[nodiscard]] Resolution resolution_of(const Shape& shape);

// "56x56".
[[nodiscard]] std::string to_string(const Resolution& resolution);

// Of report.layers and report.buffers, from the largest resolution down. `picture_rows`: of the
// picture that the network begins with; the paper's rows are found by how often it was halved.
[[nodiscard]] std::vector<ReportResolution> plan_resolutions(const PlanReport& report,
                                                             std::int64_t picture_rows);

}  // namespace spindle
