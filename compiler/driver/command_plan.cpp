#include <iostream>

#include "compiler/driver/commands.h"
#include "compiler/driver/output_folder.h"
#include "compiler/driver/plan_report.h"

namespace spindle {

int run_plan(const PlanOptions& options, Diagnostics& diagnostics) {
  const std::optional<Compilation> compilation =
      compile_model(options.model, options.target, diagnostics);
  if (!compilation) return kExitRefused;
  const std::string text =
      options.format == "json" ? plan_json(*compilation) : plan_text(*compilation);
  if (options.output.empty()) {
    std::cout << text;
    return kExitDone;
  }
  return write_file(options.output, text, diagnostics) ? kExitDone : kExitRefused;
}

}  // namespace spindle
