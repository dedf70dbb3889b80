// What `plan` shows.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/driver/compilation.h"

namespace spindle {

// Text for people, at most 100 columns.
[[nodiscard]] std::string plan_text(const Compilation& compilation);

// The same for scripts; the schema is described in docs/plan-report.md.
[[nodiscard]] std::string plan_json(const Compilation& compilation);

// Bytes of machine code to expect for the model's kernels and schedule, Thumb-2 at -O2.
[[nodiscard]] std::int64_t estimate_code_bytes(const Program& program);

}  // namespace spindle
