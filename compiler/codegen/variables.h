// Which variables the code of a function reads. An emitter need not declare the others.
#pragma once

#include "compiler/lower/program/program.h"

namespace spindle {

// Whether the value of the expression depends on the variable. Expr::Kind::kIfFirst compares
// kBandRow with kRow.
[[nodiscard]] bool reads(const Expr& expr, Expr::Kind variable);
// Whether any expression in the loop does, including the arguments of calls. The columns of
// MemberRows count only if something reads them.
[[nodiscard]] bool reads(const MemberRows& loop, Expr::Kind variable);
[[nodiscard]] bool reads(const Tiles& tiles, Expr::Kind variable);

// Whether the function needs its row (the end of its band): in an expression, in the loops that its
// Tiles become, or to advance its counter.
[[nodiscard]] bool reads_row(const Function& function);
[[nodiscard]] bool reads_band_end(const Function& function);
// Whether it uses the state of the inference: counters, buffers, other functions.
[[nodiscard]] bool reads_state(const Function& function);

// Whether these Tiles of the function loop over the rows of the band in each tile. Otherwise
// kBandRow is the function's own row.
[[nodiscard]] bool loops_over_band(const Function& function, const Tiles& tiles);

}  // namespace spindle
