#include "compiler/run/runner.h"

#include <algorithm>

#include "compiler/execute/execute.h"
#include "compiler/run/execute_native.h"
#include "compiler/run/results.h"

namespace spindle {

Runner::Runner(const Compilation& compilation, RunWay way) : compilation_(compilation), way_(way) {
  // If an output is handed out row by row, compiled code calls a function of the user's program,
  // which does not exist here. execute() collects the rows itself.
  const auto& outputs = compilation.program.outputs;
  const bool hands_out =
      std::any_of(outputs.begin(), outputs.end(), [](const ProgramIo& io) { return io.rows > 0; });
  if (way_ == RunWay::kJit && hands_out) way_ = RunWay::kBuiltIn;
}

Runner::~Runner() = default;

std::optional<std::vector<ConstantPtr>> Runner::run(const std::vector<ConstantPtr>& inputs,
                                                    Diagnostics& diagnostics) {
  if (way_ == RunWay::kReference) return reference_outputs(compilation_.graph, inputs);
  const Program& program = compilation_.program;
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  if (way_ == RunWay::kJit && native_ == nullptr) {
    native_ = NativeModel::compile(program, diagnostics);
    if (native_ == nullptr) return std::nullopt;
  }
  const Execution result = native_ != nullptr ? native_->execute(bytes) : execute(program, bytes);
  std::vector<ConstantPtr> outputs;
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    outputs.push_back(to_tensor(program.outputs[i], result.outputs[i]));
  }
  return outputs;
}

}  // namespace spindle
