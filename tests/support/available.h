// Tests that need programs which a machine may lack.
#pragma once

#include <iostream>
#include <string>

#include "compiler/support/subprocess.h"

namespace spindle::testing {

// Whether the program is installed. If it is not, says that something is skipped; tests/run.sh
// repeats this line at its end.
[[nodiscard]] inline bool available(const std::string& program) {
  if (find_program(program)) return true;
  std::cerr << "*** SKIPPED: no " << program << " ***\n";
  return false;
}

}  // namespace spindle::testing
