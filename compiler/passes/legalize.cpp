#include "compiler/passes/legalize.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/ir/broadcast.h"
#include "compiler/passes/qdq_util.h"

namespace spindle {
namespace {

bool touches_8bit(const Graph& graph, const Node& node) {
  if (is_8bit(graph.tensor(node.output()))) return true;
  for (TensorId id : node.inputs) {
    if (id != kNoTensor && is_8bit(graph.tensor(id))) return true;
  }
  return false;
}

// True if each data input is 8-bit with one scale. The output must be, too, unless the operator's
// output is never 8-bit (reads_codes).
bool activations_per_tensor(const Graph& graph, const Node& node) {
  for (std::size_t i : data_inputs(node)) {
    if (!is_per_tensor_8bit(graph.tensor(node.inputs[i]))) return false;
  }
  return traits_of(node.op).reads_codes || is_per_tensor_8bit(graph.tensor(node.output()));
}

bool same_quantization_throughout(const Graph& graph, const Node& node) {
  for (TensorId id : node.inputs) {
    if (!same_quantization(graph.tensor(id), graph.tensor(node.output()))) return false;
  }
  return true;
}

// Whether there is a kernel for these shapes. Asked for operators with EightBit::kOwnRule.
bool kernels_take_shapes(const Graph& graph, const Node& node) {
  const Shape& in = graph.tensor(node.inputs[0]).shape;
  if (node.as<Reduce>() != nullptr) return in.size() <= 6;
  if (node.as<Binary>() == nullptr) return true;
  const Shape& out = graph.tensor(node.output()).shape;
  return row_operand(in, out) && row_operand(graph.tensor(node.inputs[1]).shape, out);
}

// `constant`, whose shape broadcasts to `shape`, expanded to fill `shape`.
ConstantPtr broadcast_to(const Constant& constant, const Shape& shape) {
  const std::size_t missing = shape.size() - constant.shape().size();
  std::vector<std::int64_t> values(element_count(shape));
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto rest = static_cast<std::int64_t>(i);
    std::int64_t from = 0;
    std::int64_t stride = 1;
    for (std::size_t d = shape.size(); d-- > missing;) {
      const std::int64_t extent = constant.shape()[d - missing];
      from += rest % shape[d] % extent * stride;
      rest /= shape[d];
      stride *= extent;
    }
    values[i] = constant.as_int(from);
  }
  return Constant::ints(constant.type(), shape, values);
}

class Legalizer {
 public:
  explicit Legalizer(Graph& graph) : graph_(graph) {}

  void run() {
    simplify_resizes();
    for (const NodeId i : graph_.nodes.ids()) {
      const Node& node = graph_.nodes[i];
      const EightBit form = traits_of(node.op).eight_bit;
      if (form == EightBit::kBoundary || !touches_8bit(graph_, node)) continue;
      expand_constants(i);
      const bool per_tensor = activations_per_tensor(graph_, node);
      if (per_tensor && form == EightBit::kSameQuant) {
        if (!same_quantization_throughout(graph_, node)) requantize_inputs(i);
      } else if (!per_tensor || form != EightBit::kOwnRule || !kernels_take_shapes(graph_, node)) {
        compute_in_float(i);
      }
    }
    graph_.sort();
  }

 private:
  // Appends a node that reads `input` and writes `output`.
  void append(const std::string& name, Op op, TensorId input, TensorId output) {
    Node node;
    node.name = name;
    node.op = std::move(op);
    node.inputs = {input};
    node.outputs = {output};
    graph_.nodes.push_back(std::move(node));
  }

  // Linear resizing of a single pixel interpolates between the pixel and itself and so copies it.
  // This is exact in float32, too: three quarters of a value may be rounded, but adding the last
  // quarter always gives the value back.
  void simplify_resizes() {
    for (Node& node : graph_.nodes) {
      auto* resize = node.as<Resize>();
      if (resize == nullptr) continue;
      const Shape& in = graph_.tensor(node.inputs[0]).shape;
      if (in[1] == 1 && in[2] == 1) resize->kind = ResizeKind::kNearest;
    }
  }

  // Expands a constant operand that is repeated along some rows only to the shape of the result.
  void expand_constants(NodeId index) {
    const auto* binary = graph_.nodes[index].as<Binary>();
    if (binary == nullptr) return;
    const Shape shape = graph_.tensor(graph_.nodes[index].output()).shape;
    for (TensorId& in : graph_.nodes[index].inputs) {
      const Tensor& operand = graph_.tensor(in);
      if (operand.constant == nullptr || row_operand(operand.shape, shape) ||
          !is_per_tensor_8bit(operand)) {
        continue;
      }
      const Quant quant = *operand.quant;
      const ConstantPtr expanded = broadcast_to(*operand.constant, shape);
      in = graph_.add_constant(operand.name, expanded, quant);
    }
  }

  void requantize_inputs(NodeId index) {
    const Tensor result = graph_.tensor(graph_.nodes[index].output());
    for (std::size_t i = 0; i < graph_.nodes[index].inputs.size(); ++i) {
      const TensorId in = graph_.nodes[index].inputs[i];
      const Tensor from = graph_.tensor(in);
      if (same_quantization(from, result)) continue;
      const std::string name = result.name + "_in" + std::to_string(i);
      const TensorId to = from.constant != nullptr
                              ? requantized_constant(from, result)
                              : add_quantized_like(graph_, name, from.shape, result);
      if (from.constant == nullptr) append(name, Requantize{}, in, to);
      graph_.nodes[index].inputs[i] = to;
    }
  }

  TensorId requantized_constant(const Tensor& from, const Tensor& like) {
    Tensor real = from;
    real.constant = Constant::floats(from.shape, dequantized_values(from));
    return add_quantized_constant(graph_, real, like);
  }

  void compute_in_float(NodeId index) {
    for (std::size_t i = 0; i < graph_.nodes[index].inputs.size(); ++i) {
      const TensorId in = graph_.nodes[index].inputs[i];
      if (in != kNoTensor && graph_.tensor(in).quant) graph_.nodes[index].inputs[i] = real(in);
    }
    const TensorId result = graph_.nodes[index].output();
    if (graph_.nodes[index].as<Requantize>() != nullptr) {
      graph_.nodes[index].op = Quantize{};
      return;
    }
    if (!is_8bit(graph_.tensor(result))) return;
    const std::string name = graph_.nodes[index].name;
    graph_.nodes[index].outputs[0] = float_like(result);
    append(name, Quantize{}, graph_.nodes[index].output(), result);
  }

  TensorId float_like(TensorId id) {
    Tensor tensor;
    tensor.name = graph_.tensor(id).name + "_f32";
    tensor.shape = graph_.tensor(id).shape;
    return graph_.add_tensor(std::move(tensor));
  }

  // The dequantized form of a quantized tensor. It is made once for each tensor.
  TensorId real(TensorId id) {
    const auto [found, is_new] = real_.try_emplace(id, kNoTensor);
    if (!is_new) return found->second;
    const Tensor tensor = graph_.tensor(id);
    if (tensor.constant != nullptr) {
      found->second = graph_.add_constant(
          tensor.name + "_f32", Constant::floats(tensor.shape, dequantized_values(tensor)));
    } else {
      found->second = float_like(id);
      append(graph_.tensor(found->second).name, Dequantize{}, id, found->second);
    }
    return found->second;
  }

  Graph& graph_;
  std::unordered_map<TensorId, TensorId> real_;
};

}  // namespace

void legalize(Graph& graph) {
  Legalizer(graph).run();
}

}  // namespace spindle
