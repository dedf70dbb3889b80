#include "compiler/support/version.h"

namespace spindle {

std::string_view version() {
  return SPINDLE_VERSION;
}

}  // namespace spindle
