#include "compiler/passes/lower_qdq.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/ir/broadcast.h"
#include "compiler/passes/fold_constants.h"
#include "compiler/passes/live_uses.h"
#include "compiler/passes/mean_rule.h"
#include "compiler/passes/qdq_islands.h"
#include "compiler/passes/qdq_movement.h"
#include "compiler/passes/qdq_parameters.h"
#include "compiler/passes/qdq_reductions.h"
#include "compiler/passes/qdq_util.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// Merges Quantizes of the same tensor to the same type and Quant.
void merge_quantizes(Graph& graph) {
  std::unordered_map<TensorId, std::vector<TensorId>> kept_of;  // by what they quantize
  std::unordered_map<TensorId, TensorId> merged;
  for (const Node& node : graph.nodes) {
    if (node.as<Quantize>() == nullptr) continue;
    const TensorId id = node.output();
    std::vector<TensorId>& all = kept_of[node.inputs[0]];
    const auto kept = std::find_if(all.begin(), all.end(), [&](TensorId other) {
      return same_quantization(graph.tensor(other), graph.tensor(id));
    });
    if (kept == all.end() || graph.is_output(id)) {
      all.push_back(id);
      continue;
    }
    auto& origins = graph.tensor(*kept).origins;
    auto& more = graph.tensor(id).origins;
    origins.insert(origins.end(), more.begin(), more.end());
    more.clear();
    merged[id] = *kept;
  }
  for (Node& node : graph.nodes) {
    for (TensorId& in : node.inputs) {
      if (const auto found = merged.find(in); found != merged.end()) in = found->second;
    }
  }
  graph.remove_dead();
}

// True if the pool averages the whole image. It is then lowered to a mean in integers, as ONNX
// Runtime computes global pooling.
bool covers_image(const Pool& pool, const Shape& image) {
  return pool.kind == PoolKind::kAverage && pool.pad.none() && pool.kernel[0] == image[1] &&
         pool.kernel[1] == image[2];
}

// The 8-bit operator for the float operator `op` from `x` to `y`.
Op lowered(const Op& op, const Tensor& x, const Tensor& y) {
  const auto* pool = std::get_if<Pool>(&op);
  if (pool != nullptr && covers_image(*pool, x.shape)) {
    return Reduce{.kind = ReduceKind::kMean, .axes = {1, 2}};
  }
  const auto* reduce = std::get_if<Reduce>(&op);
  if (reduce == nullptr || !reduce->float_sum || reduce->kind != ReduceKind::kMean) return op;
  Reduce mean = *reduce;
  mean.float_sum = order_decides_mean(*reduce, x, y);
  return mean;
}

// Lowers the operators before each Quantize. Nodes change in place: a Quantize becomes the 8-bit
// operator, and the float operator dies unless something else reads it.
class Lowering {
 public:
  explicit Lowering(Graph& graph) : graph_(graph), uses_(graph) {}

  LoweringReasons run() {
    for (const NodeId i : graph_.nodes.ids()) {
      if (graph_.nodes[i].as<Quantize>() != nullptr) before_quantize(i);
    }
    graph_.sort();
    graph_.remove_dead();
    return std::move(reasons_);
  }

 private:
  void before_quantize(NodeId index) {
    const TensorId computed = graph_.nodes[index].inputs[0];
    const TensorId result = graph_.nodes[index].output();
    const NodeId producer = uses_.producer(computed);
    if (!producer || !is_per_tensor_8bit(graph_.tensor(result))) return;
    if (graph_.nodes[producer].as<Dequantize>() != nullptr) {
      requantize(graph_.nodes[producer].inputs[0], graph_.nodes[index]);
      return;
    }
    std::vector<TensorId> inputs;
    std::string reason =
        uses_.single_use(computed)
            ? lower_inputs(Node(graph_.nodes[producer]), Tensor(graph_.tensor(result)), inputs)
            : "its result is also used in float";
    if (!reason.empty()) {
      reasons_[computed] = std::move(reason);
      return;
    }
    Node& node = graph_.nodes[index];
    node = graph_.nodes[producer];
    node.op = lowered(node.op, graph_.tensor(inputs[0]), graph_.tensor(result));
    node.inputs = std::move(inputs);
    node.outputs = {result};
  }

  // `quantize` reads a Dequantize of `source`. It becomes a Requantize of `source`, or an Identity.
  void requantize(TensorId source, Node& quantize) const {
    const Tensor& from = graph_.tensor(source);
    if (!is_per_tensor_8bit(from)) return;
    quantize.inputs = {source};
    if (same_quantization(from, graph_.tensor(quantize.output()))) {
      quantize.op = Identity{};
    } else {
      quantize.op = Requantize{};
    }
  }

