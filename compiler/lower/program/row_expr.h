// RowAccess as expressions.
#pragma once

#include "compiler/lower/program/program.h"
#include "compiler/plan/rows.h"

namespace spindle {

// How many rows must be there for the function's row, or for its whole band.
[[nodiscard]] Expr needed_rows(const RowAccess& access, std::int64_t rows, bool band);

// access.first(y, rows) and access.end(y, rows); den is 1.
[[nodiscard]] Expr first_row(const RowAccess& access, Expr y, std::int64_t rows);
[[nodiscard]] Expr end_row(const RowAccess& access, Expr y, std::int64_t rows);

}  // namespace spindle
