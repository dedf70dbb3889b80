// RowAccess as expressions of a Program, with what is known of it folded in. These are the formulas
// of plan/rows.h once more; lower_row_expr_test compares them.
#pragma once

#include "compiler/lower/program/program.h"
#include "compiler/plan/rows.h"

namespace spindle {

// How many of the input's `rows` rows must exist before the function can compute its row, or its
// whole `band`.
[[nodiscard]] Expr needed_rows(const RowAccess& access, std::int64_t rows, bool band);

// access.first(y, rows) and access.end(y, rows) as expressions; access.den must be 1.
[[nodiscard]] Expr first_row(const RowAccess& access, Expr y, std::int64_t rows);
[[nodiscard]] Expr end_row(const RowAccess& access, Expr y, std::int64_t rows);

}  // namespace spindle
