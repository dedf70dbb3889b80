// Which variables the code of a function reads: what an emitter need not declare if it is not.
#pragma once

#include "compiler/lower/program/program.h"

namespace spindle {

// Whether the value depends on the variable. Expr::Kind::kIfFirst compares kBandRow with kRow.
[[nodiscard]] bool reads(const Expr& expr, Expr::Kind variable);
// Whether any expression in it does, arguments of calls included. The columns of MemberRows are
// expressions only where something reads them.
[[nodiscard]] bool reads(const MemberRows& loop, Expr::Kind variable);
[[nodiscard]] bool reads(const Tiles& tiles, Expr::Kind variable);

// Whether the function needs its row, and the end of its band: for an expression, for the loops
// that its Tiles become, or to advance.
[[nodiscard]] bool reads_row(const Function& function);
[[nodiscard]] bool reads_band_end(const Function& function);
// Whether it touches the state of the inference: counters, buffers, other functions.
[[nodiscard]] bool reads_state(const Function& function);

// Whether Tiles of the function are a loop over the rows of its band in each tile. Elsewhere
// kBandRow is the function's own row.
[[nodiscard]] bool loops_over_band(const Function& function, const Tiles& tiles);

}  // namespace spindle
