#include <fmt/format.h>

#include <iostream>

#include "compiler/driver/commands.h"
#include "compiler/driver/generated.h"
#include "compiler/driver/plan_html.h"
#include "compiler/driver/plan_json.h"
#include "compiler/driver/plan_report.h"
#include "compiler/driver/summary.h"

namespace spindle {

int run_compile(const CompileOptions& options, Diagnostics& diagnostics) {
  const std::optional<Compilation> compilation =
      compile_model(options.model, options.target, diagnostics);
  if (!compilation) return kExitRefused;
  const std::string name = model_name(options.model.model, options.name);
  const WeightsForm form = options.weights == "c" ? WeightsForm::kC : WeightsForm::kIncbin;
  std::vector<OutputFile> files =
      generated_files(*compilation, name, options.model.model.filename().string(), form);
  const PlanReport report = make_plan_report(*compilation);
  files.push_back({name + ".plan.json", plan_json(report)});
  files.push_back({name + ".plan.html", plan_html(report)});
  if (!write_files(options.output, files, diagnostics)) return kExitRefused;
  std::cout << fmt::format("{}: {} files, {} arena, {} weights\n", options.output.string(),
                           files.size(), human_bytes(compilation->plan.arena_bytes),
                           human_bytes(compilation->program.weight_bytes));
  return kExitDone;
}

}  // namespace spindle
