#include "compiler/ir/verifier.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_set>
#include <utility>

#include "compiler/ir/infer.h"
#include "compiler/ir/op_traits.h"
#include "compiler/ir/printer.h"

namespace spindle {
namespace {

std::pair<std::int64_t, std::int64_t> range_of(DType type) {
  switch (type) {
    case DType::kI8:
      return {-128, 127};
    case DType::kU8:
      return {0, 255};
    default:
      return {INT32_MIN, INT32_MAX};
  }
}

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : graph_(graph), defined_(graph.tensors.size(), false) {}

  std::string run() {
    if (std::string error = check_tensors(); !error.empty()) return error;
    if (std::string error = check_inputs(); !error.empty()) return error;
    for (const Node& node : graph_.nodes) {
      if (std::string error = check_node(node); !error.empty()) {
        return fmt::format("{} (node '{}')", error, node.name);
      }
    }
    for (TensorId id : graph_.outputs) {
      if (!known(id)) return fmt::format("graph output {} is no tensor", id.number());
      if (!defined(id)) return fmt::format("graph output '{}' is never written", name(id));
    }
    if (std::string error = check_ports("input", graph_.inputs, graph_.input_ports);
        !error.empty()) {
      return error;
    }
    return check_ports("output", graph_.outputs, graph_.output_ports);
  }

 private:
  [[nodiscard]] bool known(TensorId id) const { return graph_.tensors.contains(id); }
  [[nodiscard]] bool defined(TensorId id) const { return defined_[id]; }
  [[nodiscard]] const std::string& name(TensorId id) const { return graph_.tensor(id).name; }

  // Checks that each input or output tensor can have the shape that its port in the file gives.
  std::string check_ports(const char* what, const std::vector<TensorId>& ids,
                          const std::vector<Port>& ports) const {
    if (ports.empty()) return {};
    if (ports.size() != ids.size()) {
      return fmt::format("{} {}s for {} of the file", ids.size(), what, ports.size());
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Tensor& tensor = graph_.tensor(ids[i]);
      if (element_count(ports[i].shape) == tensor.elements()) continue;
      return fmt::format("graph {} '{}' is {}, its tensor '{}' {}", what, ports[i].name,
                         to_string(ports[i].shape), tensor.name, to_string(tensor.shape));
    }
    return {};
  }

  std::string check_tensors() {
    std::unordered_set<std::string> names;
    for (const TensorId id : graph_.tensors.ids()) {
      const Tensor& tensor = graph_.tensors[id];
      if (tensor.name.empty()) return fmt::format("tensor {} has no name", id.number());
      if (!names.insert(tensor.name).second) {
        return fmt::format("two tensors are named '{}'", tensor.name);
      }
      for (std::int64_t extent : tensor.shape) {
        if (extent < 0) return fmt::format("'{}' has a negative extent", tensor.name);
      }
      if (std::string error = check_constant(tensor); !error.empty()) return error;
      if (std::string error = check_quant(tensor); !error.empty()) return error;
      if (std::string error = check_origins(tensor); !error.empty()) return error;
      defined_[id] = tensor.constant != nullptr;
    }
    return {};
  }

  static std::string check_constant(const Tensor& tensor) {
    if (tensor.constant == nullptr) return {};
    if (tensor.constant->type() != tensor.type || tensor.constant->shape() != tensor.shape) {
      return fmt::format("'{}' is {}[{}], its data {}[{}]", tensor.name, name_of(tensor.type),
                         to_string(tensor.shape), name_of(tensor.constant->type()),
                         to_string(tensor.constant->shape()));
    }
    return {};
  }

