// Expressions as C.
#pragma once

#include <string>

#include "compiler/lower/program.h"

namespace spindle {

// In terms of the variables that the functions of c_code.h define: y, end, i, x, n, r, c, m.
[[nodiscard]] std::string c_expr(const Expr& expr);

// Whether the value depends on the function's own row, y.
[[nodiscard]] bool mentions_row(const Expr& expr);
// Whether the function's body does.
[[nodiscard]] bool mentions_row(const Function& function);

}  // namespace spindle
