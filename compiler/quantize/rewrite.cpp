#include "compiler/quantize/rewrite.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

// Constants that an 8-bit operator takes as codes. The other kinds of Binary need the very values:
// slopes and exponents.
bool takes_constants_as_codes(const Node& node) {
  if (node.as<Concat>() != nullptr) return true;
  const auto* binary = node.as<Binary>();
  return binary != nullptr && binary->kind != BinaryKind::kPrelu &&
         binary->kind != BinaryKind::kPow;
}

// A scale for a constant: its values from the smallest to the largest, or, of a single value, the
// value itself.
Quant quant_of_constant(const Constant& data, DType type) {
  const std::span<const float> values = data.as<float>();
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return quant_for(static_cast<double>(*low), static_cast<double>(*high), type);
}

class Rewriter {
 public:
  Rewriter(const Graph& graph, const Scheme& scheme, const std::map<TensorId, Quant>& quants,
           const InputStatistics& statistics, const RewriteOptions& options)
      : from_(graph),
        uses_(graph),
        scheme_(scheme),
        quants_(quants),
        statistics_(statistics),
        options_(options),
        type_(options.activations) {
    result_.graph = graph;
  }

  RewrittenGraph run() {
    Graph& graph = result_.graph;
    std::vector<Node> nodes(from_.nodes.begin(), from_.nodes.end());
    graph.nodes = {};
    for (const TensorId id : graph.inputs) {
      if (scheme_.is_quantized(id)) quantize(id);
    }
    for (const NodeId i : from_.nodes.ids()) add(i, std::move(nodes[i.index()]));
    for (TensorId& output : graph.outputs) {
      if (!reads_raw(false, output)) output = behind(output);
    }
    graph.remove_dead();
    return std::move(result_);
  }

 private:
  void add(NodeId id, Node node) {
    const bool on_codes = scheme_.on_codes(id);
    const TensorId y = node.output();
    if (on_codes && traits_of(node.op).has_weights()) {
      add_weights(id, node);
    } else if (on_codes && takes_constants_as_codes(node)) {
      for (TensorId& input : node.inputs) {
        if (from_.is_constant(input)) input = as_codes(input, from_.tensor(y).shape.size());
      }
    }
    for (TensorId& input : node.inputs) {
      if (input != kNoTensor) input = reads_raw(on_codes, input) ? input : behind(input);
    }
    if (on_codes) drop_activation(node, y);
    result_.graph.nodes.push_back(std::move(node));
    if (scheme_.is_quantized(y)) quantize(y);
  }

  // An operator in float reads what another one in float has computed.
  [[nodiscard]] bool reads_raw(bool on_codes, TensorId input) const {
    if (on_codes || !from_.tensors.contains(input)) return false;
    const NodeId producer = uses_.producer(input);
    return producer && !scheme_.on_codes(producer);
  }

  // The tensor that readers of `id` read.
  [[nodiscard]] TensorId behind(TensorId id) const {
    const auto found = result_.dequantized.find(id);
    return found == result_.dequantized.end() ? id : found->second;
  }

  void quantize(TensorId id) {
    const Tensor tensor = from_.tensor(id);
    Tensor codes{.name = tensor.name + "/quantized",
                 .type = type_,
                 .shape = tensor.shape,
                 .quant = quants_.at(id),
                 .constant = nullptr,
                 .origins = {}};
    const TensorId q = append(Quantize{}, id, std::move(codes));
    result_.dequantized[id] =
        append(Dequantize{}, q, float_like(tensor, tensor.name + "/dequantized"));
  }

  static Tensor float_like(const Tensor& tensor, std::string name) {
    return {.name = std::move(name),
            .type = DType::kF32,
            .shape = tensor.shape,
            .quant = std::nullopt,
            .constant = nullptr,
            .origins = {}};
  }

  TensorId append(Op op, TensorId input, Tensor output) {
    Node node;
    node.name = output.name;
    node.op = std::move(op);
    node.inputs = {input};
    node.outputs = {result_.graph.add_tensor(std::move(output))};
    result_.graph.nodes.push_back(node);
    return node.output();
  }

  // The float tensor of a quantized constant.
  TensorId dequantized(const std::string& name, ConstantPtr data, const Quant& quant) {
    const TensorId codes = result_.graph.add_constant(name + "/quantized", std::move(data), quant);
    return append(Dequantize{}, codes,
                  float_like(result_.graph.tensor(codes), name + "/dequantized"));
  }

  // The constant as codes, with dimensions of extent 1 in front so that it has `rank` of them.
  TensorId as_codes(TensorId id, std::size_t rank) {
    const Tensor& tensor = from_.tensor(id);
    if (tensor.type != DType::kF32 || tensor.elements() == 0) return id;
    const Quant quant = quant_of_constant(*tensor.constant, type_);
    std::vector<std::int64_t> codes;
    for (const float value : tensor.constant->as<float>()) {
      const double code =
          std::nearbyint(static_cast<double>(value / quant.scale[0])) + quant.zero_point[0];
      codes.push_back(
          static_cast<std::int64_t>(std::clamp<double>(code, min_of(type_), max_of(type_))));
    }
    Shape shape(rank - std::min(rank, tensor.shape.size()), 1);
    shape.insert(shape.end(), tensor.shape.begin(), tensor.shape.end());
    return dequantized(tensor.name, Constant::ints(type_, shape, codes), quant);
  }

  void add_weights(NodeId id, Node& node) {
    const WindowSums none;
    const auto sums = [&](const std::map<NodeId, WindowSums>& all) -> const WindowSums& {
      const auto found = all.find(id);
      return found == all.end() ? none : found->second;
    };
    const QuantizedWeights quantized =
        quantize_weights(from_, from_.nodes[id],
                         {.exact = sums(statistics_.exact), .rounded = sums(statistics_.rounded)},
                         quants_.at(node.inputs[0]).scale[0], options_.weights);
    const std::string& weights = from_.tensor(node.inputs[1]).name;
    const TensorId bias = node.optional_input(2);
    const std::string bias_name =
        bias != kNoTensor ? from_.tensor(bias).name : from_.tensor(node.output()).name + "/bias";
    node.inputs.resize(2);
    node.inputs[1] = dequantized(weights, quantized.weights, quantized.weights_quant);
    if (quantized.bias == nullptr) return;
    node.inputs.push_back(dequantized(bias_name, quantized.bias, quantized.bias_quant));
  }

  void drop_activation(Node& node, TensorId y) const {
    Activation* act = activation_of(node.op);
    if (act == nullptr || node.as<Clip>() != nullptr) return;
    const QuantLimits limits = quantized_limits(*act, type_, quants_.at(y));
    if (limits.lo > min_of(type_) || limits.hi < max_of(type_)) return;
    *act = {};
  }

  const Graph& from_;
  const Uses uses_;
  const Scheme& scheme_;
  const std::map<TensorId, Quant>& quants_;
  const InputStatistics& statistics_;
  const RewriteOptions& options_;
  const DType type_;
  RewrittenGraph result_;
};

}  // namespace

RewrittenGraph rewrite(const Graph& graph, const Scheme& scheme,
                       const std::map<TensorId, Quant>& quants, const InputStatistics& statistics,
                       const RewriteOptions& options) {
  return Rewriter(graph, scheme, quants, statistics, options).run();
}

}  // namespace spindle
