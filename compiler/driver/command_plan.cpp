#include <iostream>

#include "compiler/driver/commands.h"
#include "compiler/files/output_folder.h"
#include "compiler/report/plan_html.h"
#include "compiler/report/plan_json.h"
#include "compiler/report/plan_report.h"
#include "compiler/report/plan_text.h"

namespace spindle {
namespace {

std::string formatted(const PlanReport& report, const std::string& format) {
  if (format == "json") return plan_json(report);
  return format == "html" ? plan_html(report) : plan_text(report);
}

}  // namespace

int run_plan(const PlanOptions& options, Diagnostics& diagnostics) {
  ModelOptions model = options.model;
  model.compile.frontier = options.pareto || options.format != "text";
  const std::optional<Compilation> compilation = compile_model(model, options.target, diagnostics);
  if (!compilation) return kExitRefused;
  const std::string text =
      formatted(make_plan_report(*compilation, compilation->frontier), options.format);
  if (options.output.empty()) {
    std::cout << text;
    return kExitDone;
  }
  return write_file(options.output, text, diagnostics) ? kExitDone : kExitRefused;
}

}  // namespace spindle
