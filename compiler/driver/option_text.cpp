#include "compiler/driver/option_text.h"

#include <fmt/format.h>

#include "compiler/report/plan_report.h"
#include "compiler/support/sha256.h"

namespace spindle {
namespace {

void add(std::string& text, const std::string& option) {
  text += (text.empty() ? "" : " ") + option;
}

std::string digest_of(const std::filesystem::path& file) {
  return "sha256:" + sha256_of_file(file).value_or("unknown");
}

std::string detect_text(const DetectOptions& detect, const std::filesystem::path& anchors) {
  std::string text =
      fmt::format("--detect=ssd,score={},iou={},max={},background={},variances={}:{}:{}:{}",
                  detect.score, detect.overlap, detect.most,
                  detect.background < 0 ? "none" : fmt::format("{}", detect.background),
                  detect.variance[0], detect.variance[1], detect.variance[2], detect.variance[3]);
  text += detect.corners ? ",boxes=corners" : ",boxes=centers";
  if (!anchors.empty()) text += ",anchors=" + digest_of(anchors);
  text += detect.anchors_corners ? ",anchors=corners" : ",anchors=centers";
  return text + (detect.x_first ? ",order=xy" : ",order=yx");
}

void add_model(std::string& text, const ModelOptions& model) {
  const CompilationOptions& compile = model.compile;
  for (const auto& [name, value] : model.dims) add(text, fmt::format("--dim {}={}", name, value));
  if (!compile.input_u8.empty()) {
    add(text, fmt::format("--input-u8={}", fmt::join(compile.input_u8, ",")));
  }
  if (compile.output_u8) add(text, "--output-u8");
  if (compile.native_io) add(text, "--io=native");
  if (compile.detect) add(text, detect_text(*compile.detect, model.anchors));
  if (compile.plan.ram) add(text, fmt::format("--ram={}", *compile.plan.ram));
  if (!model.memory.empty()) add(text, "--memory=" + digest_of(model.memory));
  if (compile.plan.input != InputMode::kExternal) {
    add(text, fmt::format("--input-mode={}", mode_name(compile.plan.input)));
  }
  if (compile.output_rows) add(text, "--output-rows");
}

}  // namespace

std::string option_text(const CompileOptions& options) {
  const CompileOptions defaults;
  std::string text;
  add_model(text, options.model);
  if (options.weights != defaults.weights) add(text, "--weights=" + options.weights);
  if (options.emit != defaults.emit)
    add(text, fmt::format("--emit={}", fmt::join(options.emit, ",")));
  if (options.optimize != defaults.optimize) add(text, "--optimize=" + options.optimize);
  if (!options.weights_section.empty()) {
    add(text, "--weights-section=" + options.weights_section);
  }
  return text;
}

}  // namespace spindle
