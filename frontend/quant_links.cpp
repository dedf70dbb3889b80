#include "frontend/quant_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/ir/op_traits.h"
#include "frontend/file/failure.h"

namespace spindle::frontend {
namespace {

const Quant kPlainIntegers{{1.0F}, {0}, -1};

// The Quant on the other side of `op`: from input to output if `forward`, else from output to
// input.
Quant across(const Op& op, Quant quant, bool forward) {
  if (quant.per_tensor()) return quant;
  const auto* transpose = std::get_if<Transpose>(&op);
  if (transpose == nullptr) {
    refuse("an 8-bit tensor with one scale per channel can only be transposed or dequantized");
  }
  if (forward) {
    const auto at = std::find(transpose->perm.begin(), transpose->perm.end(), quant.axis);
    quant.axis = static_cast<int>(at - transpose->perm.begin());
  } else {
    quant.axis = transpose->perm[quant.axis];
  }
  return quant;
}

// Converts a Pad's fill value to a real number, once the tensor's Quant is known.
void set_fill(ImportContext& context, NodeId node, const Quant& quant) {
  const auto raw = context.raw_fill.find(node);
  if (raw == context.raw_fill.end()) return;
  auto* pad = context.graph.nodes[node].as<Pad>();
  pad->value = (raw->second - static_cast<float>(quant.zero_point[0])) * quant.scale[0];
  context.raw_fill.erase(raw);
}

// The integers of `id`, which has Quant A, as a tensor with Quant B. The operators work on real
// values, so the integer q must be recovered from the real value a = (q - zA) * sA:
//
//   q       = a / sA + zA
//   result  = (q - zB) * sB, quantized with B
//
// The rounding of the last step makes the integers exact.
TensorId reinterpreted(ImportContext& context, TensorId id, const Quant& to) {
  const Tensor& tensor = context.graph.tensor(id);
  const Quant from = *tensor.quant;
  const DType type = tensor.type;
  const std::string name = tensor.name;
  // with such scales, products with 8-bit integers neither vanish nor overflow
  constexpr float kLeast = 1e-30F;
  constexpr float kMost = 1e30F;
  const auto usable = [](const Quant& quant) {
    return quant.per_tensor() && quant.scale[0] >= kLeast && quant.scale[0] <= kMost;
  };
  if (!is_quantized_type(type) || !usable(from) || !usable(to)) {
    refuse(fmt::format("tensor '{}' has two quantizations", printable(name)));
  }
  const auto step = [&](Op op, std::vector<TensorId> inputs, std::string_view suffix) {
    return context.append(fmt::format("{}{}", name, suffix), name, "", std::move(op),
                          std::move(inputs));
  };
  const auto number = [&](float value) {
    return context.graph.add_constant(name + "/scalar", Constant::floats({}, {value}));
  };
  TensorId x = step(Dequantize{}, {id}, "/real");
  x = step(Binary{BinaryKind::kDiv, {}}, {x, number(from.scale[0])}, "/integers");
  const auto shift = static_cast<float>(from.zero_point[0] - to.zero_point[0]);
  x = step(Binary{BinaryKind::kAdd, {}}, {x, number(shift)}, "/shifted");
  x = step(Binary{BinaryKind::kMul, {}}, {x, number(to.scale[0])}, "/scaled");
  x = step(Quantize{}, {x}, "/requantized");
  context.graph.tensor(x).type = type;
  context.graph.tensor(x).quant = to;
  return x;
}

// Sets the Quant of a tensor that has none, and of the tensors before it that must have the same
// one.
void assign(ImportContext& context, TensorId first, const Quant& quant) {
  std::vector<std::pair<TensorId, Quant>> open{{first, quant}};
  while (!open.empty()) {
    const auto [id, wanted] = std::move(open.back());
    open.pop_back();
    if (context.graph.tensor(id).quant) continue;
    context.graph.tensor(id).quant = wanted;
    const NodeId node = context.producer(id);
    if (!node) continue;
    if (!traits_of(context.graph.nodes[node].op).shares_quant()) continue;
    set_fill(context, node, wanted);
    const Quant before = across(context.graph.nodes[node].op, wanted, false);
    const std::vector<TensorId> inputs = context.graph.nodes[node].inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!context.graph.tensor(inputs[i]).quant && !context.graph.is_constant(inputs[i])) {
        open.emplace_back(inputs[i], before);
      } else {
        const TensorId copy = with_quant(context, inputs[i], before);
        context.graph.nodes[node].inputs[i] = copy;
      }
    }
  }
}

}  // namespace

TensorId with_quant(ImportContext& context, TensorId id, const Quant& quant) {
  const Tensor& tensor = context.graph.tensor(id);
  if (tensor.quant && *tensor.quant == quant) return id;
  if (!tensor.quant) {
    assign(context, id, quant);
    return id;
  }
  if (tensor.constant != nullptr) {
    return context.graph.add_constant(tensor.name, tensor.constant, quant);
  }
  return reinterpreted(context, id, quant);
}

void spread_quant(ImportContext& context, NodeId node) {
  const TensorId out = context.graph.nodes[node].output();
  if (!is_quantized_type(context.graph.tensor(out).type)) return;
  if (context.graph.tensor(out).quant || !traits_of(context.graph.nodes[node].op).shares_quant())
    return;
  const std::vector<TensorId> inputs = context.graph.nodes[node].inputs;
  const auto known = std::find_if(inputs.begin(), inputs.end(), [&](TensorId in) {
    return context.graph.tensor(in).quant.has_value();
  });
  if (known == inputs.end()) return;
  const Quant quant =
      across(context.graph.nodes[node].op, *context.graph.tensor(*known).quant, true);
  assign(context, out, quant);
}

void settle_fill(ImportContext& context, NodeId node) {
  const TensorId out = context.graph.nodes[node].output();
  if (const auto& quant = context.graph.tensor(out).quant) set_fill(context, node, *quant);
}

void complete_quants(ImportContext& context) {
  Graph& graph = context.graph;
  const auto make_plain = [&](TensorId id) {
    const Tensor& tensor = graph.tensor(id);
    if (is_quantized_type(tensor.type) && !tensor.quant) assign(context, id, kPlainIntegers);
  };
  // Nodes that are appended in the meantime have their Quant already.
  const IdRange<NodeId> nodes = graph.nodes.ids();
  for (const NodeId node : nodes) spread_quant(context, node);
  for (TensorId id : graph.inputs) make_plain(id);
  for (TensorId id(0); id < graph.tensors.end_id(); ++id) {  // make_plain may add tensors
    if (graph.is_constant(id)) make_plain(id);
  }
  for (const NodeId node : nodes) {
    spread_quant(context, node);
    make_plain(graph.nodes[node].output());
  }
}

}  // namespace spindle::frontend
