// The whole compilation: from an imported graph to a checked Program for a target.
//
// The command line, the tests and the tools all use this function. Whatever one of them needs is an
// option here, so that no combination of options can be forgotten by one of them.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"
#include "compiler/lower/select/select.h"
#include "compiler/passes/detections.h"
#include "compiler/passes/pipeline.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/planner.h"
#include "compiler/target/target.h"

namespace spindle {

struct CompilationOptions {
  // Changes to the model's inputs and outputs.
  std::vector<float> input_u8;          // --input-u8: means, then standard deviations; empty if not
                                        // given
  std::optional<DetectOptions> detect;  // --detect
  bool output_u8 = false;               // --output-u8
  bool native_io = false;               // --io=native
  PipelineOptions pipeline;             // --verify-passes, --print-after
  bool canonical = false;               // the graph has already been through prepare_graph
  bool output_rows = false;             // --output-rows
  PlanSettings plan;                    // --ram, --input-mode, --memory
  // Whether a streamed input may be kept whole if its rows come in an order that no layer can use
  // (planar images). Otherwise this is an error.
  bool keep_pushed_rows = true;
  bool frontier = false;    // also computes the frontier: --pareto
  bool self_check = false;  // also runs the program and compares it with the reference: `compile`
};

struct Compilation {
  Graph graph;  // canonical; blocks may be split into groups of channels
  const Target* target = nullptr;
  Selection selection;
  Plan plan;
  std::vector<PlanPoint> frontier;  // plans with less RAM for more work; if asked for
  Program program;
};

// Makes the canonical graph: applies the options that change the model's inputs and outputs, and
// runs all passes. Reports options that do not fit the model (E0402, E0405, E0407,
// E0408) and what the
// passes report. Returns false if there was an error.
[[nodiscard]] bool prepare_graph(Graph& graph, const CompilationOptions& options,
                                 Diagnostics& diagnostics);

// Compiles a graph, as imported or canonical (options.canonical). The result obeys every option, in
// any combination. Besides what prepare_graph reports, it reports
//
//   E0203, E0204, E0205   sizes, constants and numbers of operators that no generated code can hold
//   E0102, E0202          operators and types without kernels
//   E0403                 an input that cannot be streamed
//   E0406                 outputs that are not written row by row
//   E0301                 a RAM budget that no plan keeps, with the smallest plan found
//   E0302                 regions of a memory map that are too small, and by how much
//
// A program that does not compute the graph is an internal error; check_program or, with
// options.self_check, self_check finds it.
[[nodiscard]] std::optional<Compilation> compile_graph(Graph graph, const Target& target,
                                                       const CompilationOptions& options,
                                                       Diagnostics& diagnostics);

}  // namespace spindle
