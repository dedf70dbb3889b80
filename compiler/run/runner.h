// A compiled model, run on this machine as often as there are inputs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

class NativeModel;

enum class RunWay {
  kBuiltIn,    // the schedule interpreted, with the kernels built into this program
  kJit,        // LLVM compiles the model: slower for one run, faster for hundreds
  kReference,  // the reference interpreter
};

class Runner {
 public:
  // `compilation` outlives this.
  Runner(const Compilation& compilation, RunWay way);
  ~Runner();

  // Outputs in the ONNX model's shapes; nothing if the model cannot be compiled (reported).
  [[nodiscard]] std::optional<std::vector<ConstantPtr>> run(const std::vector<ConstantPtr>& inputs,
                                                            Diagnostics& diagnostics);

 private:
  const Compilation& compilation_;
  RunWay way_;
  std::unique_ptr<NativeModel> native_;  // made by the first run
};

}  // namespace spindle
