// All passes in order, from the graph that the frontend made to the one that the planner takes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

#ifdef NDEBUG
inline constexpr bool kVerifyByDefault = false;
#else
inline constexpr bool kVerifyByDefault = true;
#endif

struct PipelineOptions {
  // Checks the graph before the first and after each pass; a violation is an internal error that
  // names the pass.
  bool verify = kVerifyByDefault;
  // Names of passes (pass_names()) after which `print` is called with the graph's text; "all" is
  // every pass. Other names are ignored: the command line checks them, and "times" is its own.
  std::vector<std::string> print_after;
  std::function<void(const std::string& pass, const std::string& text)> print;
};

// Makes `graph` canonical. Reports what stays in float in a quantized graph (W0201). All passes
// run, whatever the graph is. If there is a StageTimes, each adds its time and what it changed.
void run_pipeline(Graph& graph, const PipelineOptions& options, Diagnostics& diagnostics);

// The passes in order; one that runs twice is listed once.
[[nodiscard]] std::vector<std::string_view> pass_names();

// The passes in the order in which they run; one that runs twice is listed twice.
[[nodiscard]] std::vector<std::string_view> pass_sequence();

}  // namespace spindle
