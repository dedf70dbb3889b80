// How messages are printed.
#include "compiler/ir/diagnostics.h"

#include <sstream>

#include "tests/catch.h"

using namespace spindle;

namespace {

std::string printed(const Diagnostics& diagnostics) {
  std::ostringstream out;
  diagnostics.print(out, false);
  return out.str();
}

}  // namespace

TEST_CASE("messages that differ only in their place are printed once") {
  Diagnostics diagnostics;
  for (int i = 0; i < 4; ++i) {
    Diagnostic& d = diagnostics.error("E0106", "int4 is not supported",
                                      "m.onnx: constant '" + std::to_string(i) + "'");
    d.helps.emplace_back("use int8");
    if (i == 2) diagnostics.error("E0106", "something else", "m.onnx: constant '2'");
  }
  CHECK(diagnostics.error_count() == 5);
  CHECK(printed(diagnostics) ==
        "error[E0106]: int4 is not supported\n"
        "  --> m.onnx: constant '0'\n"
        "  --> m.onnx: constant '1'\n"
        "  --> m.onnx: constant '2'\n"
        "  --> and 1 more place\n"
        "   = help: use int8\n"
        "error[E0106]: something else\n"
        "  --> m.onnx: constant '2'\n");
}

TEST_CASE("messages with other notes, or without a place, are printed one by one") {
  Diagnostics diagnostics;
  diagnostics.warning("W0001", "slow", "a").notes.emplace_back("1");
  diagnostics.warning("W0001", "slow", "b").notes.emplace_back("2");
  diagnostics.note("done");
  diagnostics.note("done");
  CHECK(printed(diagnostics) ==
        "warning[W0001]: slow\n  --> a\n   = note: 1\n"
        "warning[W0001]: slow\n  --> b\n   = note: 2\n"
        "note: done\nnote: done\n");
}
