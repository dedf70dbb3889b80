// The licences of the files in a generated folder.
#pragma once

#include <string>

namespace spindle {

// Contents of spindle_licence.txt: the licence of each file, and the licences' texts.
[[nodiscard]] std::string licence_text();

}  // namespace spindle
