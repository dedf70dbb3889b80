// The note in an object that its stack need not be executable.
#pragma once

#include <string>

namespace spindle {

// Takes `.note.GNU-stack` out of an object or, with `assembly`, out of its text. On bare metal the
// note means nothing and no other object has it, neither a compiler's nor the C library's: a linker
// that sees it in one warns of all the others. LLVM has no switch for it. Throws LlvmFailure.
[[nodiscard]] std::string without_stack_note(std::string file, bool assembly);

}  // namespace spindle
