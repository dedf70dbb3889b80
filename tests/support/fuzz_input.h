// What the pipeline's fuzz target does with an input, and what the test of its corpus does.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace spindle::testing {

// `input`: four bytes that choose target, input mode, options and budget, then an ONNX file. Goes
// all the way: import, passes (verified after each), selection, plan, program, every checker, the
// program's own run against the reference, C, LLVM IR and reports. Empty if the model was refused
// with a diagnostic or all is well; else what is wrong. Networks that would take long are left out.
[[nodiscard]] std::string fuzz_pipeline(std::span<const std::byte> input);

}  // namespace spindle::testing
