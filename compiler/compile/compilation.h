// The recipe: from a graph as it was imported to a checked program for a target.
//
// The command line, the tests and the tools all go this way; what one of them asks for is an option
// here, so that no combination of options can be left out by one of them.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/program.h"
#include "compiler/lower/select.h"
#include "compiler/passes/detections.h"
#include "compiler/passes/pipeline.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/planner.h"
#include "compiler/target/target.h"

namespace spindle {

struct CompilationOptions {
  // What the model takes and gives, where that is not what the file says.
  std::vector<float> input_u8;          // --input-u8: means, stds; empty when not given
  std::optional<DetectOptions> detect;  // --detect
  bool output_u8 = false;               // --output-u8
  PipelineOptions pipeline;             // --verify-passes, --print-after
  bool canonical = false;               // the graph is prepare_graph's already
  bool output_rows = false;             // --output-rows
  PlanSettings plan;                    // --ram, --input-mode, --memory
  // A streamed input may be kept whole, where its rows come in an order that no layer can use.
  bool keep_pushed_rows = true;
  bool frontier = false;    // RAM against work is wanted too: --pareto
  bool self_check = false;  // run the program, compare with the reference: compile
};

struct Compilation {
  Graph graph;  // canonical; blocks may be split into groups of channels
  const Target* target = nullptr;
  Selection selection;
  Plan plan;
  std::vector<PlanPoint> frontier;  // RAM against work, where it was asked for
  Program program;
};

// Applies the options that change the model's inputs and outputs, and all passes: the canonical
// graph. Reports what does not fit the model (E0402, E0405, E0407) and what the passes report;
// returns false if anything was an error.
[[nodiscard]] bool prepare_graph(Graph& graph, const CompilationOptions& options,
                                 Diagnostics& diagnostics);

// The whole way, for a graph as imported, or a canonical one (options.canonical). Every option
// holds in what is returned, whatever it is combined with. Reports, besides what prepare_graph
// reports: sizes, constants and numbers of operators that no code can hold (E0203, E0204, E0205),
// operators and types without kernels (E0102, E0202), an input that cannot be streamed (E0403),
// outputs that are not written by rows (E0406), a budget that no plan keeps, with the smallest plan
// found (E0301), and regions that have no room, with what they lack (E0302). A program that does
// not compute the graph, by check_program or, where it is asked for, self_check, is an internal
// error.
[[nodiscard]] std::optional<Compilation> compile_graph(Graph graph, const Target& target,
                                                       const CompilationOptions& options,
                                                       Diagnostics& diagnostics);

}  // namespace spindle
