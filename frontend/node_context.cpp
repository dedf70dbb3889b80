#include "frontend/node_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/ir/infer.h"
#include "compiler/ir/op_traits.h"
#include "frontend/fold/fold_elements.h"
#include "frontend/fold/fold_shapes.h"
#include "frontend/quant_links.h"

namespace spindle::frontend {
namespace {

// Operators that move or compare values accept any element type. Arithmetic is accepted on floats
// only: in ONNX, arithmetic on 8-bit tensors works on the integers themselves, but here an 8-bit
// tensor stands for real numbers. Linear Resize is the exception: it has a form on integers.
bool is_arithmetic(const Op& op) {
  return traits_of(op).result == ResultKind::kComputed && !traits_of(op).shares_quant();
}

// The data of `inputs` if all of them are constants; else an empty list. Codes of a constant are
// those of the file, whatever Quant its tensor has got from one of its readers.
std::vector<ConstantPtr> constant_data(const Graph& graph, const std::vector<TensorId>& inputs) {
  std::vector<ConstantPtr> constants;
  for (TensorId id : inputs) {
    if (id == kNoTensor) return {};
    const Tensor& tensor = graph.tensor(id);
    if (tensor.constant == nullptr) return {};
    constants.push_back(tensor.constant);
  }
  return constants;
}

}  // namespace

NodeContext::NodeContext(ImportContext& context, const onnx::NodeProto& proto, int opset)
    : context_(&context),
      proto_(&proto),
      opset_(opset),
      attributes_(proto),
      name_(frontend::name_of(proto)) {}

bool NodeContext::has(int index) const {
  return index < proto_->input_size() && !proto_->input(index).empty();
}

const std::string& NodeContext::input_name(int index) const {
  return proto_->input(index);
}

const Value& NodeContext::value(int index) const {
  if (!has(index)) malformed(fmt::format("input {} is missing", index));
  return context_->values.at(proto_->input(index));
}

TensorId NodeContext::input(int index) {
  if (!has(index)) malformed(fmt::format("input {} is missing", index));
  const std::string& name = proto_->input(index);
  return context_->tensor_of(name, context_->values.at(name));
}

TensorId NodeContext::input_or_none(int index) {
  return has(index) ? input(index) : kNoTensor;
}

ConstantPtr NodeContext::constant(int index) const {
  return has(index) ? value(index).constant : nullptr;
}

ConstantPtr NodeContext::known(int index) const {
  if (!has(index)) return nullptr;
  const Value& v = value(index);
  return v.constant != nullptr ? v.constant : context_->known_value(v.tensor);
}

const Shape& NodeContext::shape(int index) const {
  const Value& v = value(index);
  return v.constant != nullptr ? v.constant->shape() : graph().tensor(v.tensor).shape;
}

DType NodeContext::type(int index) const {
  const Value& v = value(index);
  return v.constant != nullptr ? v.constant->type() : graph().tensor(v.tensor).type;
}

std::vector<std::int64_t> NodeContext::constant_ints(int index, std::string_view what) const {
  if (!has(index)) malformed(fmt::format("input {} ({}) is missing", index, what));
  const ConstantPtr data = known(index);
  if (data == nullptr) {
    refuse(fmt::format("{} are computed at run time, but must be constants", what));
  }
  if (data->type() == DType::kF32) malformed(fmt::format("{} must be integers", what));
  if (data->size() > kMostFolded) malformed(fmt::format("there are too many {}", what));
  return data->to_ints();
}

std::vector<float> NodeContext::constant_floats(int index, std::string_view what) const {
  if (!has(index)) malformed(fmt::format("input {} ({}) is missing", index, what));
  const ConstantPtr data = known(index);
  if (data == nullptr) {
    refuse(fmt::format("{} are computed at run time, but must be constants", what));
  }
  if (data->type() != DType::kF32) malformed(fmt::format("{} must be floats", what));
  const auto values = data->as<float>();
  return {values.begin(), values.end()};
}

int NodeContext::from_front(std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    malformed(fmt::format("axis {} is outside of rank {}", axis, rank));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

std::vector<int> NodeContext::from_front(const std::vector<std::int64_t>& axes, int rank) {
  std::vector<int> result;
  for (std::int64_t axis : axes) result.push_back(from_front(axis, rank));
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) != result.end()) {
    malformed("an axis is given twice");
  }
  return result;
}

void require_distinct(const std::vector<std::int64_t>& axes, int rank) {
  static_cast<void>(NodeContext::from_front(axes, rank));
}

