#include "compiler/passes/pipeline.h"

#include <algorithm>
#include <chrono>
#include <iterator>

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
#include "compiler/passes/merge_reductions.h"
#include "compiler/passes/recognize_blocks.h"
#include "compiler/passes/remove_identities.h"
#include "compiler/passes/simplify.h"
#include "compiler/support/stage_times.h"

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
    {"merge_reductions", silent<merge_reductions>},
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

// The text of each node, sorted.
std::vector<std::string> node_texts(const Graph& graph) {
  std::vector<std::string> texts;
  for (const Node& node : graph.nodes) texts.push_back(print(graph, node));
  std::sort(texts.begin(), texts.end());
  return texts;
}

// How many of the sorted `texts` are not among the sorted `others`.
std::size_t missing_from(const std::vector<std::string>& others,
                         const std::vector<std::string>& texts) {
  std::vector<std::string> missing;
  std::set_difference(texts.begin(), texts.end(), others.begin(), others.end(),
                      std::back_inserter(missing));
  return missing.size();
}

void run_timed(std::size_t index, Graph& graph, StageTimes& times, Diagnostics& diagnostics) {
  using Clock = std::chrono::steady_clock;
  const Pass& pass = kPasses[index];
  const std::vector<std::string> before = node_texts(graph);
  const Clock::time_point begin = Clock::now();
  pass.run(graph, diagnostics);
  const auto time = std::chrono::nanoseconds(Clock::now() - begin);
  const std::vector<std::string> after = node_texts(graph);
  times.add(index, {.pass = pass.name,
                    .time = time,
                    .nodes = after.size(),
                    .removed = missing_from(after, before),
                    .added = missing_from(before, after)});
}

// Runs the first `count` passes.
void run_passes(std::size_t count, Graph& graph, const PipelineOptions& options,
                Diagnostics& diagnostics) {
  if (options.verify) check(graph, "before the passes");
  for (std::size_t i = 0; i < count; ++i) {
    const Pass& pass = kPasses[i];
    if (StageTimes* times = recorded_times()) {
      run_timed(i, graph, *times, diagnostics);
    } else {
      pass.run(graph, diagnostics);
    }
    if (options.print && prints(options, pass.name)) {
      options.print(std::string(pass.name), print(graph));
    }
    if (options.verify) check(graph, "after " + std::string(pass.name));
  }
}

}  // namespace

void run_pipeline(Graph& graph, const PipelineOptions& options, Diagnostics& diagnostics) {
  const TimedStage stage(Stage::kPasses);
  run_passes(std::size(kPasses), graph, options, diagnostics);
}

void simplify(Graph& graph, Diagnostics& diagnostics) {
  const auto* const end = std::find_if(std::begin(kPasses), std::end(kPasses),
                                       [](const Pass& pass) { return pass.name == "legalize"; });
  run_passes(end - std::begin(kPasses), graph, {}, diagnostics);
  remove_dead(graph, diagnostics);
}

std::vector<std::string_view> pass_names() {
  std::vector<std::string_view> names;
  for (const Pass& pass : kPasses) {
    if (std::find(names.begin(), names.end(), pass.name) == names.end()) names.push_back(pass.name);
  }
  return names;
}

std::vector<std::string_view> pass_sequence() {
  std::vector<std::string_view> names;
  for (const Pass& pass : kPasses) names.push_back(pass.name);
  return names;
}

}  // namespace spindle
