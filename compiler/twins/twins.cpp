#include "compiler/twins/twins.h"

#include <string>

#include "compiler/ir/diagnostics.h"

namespace spindle::twins {

void expect(bool condition, std::string_view symbol, std::string_view what) {
  if (condition) return;
  throw InternalError(std::string(symbol) + ": " + std::string(what));
}

}  // namespace spindle::twins
