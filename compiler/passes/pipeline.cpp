#include "compiler/passes/pipeline.h"

#include <algorithm>

#include "compiler/ir/printer.h"
#include "compiler/ir/verifier.h"
#include "compiler/passes/divide_outputs.h"
#include "compiler/passes/eliminate_transposes.h"
#include "compiler/passes/fold_affine.h"
#include "compiler/passes/fold_batch_norm.h"
#include "compiler/passes/fold_constants.h"
#include "compiler/passes/fold_padding.h"
#include "compiler/passes/fold_tables.h"
#include "compiler/passes/fuse_activations.h"
#include "compiler/passes/legalize.h"
#include "compiler/passes/lower_qdq.h"
#include "compiler/passes/recognize_blocks.h"
#include "compiler/passes/remove_identities.h"

namespace spindle {
namespace {

void remove_dead(Graph& graph, Diagnostics& /*diagnostics*/) {
  graph.remove_dead();
  graph.compact();
}

template <void (*pass)(Graph&)>
void silent(Graph& graph, Diagnostics& /*diagnostics*/) {
  pass(graph);
}

struct Pass {
  std::string_view name;
  void (*run)(Graph&, Diagnostics&);
};

constexpr Pass kPasses[] = {
    // From NCHW to NHWC.
    {"fold_constants", silent<fold_constants>},
    {"remove_identities", silent<remove_identities>},
    {"eliminate_transposes", silent<eliminate_transposes>},
    // Folds what the exporter has not folded.
    {"fold_batch_norm", silent<fold_batch_norm>},
    {"fold_tables", silent<fold_tables>},
    {"fold_affine", silent<fold_affine>},
    {"fold_constants", silent<fold_constants>},
    // From float to 8-bit. Activations are fused first, because lowering keeps fused ones.
    {"fuse_activations", silent<fuse_activations>},
    {"lower_qdq", lower_qdq},
    {"remove_identities", silent<remove_identities>},
    {"eliminate_transposes", silent<eliminate_transposes>},
    // Fuses operators that lowering has made neighbours.
    {"fold_padding", silent<fold_padding>},
    {"fuse_activations", silent<fuse_activations>},
    {"remove_identities", silent<remove_identities>},
    // For the planner.
    {"legalize", silent<legalize>},
    {"divide_outputs", silent<divide_outputs>},
    {"remove_dead", remove_dead},
    {"recognize_blocks", silent<recognize_blocks>},
};

void check(const Graph& graph, std::string_view when) {
  const std::string violation = verify(graph);
  check_internal(violation.empty(), "invalid graph " + std::string(when) + ": " + violation);
}

bool prints(const PipelineOptions& options, std::string_view pass) {
  return std::any_of(options.print_after.begin(), options.print_after.end(),
                     [&](const std::string& name) { return name == pass || name == "all"; });
}

}  // namespace

void run_pipeline(Graph& graph, const PipelineOptions& options, Diagnostics& diagnostics) {
  if (options.verify) check(graph, "before the passes");
  for (const Pass& pass : kPasses) {
    pass.run(graph, diagnostics);
    if (options.print && prints(options, pass.name)) {
      options.print(std::string(pass.name), print(graph));
    }
    if (options.verify) check(graph, "after " + std::string(pass.name));
  }
}

std::vector<std::string_view> pass_names() {
  std::vector<std::string_view> names;
  for (const Pass& pass : kPasses) {
    if (std::find(names.begin(), names.end(), pass.name) == names.end()) names.push_back(pass.name);
  }
  return names;
}

}  // namespace spindle
