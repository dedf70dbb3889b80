// Runs a compiled model on this machine, any number of times.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

class NativeModel;

enum class RunWay {
  kBuiltIn,    // interprets the schedule, with the kernels built into this program
  kJit,        // LLVM compiles the model: slower for one run, faster for hundreds
  kReference,  // the reference interpreter
};

class Runner {
 public:
  // `compilation` must outlive the runner. kJit becomes kBuiltIn if the model hands out rows of an
  // output.
  Runner(const Compilation& compilation, RunWay way);
  ~Runner();

  // Returns the outputs in the ONNX model's shapes. Returns nothing, and reports why, if the model
  // cannot be compiled.
  [[nodiscard]] std::optional<std::vector<ConstantPtr>> run(const std::vector<ConstantPtr>& inputs,
                                                            Diagnostics& diagnostics);

 private:
  const Compilation& compilation_;
  RunWay way_;
  std::unique_ptr<NativeModel> native_;  // compiled by the first run
};

}  // namespace spindle
