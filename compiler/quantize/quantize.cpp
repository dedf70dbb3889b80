#include "compiler/quantize/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/quantize/equalize.h"
#include "compiler/quantize/measure.h"
#include "compiler/quantize/rewrite.h"
#include "compiler/quantize/scheme.h"
#include "compiler/support/nearest.h"

namespace spindle {
namespace {

constexpr std::size_t kMeasured = 16;  // samples

bool check_is_float(const Graph& graph, Diagnostics& diagnostics) {
  for (const Node& node : graph.nodes) {
    const bool codes = is_8bit(graph.tensor(node.output())) || node.as<Dequantize>() != nullptr;
    if (!codes) continue;
    Diagnostic& error =
        diagnostics.error("E0451", "the model is quantized already", place_of(graph, node));
    error.helps.emplace_back("give the float model that it was made from");
    return false;
  }
  return true;
}

std::set<NodeId> find_layers(const Graph& graph, const std::vector<std::string>& names,
                             Diagnostics& diagnostics) {
  std::set<NodeId> result;
  for (const std::string& name : names) {
    bool found = false;
    for (const NodeId i : graph.nodes.ids()) {
      const Node& node = graph.nodes[i];
      const auto& origins = graph.tensor(node.output()).origins;
      const bool is_it = node.name == name || layer_name(graph, node) == name ||
                         std::any_of(origins.begin(), origins.end(),
                                     [&](const Origin& origin) { return origin.name == name; });
      if (!is_it) continue;
      result.insert(i);
      found = true;
    }
    if (found) continue;
    std::vector<std::string> all;
    for (const Node& node : graph.nodes) all.push_back(layer_name(graph, node));
    Diagnostic& error = diagnostics.error(
        "E0453", fmt::format("--keep-float: there is no layer '{}'", name), graph.name);
    error.notes.emplace_back("layers that were merged into others have no name of their own");
    if (const std::string meant = did_you_mean(name, all); !meant.empty()) {
      error.helps.push_back(meant);
    }
    error.helps.emplace_back("`spindle inspect MODEL.onnx` lists the layers");
  }
  return result;
}

std::vector<QuantizedLayer> describe(const Graph& graph, const Scheme& scheme,
                                     const std::map<TensorId, Quant>& quants) {
  std::vector<QuantizedLayer> layers;
  for (const NodeId i : graph.nodes.ids()) {
    const Node& node = graph.nodes[i];
    QuantizedLayer layer;
    layer.name = layer_name(graph, node);
    layer.op = name_of(node.op);
    layer.in_float = !scheme.on_codes(i);
    layer.weighted = node.inputs.size() > 1 && graph.is_constant(node.inputs[1]);
    const auto quant = quants.find(node.output());
    if (quant != quants.end()) layer.quant = quant->second;
    layers.push_back(std::move(layer));
  }
  return layers;
}

// Measures the errors of all quantized tensors and of the outputs, and writes them into `model`.
bool measure(const Graph& graph, const RewrittenGraph& rewritten, const CalibrationData& data,
             QuantizedModel& model, Diagnostics& diagnostics) {
  std::vector<TensorPair> pairs;
  std::vector<QuantizedLayer*> of;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    model.outputs.push_back({.name = graph.output_port(i).name,
                             .op = {},
                             .in_float = false,
                             .weighted = false,
                             .quant = {},
                             .sqnr = std::nullopt});
  }
  const Uses uses(graph);
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorId id = graph.outputs[i];
    if (graph.tensor(id).type != DType::kF32 || !uses.producer(id)) continue;
    of.push_back(&model.outputs[i]);
    pairs.push_back({id, rewritten.graph.outputs[i]});
  }
  for (const NodeId i : graph.nodes.ids()) {
    const TensorId id = graph.nodes[i].output();
    const auto found = rewritten.dequantized.find(id);
    if (found == rewritten.dequantized.end() || graph.is_output(id)) continue;
    of.push_back(&model.layers[i.index()]);
    pairs.push_back({id, found->second});
  }
  const auto sqnr = measure_sqnr({graph, rewritten.graph}, pairs, data, kMeasured, diagnostics);
  if (!sqnr) return false;
  for (std::size_t k = 0; k < pairs.size(); ++k) of[k]->sqnr = (*sqnr)[k];
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const NodeId producer = uses.producer(graph.outputs[i]);
    if (producer) model.layers[producer.index()].sqnr = model.outputs[i].sqnr;
  }
  model.measured_on = std::min(kMeasured, data.count);
  return true;
}

// The sums of the inputs of all nodes with weights; no histograms.
CalibrationWish inputs_wish(const Graph& graph, const CalibrationWish& first) {
  std::set<TensorId> inputs;
  for (const NodeId node : first.nodes) inputs.insert(graph.nodes[node].inputs[0]);
  CalibrationWish wish;
  wish.tensors = {inputs.begin(), inputs.end()};
  wish.nodes = first.nodes;
  wish.values = false;
  return wish;
}

}  // namespace

std::optional<QuantizedModel> quantize(Graph graph, const CalibrationData& data,
                                       const QuantizeOptions& options, Diagnostics& diagnostics) {
  if (!check_is_float(graph, diagnostics)) return std::nullopt;
  const std::set<NodeId> keep_float = find_layers(graph, options.keep_float, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  const Scheme scheme(graph, keep_float);
  const CalibrationWish wish = scheme.wish();
  if (wish.tensors.empty()) {
    diagnostics.error("E0454", "there is nothing to quantize", graph.name)
        .notes.emplace_back("no layer has an 8-bit form, or all are kept in float");
    return std::nullopt;
  }
  QuantizedModel model;
  const CalibrationWish inputs = inputs_wish(graph, wish);
  if (options.equalize && !wish.nodes.empty()) {
    const auto sums = calibrate(graph, inputs, data, diagnostics);
    if (!sums) return std::nullopt;
    model.equalized = equalize_channels(graph, sums->windows);
  }
  const auto statistics = calibrate(graph, wish, data, diagnostics);
  if (!statistics) return std::nullopt;
  const std::map<TensorId, Quant> quants = scheme.choose(*statistics, options.ranges);
  std::optional<Statistics> rounded = Statistics{};
  if (options.weights.correct_bias && !wish.nodes.empty()) {
    CalibrationWish again = inputs;
    again.rounded = &quants;
    again.rounded_to = options.ranges.type;
    rounded = calibrate(graph, again, data, diagnostics);
    if (!rounded) return std::nullopt;
  }
  RewrittenGraph rewritten =
      rewrite(graph, scheme, quants, {.exact = statistics->windows, .rounded = rounded->windows},
              {.weights = options.weights, .activations = options.ranges.type});
  model.layers = describe(graph, scheme, quants);
  if (!measure(graph, rewritten, data, model, diagnostics)) return std::nullopt;
  model.graph = std::move(rewritten.graph);
  return model;
}

}  // namespace spindle
