#include "compiler/passes/native_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/ir/op_traits.h"
#include "compiler/passes/qdq_util.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// Whether the node, whose data is its first input, gives the same codes whether it is applied
// before a Quantize or behind it.
bool moves_codes(const Node& node) {
  return traits_of(node.op).commutes_with_quantize || node.as<Identity>() != nullptr;
}

// "'logits' (Conv)".
std::string described(const Node& node) {
  const std::string_view type =
      node.onnx_type.empty() ? name_of(node.op) : std::string_view(node.onnx_type);
  return fmt::format("'{}' ({})", node.name, type);
}

// Leaves out the Quantizes behind float inputs.
class Inputs {
 public:
  explicit Inputs(Graph& graph) : graph_(graph), uses_(graph) {}

  // Makes the float input `id` a tensor of codes. Returns why it cannot be one, or an empty string.
  std::string take(TensorId id) {
    quantizes_.clear();
    moved_ = {id};
    for (std::size_t i = 0; i < moved_.size(); ++i) {  // grows meanwhile
      if (std::string reason = follow(moved_[i]); !reason.empty()) return reason;
    }
    if (quantizes_.empty()) return "nothing reads it";
    const Tensor codes = graph_.tensor(graph_.nodes[quantizes_[0]].output());
    if (!is_per_tensor_8bit(codes)) return "it is not quantized to 8 bits with one scale";
    for (NodeId quantize : quantizes_) {
      if (!same_quantization(graph_.tensor(graph_.nodes[quantize].output()), codes)) {
        return "it is quantized with more than one type, scale or zero point";
      }
    }
    for (TensorId moved : moved_) retype(graph_.tensor(moved), codes, moved == id);
    // A Quantize of codes is a copy, which remove_identities removes.
    for (NodeId quantize : quantizes_) graph_.nodes[quantize].op = Identity{};
    return {};
  }

 private:
  // Adds what reads `id` to quantizes_ and moved_. Returns what else reads it.
  std::string follow(TensorId id) {
    if (graph_.is_output(id)) return "it is also an output of the model";
    for (NodeId user : uses_.users(id)) {
      const Node& node = graph_.nodes[user];
      if (node.as<Quantize>() != nullptr) {
        quantizes_.push_back(user);
      } else if (moves_codes(node) && node.inputs[0] == id) {
        moved_.push_back(node.output());
      } else {
        return fmt::format("{} reads it before it is quantized", described(node));
      }
    }
    return {};
  }

  static void retype(Tensor& tensor, const Tensor& codes, bool input) {
    tensor.type = codes.type;
    tensor.quant = codes.quant;
    if (!input) tensor.origins.clear();  // the file's tensors are float
    for (Origin& origin : tensor.origins) origin.type = codes.type;
  }

  Graph& graph_;
  const Uses uses_;
  std::vector<NodeId> quantizes_;
  std::vector<TensorId> moved_;  // float tensors that hold the input's values, or some of them
};

// Leaves out the Dequantizes before float outputs.
class Outputs {
 public:
  explicit Outputs(Graph& graph) : graph_(graph), uses_(graph) {}

  // Sets `codes` to a tensor of the codes of the float output `id`. Returns why there is none, or
  // an empty string.
  std::string take(TensorId id, TensorId& codes) {
    std::vector<NodeId> path;  // operators that move values, from the output backwards
    TensorId source = id;
    for (;;) {
      if (graph_.is_input(source)) return "it is an input of the model";
      const NodeId producer = uses_.producer(source);
      if (!producer) return "it does not depend on the model's inputs";
      const Node& node = graph_.nodes[producer];
      source = node.inputs[0];
      if (node.as<Dequantize>() != nullptr) break;
      if (!moves_codes(node)) return fmt::format("{} computes it in float", described(node));
      if (const auto* pad = node.as<Pad>(); pad != nullptr && pad->value != 0) {
        return fmt::format("{} pads it with another value than 0", described(node));
      }
      path.push_back(producer);
    }
    if (!is_per_tensor_8bit(graph_.tensor(source))) {
      return "it is not dequantized from 8 bits with one scale";
    }
    std::reverse(path.begin(), path.end());
    for (NodeId node : path) source = moved(node, source);
    codes = unless_taken(source);
    return {};
  }