  static std::string check_quant(const Tensor& tensor) {
    if (!tensor.quant) return {};
    const Quant& quant = *tensor.quant;
    if (!is_quantized_type(tensor.type) && tensor.type != DType::kI32) {
      return fmt::format("'{}' is {} and has a quantization", tensor.name, name_of(tensor.type));
    }
    if (quant.scale.empty() || quant.scale.size() != quant.zero_point.size()) {
      return fmt::format("'{}' has {} scales and {} zero points", tensor.name, quant.scale.size(),
                         quant.zero_point.size());
    }
    if (quant.axis >= static_cast<int>(tensor.shape.size()) || quant.axis < -1) {
      return fmt::format("'{}' is quantized along axis {} of {}", tensor.name, quant.axis,
                         tensor.shape.size());
    }
    if (!quant.per_tensor() &&
        (quant.axis < 0 || std::cmp_not_equal(tensor.shape[quant.axis], quant.scale.size()))) {
      return fmt::format("'{}' has {} scales along axis {} of shape {}", tensor.name,
                         quant.scale.size(), quant.axis, to_string(tensor.shape));
    }
    const auto [lo, hi] = range_of(tensor.type);
    for (std::size_t i = 0; i < quant.scale.size(); ++i) {
      if (!std::isfinite(quant.scale[i]) || !(quant.scale[i] > 0)) {
        return fmt::format("'{}' has scale {}", tensor.name, quant.scale[i]);
      }
      if (quant.zero_point[i] < lo || quant.zero_point[i] > hi) {
        return fmt::format("'{}' has zero point {}, which {} does not hold", tensor.name,
                           quant.zero_point[i], name_of(tensor.type));
      }
    }
    return {};
  }

  static std::string check_origins(const Tensor& tensor) {
    for (const Origin& origin : tensor.origins) {
      std::vector<bool> seen(tensor.shape.size(), false);
      if (!origin.perm.empty() && origin.perm.size() != seen.size()) {
        return fmt::format("'{}': the origin permutes {} dimensions", tensor.name,
                           origin.perm.size());
      }
      for (int p : origin.perm) {
        if (p < 0 || std::cmp_greater_equal(p, seen.size()) || seen[p]) {
          return fmt::format("'{}': the origin's perm is no permutation", tensor.name);
        }
        seen[p] = true;
      }
      if (element_count(origin.shape) != tensor.elements()) {
        return fmt::format("'{}': its origin has shape {}, it has {}", tensor.name,
                           to_string(origin.shape), to_string(tensor.shape));
      }
    }
    return {};
  }

  std::string check_inputs() {
    for (TensorId id : graph_.inputs) {
      if (!known(id)) return fmt::format("graph input {} is no tensor", id.number());
      if (defined(id)) {
        return fmt::format("graph input '{}' is {}", name(id),
                           graph_.is_constant(id) ? "a constant" : "listed twice");
      }
      defined_[id] = true;
    }
    return {};
  }

  std::string check_node(const Node& node) {
    std::vector<const Tensor*> inputs;
    for (TensorId id : node.inputs) {
      if (id != kNoTensor && !known(id)) return fmt::format("input {} is no tensor", id.number());
      if (id != kNoTensor && !defined(id)) {
        return fmt::format("'{}' is read before it is written", name(id));
      }
      inputs.push_back(id == kNoTensor ? nullptr : &graph_.tensor(id));
    }
    if (node.outputs.size() != 1) return fmt::format("{} outputs", node.outputs.size());
    const TensorId out = node.output();
    if (!known(out)) return fmt::format("output {} is no tensor", out.number());
    if (defined(out)) return fmt::format("'{}' is written twice", name(out));
    defined_[out] = true;
    if (node.block && !graph_.blocks.contains(node.block)) {
      return fmt::format("block {} does not exist", node.block.number());
    }
    const Inferred inferred = infer(node.op, inputs);
    if (!inferred.ok()) return inferred.error;
    if (std::string error = check_result(node, inferred); !error.empty()) return error;
    return check_node_quant(node, inputs);
  }

  [[nodiscard]] std::string check_result(const Node& node, const Inferred& inferred) const {
    const Tensor& out = graph_.tensor(node.output());
    if (out.shape != inferred.shape) {
      return fmt::format("'{}' has shape {}, the operator makes {}", out.name, to_string(out.shape),
                         to_string(inferred.shape));
    }
    if (!type_allowed(node, inferred.type, out.type)) {
      return fmt::format("'{}' has type {}, the operator makes {}", out.name, name_of(out.type),
                         name_of(inferred.type));
    }
    return {};
  }

  // Some output types cannot be inferred. The output tensor then decides, within OpTraits::output.
  [[nodiscard]] static bool type_allowed(const Node& node, DType inferred, DType actual) {
    switch (traits_of(node.op).output) {
      case OutputType::kCodes:
        return is_quantized_type(actual) || actual == DType::kI32;
      case OutputType::kAnyInteger:
        return actual != DType::kF32 && actual != DType::kBool;
      case OutputType::kEightBitAlike:
        return actual == inferred || (is_quantized_type(actual) && is_quantized_type(inferred));
      case OutputType::kInferred:
        break;
    }
    return actual == inferred;
  }

