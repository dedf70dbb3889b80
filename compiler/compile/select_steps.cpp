#include "compiler/compile/select_steps.h"

#include "compiler/lower/input_mode.h"
#include "compiler/lower/output_rows.h"

namespace spindle {

std::optional<Selection> select_steps(const Graph& graph, const Target& target,
                                      const CompilationOptions& options, Diagnostics& diagnostics) {
  std::optional<Selection> selection = select_kernels(graph, target, diagnostics);
  if (!selection) return std::nullopt;
  if (options.output_rows && !hand_out_rows(*selection, graph, diagnostics)) return std::nullopt;
  if (!set_input_mode(*selection, graph, options.plan.input, diagnostics)) return std::nullopt;
  return selection;
}

}  // namespace spindle
