// Runs the compiler on one fuzzer input. Used by the fuzz target and by the test of its corpus.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace spindle::testing {

// `input` is four bytes that choose target, input mode, options and budget, then an ONNX file. Runs
// all stages: import, passes (verified after each), kernel selection, plan, program, all checkers,
// the program against the reference, C, LLVM IR and reports. Returns an empty text if all is well
// or the model was refused with a diagnostic; else what is wrong. Skips networks that would take
// long.
[[nodiscard]] std::string fuzz_pipeline(std::span<const std::byte> input);

}  // namespace spindle::testing