 private:
  // The result of node `id` if it moved the codes `source`. The float result may have other uses.
  TensorId moved(NodeId id, TensorId source) {
    const auto [found, is_new] = moved_.try_emplace(id, kNoTensor);
    if (!is_new) return found->second;
    Node node = graph_.nodes[id];
    const Tensor& real = graph_.tensor(node.output());
    node.inputs[0] = source;
    node.outputs = {
        add_quantized_like(graph_, real.name + "_q", real.shape, graph_.tensor(source))};
    found->second = node.output();
    graph_.nodes.push_back(std::move(node));
    return found->second;
  }

  // `codes`, or a copy of them if they are an input or an output already.
  TensorId unless_taken(TensorId codes) {
    if (!graph_.is_input(codes) && !graph_.is_output(codes)) return codes;
    Node copy;
    copy.name = graph_.tensor(codes).name + "_copy";
    copy.op = Identity{};
    copy.inputs = {codes};
    const Tensor& like = graph_.tensor(codes);
    copy.outputs = {add_quantized_like(graph_, copy.name, like.shape, like)};
    const TensorId id = copy.output();
    graph_.nodes.push_back(std::move(copy));
    return id;
  }

  Graph& graph_;
  const Uses uses_;
  std::unordered_map<NodeId, TensorId> moved_;
};

// An input or output that stays as it is.
struct Kept {
  std::string what;    // "input 'image'"
  std::string reason;  // a clause
  bool warn = true;    // false: its elements are integers in the file already
};

Kept kept_integers(std::string what, DType type) {
  return {.what = std::move(what),
          .reason = fmt::format("it is {} in the file", name_of(type)),
          .warn = false};
}

std::vector<Port> input_ports(const Graph& graph) {
  std::vector<Port> ports;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) ports.push_back(graph.input_port(i));
  return ports;
}

std::vector<Port> output_ports(const Graph& graph) {
  std::vector<Port> ports;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) ports.push_back(graph.output_port(i));
  return ports;
}

bool take_inputs(Graph& graph, std::vector<Kept>& kept) {
  graph.input_ports = input_ports(graph);
  Inputs inputs(graph);
  bool any = false;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const TensorId id = graph.inputs[i];
    Port& port = graph.input_ports[i];
    std::string what = fmt::format("input '{}'", port.name);
    if (graph.tensor(id).type != DType::kF32) {
      kept.push_back(kept_integers(std::move(what), graph.tensor(id).type));
    } else if (std::string reason = inputs.take(id); !reason.empty()) {
      kept.push_back({.what = std::move(what), .reason = std::move(reason)});
    } else {
      port.codes = any = true;
    }
  }
  return any;
}

bool take_outputs(Graph& graph, std::vector<Kept>& kept) {
  graph.output_ports = output_ports(graph);
  Outputs outputs(graph);
  bool any = false;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorId id = graph.outputs[i];
    Port& port = graph.output_ports[i];
    std::string what = fmt::format("output '{}'", port.name);
    TensorId codes = kNoTensor;
    if (graph.tensor(id).type != DType::kF32) {
      kept.push_back(kept_integers(std::move(what), graph.tensor(id).type));
    } else if (std::string reason = outputs.take(id, codes); !reason.empty()) {
      kept.push_back({.what = std::move(what), .reason = std::move(reason)});
    } else {
      graph.outputs[i] = codes;
      port.codes = any = true;
    }
  }
  graph.sort();
  graph.remove_dead();
  return any;
}

}  // namespace

bool take_native_io(Graph& graph, Diagnostics& diagnostics) {
  graph.remove_dead();
  std::vector<Kept> kept;
  const bool inputs = take_inputs(graph, kept);
  const bool outputs = take_outputs(graph, kept);
  if (inputs || outputs) {
    for (const Kept& one : kept) {
      if (!one.warn) continue;
      diagnostics.warning("W0405", fmt::format("{} stays float", one.what), graph.name)
          .notes.push_back(one.reason);
    }
    return true;
  }
  Diagnostic& error =
      diagnostics.error("E0408", "--io=native finds nothing to leave out", graph.name);
  for (const Kept& one : kept) {
    error.notes.push_back(one.warn ? fmt::format("{} stays float: {}", one.what, one.reason)
                                   : fmt::format("{}: {}", one.what, one.reason));
  }
  error.helps.emplace_back("omit `--io=native`");
  return false;
}

}  // namespace spindle
