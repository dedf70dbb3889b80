// Under which licence a generated folder's files are.
#pragma once

#include <string>

namespace spindle {

// spindle_licence.txt: which file has which, and the licences' texts.
[[nodiscard]] std::string licence_text();

}  // namespace spindle
