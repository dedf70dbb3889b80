// Where the variables of expressions mean something.
#pragma once

#include "compiler/lower/program/program.h"

namespace spindle {

// Internal error if an expression of the program uses a variable where it does not exist: the row
// of a function without rows, a column outside of the tiles, a row of a band that has but one call.
void check_scopes(const Program& program);

}  // namespace spindle