bool NodeContext::wants(int output) const {
  return output < proto_->output_size() && !proto_->output(output).empty();
}

const std::string& NodeContext::output_name(int output) const {
  return wants(output) ? context_->tensor_name(proto_->output(output)) : name_;
}

TensorId NodeContext::emit(Op op, std::vector<TensorId> inputs, std::string_view suffix,
                           int output) {
  const std::string name = fmt::format("{}{}", output_name(output), suffix);
  if (const auto constants = constant_data(graph(), inputs); !constants.empty()) {
    if (ConstantPtr folded = fold(op, constants)) {
      context_->budget.charge(static_cast<std::int64_t>(folded->bytes().size()));
      return context_->graph.add_constant(name, std::move(folded));
    }
  }
  std::vector<const Tensor*> tensors;
  const bool arithmetic = is_arithmetic(op);
  for (TensorId id : inputs) {
    tensors.push_back(id == kNoTensor ? nullptr : &graph().tensor(id));
    if (arithmetic && id != kNoTensor && tensors.back()->type != DType::kF32) {
      refuse(
          fmt::format("it computes on {} at run time; arithmetic is supported on floats, and on "
                      "integers between QuantizeLinear and DequantizeLinear",
                      spindle::name_of(tensors.back()->type)));
    }
  }
  if (const Inferred inferred = infer(op, tensors); !inferred.ok()) mismatch(inferred.error);
  const TensorId id =
      context_->append(name, name_, proto_->op_type(), std::move(op), std::move(inputs));
  spread_quant(*context_, context_->producer(id));
  return id;
}

TensorId NodeContext::emit_quantize(TensorId x, DType type, const Quant& quant, int output) {
  const TensorId id = emit(Quantize{}, {x}, {}, output);
  Tensor& tensor = context_->graph.tensor(id);
  tensor.type = type;
  tensor.quant = quant;
  return id;
}

TensorId NodeContext::emit_on_codes(Op op, TensorId x) {
  const TensorId id =
      context_->append(output_name(0), name_, proto_->op_type(), std::move(op), {x});
  context_->graph.tensor(id).quant = context_->graph.tensor(x).quant;
  return id;
}

TensorId NodeContext::add_constant(std::string_view suffix, ConstantPtr data,
                                   std::optional<Quant> quant) {
  context_->budget.charge(static_cast<std::int64_t>(data->bytes().size()));
  return context_->graph.add_constant(fmt::format("{}{}", output_name(0), suffix), std::move(data),
                                      std::move(quant));
}

void NodeContext::bind(TensorId id, int output) {
  if (!wants(output)) return;
  const std::string& name = proto_->output(output);
  Tensor& tensor = context_->graph.tensor(id);
  tensor.origins.push_back(
      {.name = context_->origin_name(name), .shape = tensor.shape, .type = tensor.type});
  context_->values[name] = {tensor.constant, id};
}

void NodeContext::bind_constant(ConstantPtr data, int output) {
  if (wants(output)) context_->values[proto_->output(output)] = {std::move(data)};
}

void NodeContext::pass_through(int input, int output) {
  bind_value(value(input), output);
}

void NodeContext::bind_value(const Value& source, int output) {
  if (!wants(output)) return;
  if (source.poisoned) {
    context_->values[proto_->output(output)].poisoned = true;
  } else if (source.constant != nullptr) {
    bind_constant(source.constant, output);  // it gets a tensor of its own, under this name
  } else {
    bind(source.tensor, output);
  }
}

TensorId NodeContext::to_nhwc(TensorId id) {
  const Shape shape = graph().tensor(id).shape;
  if (shape.size() == 3) id = emit(Reshape{{shape[0], shape[1], 1, shape[2]}}, {id}, "/image");
  if (shape.size() != 3 && shape.size() != 4) {
    refuse(
        fmt::format("the input has shape {}; only images [N,C,H,W] and sequences [N,C,L] are "
                    "supported",
                    to_string(shape)));
  }
  return emit(Transpose{{0, 2, 3, 1}}, {id}, "/nhwc");
}

TensorId NodeContext::from_nhwc(TensorId id, int rank, std::string_view suffix) {
  if (rank != 3) return emit(Transpose{{0, 3, 1, 2}}, {id}, suffix);
  id = emit(Transpose{{0, 3, 1, 2}}, {id}, fmt::format("{}/planar", suffix));
  const Shape shape = graph().tensor(id).shape;
  return emit(Reshape{{shape[0], shape[1], shape[3]}}, {id}, suffix);
}

}  // namespace spindle::frontend
