// Files as model inputs, compiled models run on them, and results compared.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/driver/emulate.h"
#include "compiler/driver/picture.h"

namespace spindle {

// The tensor in `file` for the model's input `index`: a .npy as it is (type and shape must be the
// model's), a picture resized to the input. Reports E0420 (cannot be read), E0421 (does not fit) or
// E0424 (means or stds do not) and returns null.
[[nodiscard]] ConstantPtr read_input(const Program& program, std::size_t index,
                                     const std::filesystem::path& file,
                                     const PictureOptions& options, Diagnostics& diagnostics);

// One set of inputs per run.
using RunInputs = std::vector<std::vector<ConstantPtr>>;

// Builds the generated code for `target` and runs it. `job` carries the caller's wishes (count,
// steps, optimize). With `objects` LLVM compiles it, else the target's C compiler. Reports E0430
// (set-up), E0431 (crash), what emit_llvm reports, and internal errors (compiler's verdict).
[[nodiscard]] std::optional<EmulationResult> run_compiled(const Compilation& compilation,
                                                          const std::string& target,
                                                          const RunInputs& runs, EmulationJob job,
                                                          Diagnostics& diagnostics,
                                                          bool objects = false);

// Output bytes of a run as a tensor in the ONNX model's shape.
[[nodiscard]] ConstantPtr to_tensor(const ProgramIo& io, const std::vector<std::byte>& bytes);

// A run's inputs with the types and shapes of the graph's input tensors, for interpret().
[[nodiscard]] std::vector<ConstantPtr> as_graph_inputs(const Graph& graph,
                                                       const std::vector<ConstantPtr>& inputs);

// The reference interpreter's outputs for one run, in the ONNX model's shape and type.
[[nodiscard]] std::vector<ConstantPtr> reference_outputs(const Graph& graph,
                                                         const std::vector<ConstantPtr>& inputs);

struct Difference {
  std::int64_t values = 0;
  std::int64_t different = 0;
  double largest = 0;           // absolute
  double largest_relative = 0;  // relative to the larger magnitude of the whole tensor
};
// Accumulates the comparison of two tensors of equal size.
void compare(const Constant& a, const Constant& b, Difference& difference);

}  // namespace spindle