  // Sets `inputs` to the inputs of the 8-bit form of `node`, whose output is quantized like
  // `result`. Returns why there is no such form, or an empty string.
  std::string lower_inputs(const Node& node, const Tensor& result, std::vector<TensorId>& inputs) {
    const OpTraits traits = traits_of(node.op);
    if (traits.has_weights()) return weighted(node, result, inputs);
    if (traits.eight_bit == EightBit::kNone) return "it has no 8-bit form";
    if (changes_type_of_softmax(node, result)) {
      return "8-bit Softmax has one type for input and output";
    }
    const auto* binary = node.as<Binary>();
    if (binary != nullptr && has_integer_rule(binary->kind) && repeats_some_rows(node)) {
      return "it has an integer form only if each row uses the same part of the second operand";
    }
    return elementwise(node, result, node.as<Concat>() != nullptr, inputs);
  }

  [[nodiscard]] bool changes_type_of_softmax(const Node& node, const Tensor& result) const {
    const TensorId source = quantized_source(node.inputs[0]);
    return node.as<Softmax>() != nullptr && source != kNoTensor &&
           graph_.tensor(source).type != result.type;
  }

  static bool has_integer_rule(BinaryKind kind) {
    return kind == BinaryKind::kAdd || kind == BinaryKind::kMul;
  }

  // True if an input that is computed at run time is repeated along some rows only, which kernels
  // cannot do. (legalize expands constants.)
  [[nodiscard]] bool repeats_some_rows(const Node& node) const {
    const Shape& out = graph_.tensor(node.output()).shape;
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](TensorId in) {
      return !constant_dequantize(graph_, uses_, in) && !row_operand(graph_.tensor(in).shape, out);
    });
  }

  // lower_inputs for operators with weights.
  std::string weighted(const Node& node, const Tensor& result, std::vector<TensorId>& inputs) {
    const TensorId source = quantized_source(node.inputs[0]);
    if (source == kNoTensor) return not_quantized(node.inputs[0]);
    const LoweredParameter weights = lower_weights(graph_, uses_, node.inputs[1]);
    if (!weights.reason.empty()) return weights.reason;
    const TensorId bias_input = node.optional_input(2);
    const LoweredParameter bias = lower_bias(
        graph_, uses_, bias_input, *graph_.tensor(source).quant, *graph_.tensor(weights.id).quant);
    if (!bias.reason.empty()) return bias.reason;
    inputs = {with_type(source, result.type), weights.id};
    if (bias.id != kNoTensor) inputs.push_back(bias.id);
    return {};
  }

  // lower_inputs for operators whose inputs may each have their own Quant. With
  // `quantize_constants`, float constants are quantized like the result if that keeps their values.
  std::string elementwise(const Node& node, const Tensor& result, bool quantize_constants,
                          std::vector<TensorId>& inputs) {
    for (TensorId in : node.inputs) {
      const bool constant =
          quantize_constants && graph_.is_constant(in) && graph_.tensor(in).type == DType::kF32;
      const TensorId source = constant ? in : quantized_source(in);
      if (source == kNoTensor) return not_quantized(in);
      inputs.push_back(source);
    }
    for (TensorId& in : inputs) {
      in = graph_.tensor(in).type == DType::kF32
               ? add_quantized_constant(graph_, Tensor(graph_.tensor(in)), result)
               : with_type(in, result.type);
    }
    return {};
  }

  // The 8-bit tensor with one scale of which `id` is the Dequantize, or kNoTensor.
  [[nodiscard]] TensorId quantized_source(TensorId id) const {
    const NodeId producer = id == kNoTensor ? NodeId() : uses_.producer(id);
    if (!producer) return kNoTensor;
    const Node& node = graph_.nodes[producer];
    if (node.as<Dequantize>() == nullptr) return kNoTensor;
    return is_per_tensor_8bit(graph_.tensor(node.inputs[0])) ? node.inputs[0] : kNoTensor;
  }

  [[nodiscard]] std::string not_quantized(TensorId id) const {
    if (graph_.is_constant(id)) return "an operand is a float constant";
    const NodeId producer = uses_.producer(id);
    if (producer && graph_.nodes[producer].as<Dequantize>()) {
      return "an input is not quantized to 8 bits with one scale";
    }
    return "an input is not quantized";
  }

  // The tensor `id` in the 8-bit type `type`. An 8-bit operator has the same type for input and
  // output. Changing the type is exact: codes and zero point move by 128.
  TensorId with_type(TensorId id, DType type) {
    if (graph_.tensor(id).type == type) return id;
    const auto [found, is_new] = retyped_.try_emplace(id, kNoTensor);
    if (is_new) found->second = retype(id, type);
    return found->second;
  }

  TensorId retype(TensorId id, DType type) {
    Tensor changed = graph_.tensor(id);
    const int offset = type == DType::kI8 ? -128 : 128;
    changed.name += type == DType::kI8 ? "_s8" : "_u8";
    changed.type = type;
    changed.origins.clear();
    changed.quant->zero_point[0] += offset;
    if (changed.constant != nullptr) {
      std::vector<std::int64_t> values = changed.constant->to_ints();
      for (std::int64_t& value : values) value += offset;
      return graph_.add_constant(changed.name, Constant::ints(type, changed.shape, values),
                                 changed.quant);
    }
    Node node;
    node.name = changed.name;
    node.op = Requantize{};
    node.inputs = {id};
    node.outputs = {graph_.add_tensor(std::move(changed))};
    graph_.nodes.push_back(node);
    return node.output();
  }

  Graph& graph_;
  const Uses uses_;
  LoweringReasons reasons_;
  // Results of with_type; there are only two types.
  std::unordered_map<TensorId, TensorId> retyped_;
};

