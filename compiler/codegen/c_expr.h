// Prints expressions as C.
#pragma once

#include <string>

#include "compiler/lower/program/program.h"

namespace spindle {

// Uses the variables that the functions of c_code.h define: y, end, i, x, n, r, c, m.
[[nodiscard]] std::string c_expr(const Expr& expr);

// The same, with parentheses where it would bind less tightly than a sum.
[[nodiscard]] std::string c_summand(const Expr& expr);

}  // namespace spindle
