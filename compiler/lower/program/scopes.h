// Checks where expressions use variables.
#pragma once

#include "compiler/lower/program/program.h"

namespace spindle {

// Internal error if an expression of the program uses a variable where it does not exist: the row
// in a function without rows, a column outside of Tiles, the row of a band in a function whose
// bands are computed by one call.
void check_scopes(const Program& program);

}  // namespace spindle