// True if `b`, in the other 8-bit type, represents the same real values as `a`.
bool changes_type_only(const Tensor& a, const Tensor& b) {
  if (!is_per_tensor_8bit(a) || !is_per_tensor_8bit(b) || a.type == b.type) return false;
  return a.quant->scale == b.quant->scale &&
         a.quant->zero_point[0] - min_of(a.type) == b.quant->zero_point[0] - min_of(b.type);
}

// Moves the origins of `from`, which is removed, to `to`, which holds its values in the other 8-bit
// type.
void move_retyped_origins(Tensor& from, Tensor& to) {
  for (Origin& origin : from.origins) {
    origin.offset += min_of(from.type) - min_of(to.type);
    to.origins.push_back(std::move(origin));
  }
  from.origins.clear();
}

// Drops Requantizes that only change between int8 and uint8 next to a float part: the Quantize
// before one writes the second type, or the Dequantize behind one reads the first type.
void skip_type_changes(Graph& graph) {
  LiveUses uses(graph);
  std::vector<NodeId> kept;
  for (const NodeId i : graph.nodes.ids()) {
    kept.push_back(i);
    if (graph.nodes[i].as<Requantize>() == nullptr) continue;
    const TensorId first = graph.nodes[i].inputs[0];
    const TensorId second = graph.nodes[i].output();
    if (!changes_type_only(graph.tensor(first), graph.tensor(second))) continue;
    std::vector<NodeId> of_first = uses.users(first);
    std::vector<NodeId> of_second;
    for (NodeId user : uses.users(second)) {
      Node& node = graph.nodes[user];
      const bool dequantizes = node.as<Dequantize>() != nullptr;
      if (dequantizes) node.inputs = {first};
      (dequantizes ? of_first : of_second).push_back(user);
    }
    uses.set_users(first, std::move(of_first));
    uses.set_users(second, std::move(of_second));
    if (!graph.is_output(second) && uses.users(second).empty()) {
      move_retyped_origins(graph.tensor(second), graph.tensor(first));
      continue;
    }
    const NodeId producer = uses.producer(first);
    if (!producer || !uses.single_use(first)) continue;
    Node& quantize = graph.nodes[producer];
    if (quantize.as<Quantize>() == nullptr) continue;
    move_retyped_origins(graph.tensor(first), graph.tensor(second));
    quantize.outputs = {second};
    uses.set_producer(second, producer);
    kept.pop_back();
  }
  graph.nodes.reorder(kept);
  graph.remove_dead();
}

// Replaces each Dequantize of a constant that is left by a float constant.
void fold_dequantized_constants(Graph& graph) {
  const auto folds = [&](const Node& node) {
    if (node.as<Dequantize>() == nullptr || !graph.is_constant(node.inputs[0])) return false;
    const Tensor& source = graph.tensor(node.inputs[0]);
    graph.tensor(node.output()).constant =
        Constant::floats(source.shape, dequantized_values(source));
    return true;
  };
  graph.nodes.erase_if(folds);
}

}  // namespace

void lower_qdq(Graph& graph, Diagnostics& diagnostics) {
  merge_quantizes(graph);
  hoist_over_dequantize(graph);
  sink_below_quantize(graph);
  fold_constants(graph);  // for data movements that were hoisted onto quantized weights
  absorb_biases(graph);
  const LoweringReasons reasons = Lowering(graph).run();
  skip_type_changes(graph);
  fold_dequantized_constants(graph);
  report_float_islands(graph, reasons, diagnostics);
  read_codes_in_reductions(graph);
}

}  // namespace spindle
