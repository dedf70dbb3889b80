// The note in an object that it needs no executable stack.
#pragma once

#include <string>

namespace spindle {

// Removes `.note.GNU-stack` from an object or, with `assembly`, from assembly text. On bare metal
// the note means nothing, and neither compilers nor the C library write it. A linker that finds it
// in one object warns about all the others. LLVM has no switch for it. Throws LlvmFailure.
[[nodiscard]] std::string without_stack_note(std::string file, bool assembly);

}  // namespace spindle
