#include <iostream>

#include "compiler/driver/commands.h"
#include "compiler/report/summary.h"

namespace spindle {

int run_inspect(const InspectOptions& options, Diagnostics& diagnostics) {
  const std::optional<Graph> graph = load_model(options.model, diagnostics);
  if (!graph) return kExitRefused;
  std::cout << (options.format == "json" ? inspect_json(*graph) : inspect_text(*graph));
  return kExitDone;
}

}  // namespace spindle