  [[nodiscard]] std::string check_node_quant(const Node& node,
                                             const std::vector<const Tensor*>& inputs) const {
    const Tensor& out = graph_.tensor(node.output());
    const auto needs = [](const Tensor& tensor) {
      return fmt::format("'{}' needs a quantization", tensor.name);
    };
    const OpTraits traits = traits_of(node.op);
    if (traits.output == OutputType::kCodes && !out.quant) return needs(out);
    if (node.as<Dequantize>() != nullptr && !inputs[0]->quant) return needs(*inputs[0]);
    if (traits.plain_integers) return check_plain_integers(traits, *inputs[0], out);
    for (const Tensor* in : inputs) {
      if (in != nullptr && is_quantized_type(in->type) && !in->quant) return needs(*in);
    }
    if (is_quantized_type(out.type) && !out.quant) return needs(out);
    if (node.as<PartialSum>() != nullptr) return check_sum_quant(inputs, out);
    if (node.as<RequantizeSum>() != nullptr && !has_channel_scales(*inputs[0])) {
      return needs(*inputs[0]);
    }
    if (const auto* resize = node.as<Resize>(); resize != nullptr &&
                                                resize->kind == ResizeKind::kLinearOnCodes &&
                                                inputs[0]->quant != out.quant) {
      return fmt::format("'{}' must be quantized like '{}'", out.name, inputs[0]->name);
    }
    const bool weighted = traits.has_weights() && is_quantized_type(out.type);
    return weighted ? check_weighted_quant(inputs, out) : std::string();
  }

  // If an operator keeps the values of an 8-bit input, the output has a Quant exactly if the input
  // has one.
  [[nodiscard]] static std::string check_plain_integers(const OpTraits& traits, const Tensor& in,
                                                        const Tensor& out) {
    if (!is_quantized_type(in.type) || !is_quantized_type(out.type) || !traits.keeps_values() ||
        in.quant.has_value() == out.quant.has_value()) {
      return {};
    }
    return fmt::format("'{}' has a quantization and '{}' has none", in.quant ? in.name : out.name,
                       in.quant ? out.name : in.name);
  }

  // A partial sum has a single scale, or one for each channel.
  [[nodiscard]] static bool has_channel_scales(const Tensor& sum) {
    return sum.quant && (sum.quant->per_tensor() || sum.quant->axis == 3);
  }

  [[nodiscard]] static std::string check_sum_quant(const std::vector<const Tensor*>& inputs,
                                                   const Tensor& out) {
    if (!has_channel_scales(out)) return fmt::format("'{}' needs a quantization", out.name);
    if (inputs.size() > 3 && inputs[3] != nullptr && inputs[3]->quant != out.quant) {
      return fmt::format("'{}' is not quantized like '{}'", inputs[3]->name, out.name);
    }
    const Quant& x = *inputs[0]->quant;
    const Quant& weights = *inputs[1]->quant;
    const Quant& sum = *out.quant;
    if (!x.per_tensor()) return fmt::format("'{}' must be quantized per tensor", inputs[0]->name);
    if (!weights.per_tensor() && weights.axis != 0) {
      return fmt::format("'{}' is quantized along axis {}, not 0", inputs[1]->name, weights.axis);
    }
    bool fits = sum.scale.size() == weights.scale.size();
    for (std::size_t i = 0; fits && i < sum.scale.size(); ++i) {
      fits = sum.scale[i] == x.scale[0] * weights.scale[i] && sum.zero_point[i] == 0;
    }
    return fits ? std::string()
                : fmt::format("'{}' is not quantized like its accumulator", out.name);
  }

  [[nodiscard]] static std::string check_weighted_quant(const std::vector<const Tensor*>& inputs,
                                                        const Tensor& out) {
    for (const Tensor* tensor : {inputs[0], &out}) {
      if (!tensor->quant->per_tensor()) {
        return fmt::format("'{}' must be quantized per tensor", tensor->name);
      }
    }
    const Quant& weights = *inputs[1]->quant;
    if (!weights.per_tensor() && weights.axis != 0) {
      return fmt::format("'{}' is quantized along axis {}, not 0", inputs[1]->name, weights.axis);
    }
    return {};
  }

  const Graph& graph_;
  // For each tensor, whether it is a constant, an input or an output of a node checked so far.
  IdVector<TensorId, bool> defined_;
};

}  // namespace

std::string verify(const Graph& graph) {
  return Verifier(graph).run();
}

}  // namespace spindle
