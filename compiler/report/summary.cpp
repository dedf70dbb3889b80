#include "compiler/report/summary.h"

#include "compiler/ir/op_traits.h"
#include "compiler/support/human.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace spindle {
namespace {

const char* role_name(Role role) {
  constexpr const char* kNames[] = {"", "expand", "depthwise", "project", "add"};
  return kNames[static_cast<int>(role)];
}

std::string op_name(const Graph& graph, const Node& node) {
  if (node.as<Conv>() == nullptr) return std::string(name_of(node.op));
  const Shape& w = graph.tensor(node.inputs[1]).shape;
  const auto& stride = node.as<Conv>()->stride;
  const auto& dilation = node.as<Conv>()->dilation;
  std::string name =
      fmt::format("{} {}x{}", is_depthwise(graph, node) ? "depthwise" : "conv", w[1], w[2]);
  if (stride[0] != 1 || stride[1] != 1) name += fmt::format(" /{}", stride[0]);
  if (dilation[0] != 1 || dilation[1] != 1) name += fmt::format(" dilated {}", dilation[0]);
  return name;
}

}  // namespace

ModelSummary summarize(const Graph& graph) {
  ModelSummary summary;
  for (const Node& node : graph.nodes) {
    const Tensor& out = graph.tensor(node.output());
    LayerSummary layer{layer_name(graph, node),
                       op_name(graph, node),
                       std::string(name_of(out.type)),
                       out.shape,
                       macs_of(graph, node),
                       0,
                       ""};
    if (traits_of(node.op).has_weights()) {
      for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        if (!graph.is_constant(node.inputs[i])) continue;
        const Tensor& parameter = graph.tensor(node.inputs[i]);
        layer.parameters += parameter.elements();
        summary.parameter_bytes += parameter.bytes();
      }
    }
    if (node.block) {
      // The same name as in `plan` and in generated code.
      layer.block = fmt::format("{}_{}", graph.blocks[node.block].name, role_name(node.role));
    }
    summary.macs += layer.macs;
    summary.parameters += layer.parameters;
    summary.layers.push_back(std::move(layer));
  }
  return summary;
}

std::string inspect_text(const Graph& graph) {
  const ModelSummary summary = summarize(graph);
  std::string out = fmt::format("{}\n\n", graph.name);
  const auto io = [&](const char* what, TensorId id, const Port& port) {
    out += fmt::format("{:<10} {}: {} {}\n", what, printable_name(port.name),
                       name_of(graph.tensor(id).type), to_string(port.shape));
  };
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    io("input", graph.inputs[i], graph.input_port(i));
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    io("output", graph.outputs[i], graph.output_port(i));
  }
  out += fmt::format("{:<10} {}\n", "work", human_count(summary.macs) + " MACs");
  out += fmt::format("{:<10} {} ({})\n", "parameters", human_count(summary.parameters),
                     human_bytes(summary.parameter_bytes));
  out += fmt::format("{:<10} {} inverted residuals\n\n", "blocks", graph.blocks.size());
  std::size_t width = 5;
  for (const LayerSummary& layer : summary.layers) {
    width = std::max(width, printable_name(layer.name).size());
  }
  width = std::min<std::size_t>(width, 40);
  out += fmt::format("{:<{}}  {:<18} {:<5} {:<16} {:>9} {:>9}  {}\n", "layer", width, "operator",
                     "type", "shape", "MACs", "params", "block");
  for (const LayerSummary& layer : summary.layers) {
    out += fmt::format("{:<{}}  {:<18} {:<5} {:<16} {:>9} {:>9}  {}\n",
                       printable_name(layer.name).substr(0, width), width, layer.op, layer.type,
                       to_string(layer.shape), human_count(layer.macs),
                       human_count(layer.parameters), layer.block);
    while (out.size() > 1 && out[out.size() - 2] == ' ') out.erase(out.size() - 2, 1);
  }
  return out;
}

std::string inspect_json(const Graph& graph) {
  const ModelSummary summary = summarize(graph);
  nlohmann::ordered_json json;
  json["schema_version"] = 1;
  json["model"] = graph.name;
  const auto io = [&](TensorId id, const Port& port) {
    return nlohmann::ordered_json{
        {"name", port.name}, {"type", name_of(graph.tensor(id).type)}, {"shape", port.shape}};
  };
  json["inputs"] = nlohmann::ordered_json::array();
  json["outputs"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    json["inputs"].push_back(io(graph.inputs[i], graph.input_port(i)));
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    json["outputs"].push_back(io(graph.outputs[i], graph.output_port(i)));
  }
  json["macs"] = summary.macs;
  json["parameters"] = summary.parameters;
  json["parameter_bytes"] = summary.parameter_bytes;
  json["inverted_residuals"] = graph.blocks.size();
  json["layers"] = nlohmann::ordered_json::array();
  for (const LayerSummary& layer : summary.layers) {
    nlohmann::ordered_json entry{{"name", layer.name}, {"operator", layer.op},
                                 {"type", layer.type}, {"shape", layer.shape},
                                 {"macs", layer.macs}, {"parameters", layer.parameters}};
    if (!layer.block.empty()) entry["block"] = layer.block;
    json["layers"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace spindle
