#include "compiler/driver/quantize_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace spindle {
namespace {

std::string decibels(const std::optional<double>& sqnr) {
  if (!sqnr) return "-";
  return std::isinf(*sqnr) ? "exact" : fmt::format("{:.1f}", *sqnr);
}

// What the layer became: "float", or scale and zero point of its output.
std::string form(const QuantizedLayer& layer) {
  if (layer.in_float) return "float";
  if (layer.quant.scale.empty()) return "int8";
  return fmt::format("{:.6g}, {}", layer.quant.scale[0], layer.quant.zero_point[0]);
}

nlohmann::ordered_json sqnr_json(const std::optional<double>& sqnr) {
  // JSON has no infinity: null stands for "not measured", and "exact" for no error at all.
  if (!sqnr) return nullptr;
  if (std::isinf(*sqnr)) return "exact";
  return *sqnr;
}

}  // namespace

std::string quantize_text(const QuantizeReport& report, const QuantizedModel& model) {
  std::size_t width = 5;
  for (const QuantizedLayer& layer : model.layers) {
    width = std::max(width, std::min<std::size_t>(layer.name.size(), 40));
  }
  std::string text = fmt::format("{:<{}}  {:<14}  {:<18}  {}\n", "layer", width, "operator",
                                 "scale, zero point", "signal to noise, dB");
  for (const QuantizedLayer& layer : model.layers) {
    text += fmt::format("{:<{}}  {:<14}  {:<18}  {:>6}\n", layer.name, width, layer.op, form(layer),
                        decibels(layer.sqnr));
  }
  text += '\n';
  for (const QuantizedLayer& output : model.outputs) {
    text += fmt::format("output '{}': {} dB signal to quantization noise\n", output.name,
                        decibels(output.sqnr));
  }
  if (model.equalized > 0) {
    text += fmt::format("channels were made alike in {} set{} of tensors\n", model.equalized,
                        model.equalized == 1 ? "" : "s");
  }
  text += fmt::format("calibrated with {}; errors measured on {} of them\nwrote {}\n",
                      report.calibration, model.measured_on, report.output);
  return text;
}

nlohmann::ordered_json quantize_json(const QuantizeReport& report, const QuantizedModel& model) {
  nlohmann::ordered_json json{{"schema_version", 1},         {"model", report.model},
                              {"output", report.output},     {"calibration", report.calibration},
                              {"samples", report.samples},   {"measured_on", model.measured_on},
                              {"equalized", model.equalized}};
  json["outputs"] = nlohmann::ordered_json::array();
  for (const QuantizedLayer& output : model.outputs) {
    json["outputs"].push_back({{"name", output.name}, {"sqnr_db", sqnr_json(output.sqnr)}});
  }
  json["layers"] = nlohmann::ordered_json::array();
  for (const QuantizedLayer& layer : model.layers) {
    nlohmann::ordered_json one{
        {"name", layer.name}, {"operator", layer.op}, {"float", layer.in_float}};
    if (!layer.quant.scale.empty()) {
      one["scale"] = layer.quant.scale[0];
      one["zero_point"] = layer.quant.zero_point[0];
    }
    one["sqnr_db"] = sqnr_json(layer.sqnr);
    json["layers"].push_back(std::move(one));
  }
  return json;
}

}  // namespace spindle
