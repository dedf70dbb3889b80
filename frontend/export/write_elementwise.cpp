// Operators that work element by element.
#include "compiler/ir/diagnostics.h"
#include "frontend/export/exporter.h"

namespace spindle::frontend {
namespace {

// How ONNX spells a function of one value.
struct Function {
  std::string_view type;
  std::string_view alpha{};  // attributes that hold Unary::alpha and beta; empty: none
  std::string_view beta{};
  int since = 13;
};

Function function_of(UnaryKind kind) {
  switch (kind) {
    case UnaryKind::kSigmoid:
      return {.type = "Sigmoid"};
    case UnaryKind::kHardSigmoid:
      return {.type = "HardSigmoid", .alpha = "alpha", .beta = "beta"};
    case UnaryKind::kHardSwish:
      return {.type = "HardSwish", .since = 14};
    case UnaryKind::kTanh:
      return {.type = "Tanh"};
    case UnaryKind::kExp:
      return {.type = "Exp"};
    case UnaryKind::kLog:
      return {.type = "Log"};
    case UnaryKind::kSqrt:
      return {.type = "Sqrt"};
    case UnaryKind::kReciprocal:
      return {.type = "Reciprocal"};
    case UnaryKind::kNeg:
      return {.type = "Neg"};
    case UnaryKind::kAbs:
      return {.type = "Abs"};
    case UnaryKind::kFloor:
      return {.type = "Floor"};
    case UnaryKind::kCeil:
      return {.type = "Ceil"};
    case UnaryKind::kRound:
      return {.type = "Round"};
    case UnaryKind::kErf:
      return {.type = "Erf"};
    case UnaryKind::kLeakyRelu:
      return {.type = "LeakyRelu", .alpha = "alpha"};
    case UnaryKind::kElu:
      return {.type = "Elu", .alpha = "alpha"};
    case UnaryKind::kSoftplus:
      return {.type = "Softplus"};
    case UnaryKind::kGelu:
    case UnaryKind::kGeluTanh:
      return {.type = "Gelu", .since = 20};
    case UnaryKind::kSelu:
      return {.type = "Selu", .alpha = "alpha", .beta = "gamma"};
    case UnaryKind::kMish:
      return {.type = "Mish", .since = 18};
    case UnaryKind::kAffine:
      break;
  }
  throw InternalError("a function has no ONNX operator");
}

void write_unary(Exporter& exporter, const Node& node) {
  const auto& unary = std::get<Unary>(node.op);
  const TensorId y = node.output();
  const Order order = exporter.order_of(node.inputs[0]);
  const std::string x = exporter.in(node.inputs[0], order);
  ModelWriter& file = exporter.writer();
  if (unary.kind == UnaryKind::kAffine) {
    const std::string product =
        exporter.emit("Mul", {x, file.scalar("factor", unary.alpha)}, y, "/product").first;
    exporter.define(y, exporter.emit("Add", {product, file.scalar("offset", unary.beta)}, y).first,
                    order);
    return;
  }
  const Function function = function_of(unary.kind);
  auto [name, writer] = exporter.emit(function.type, {x}, y, {}, function.since);
  if (!function.alpha.empty()) writer.set(function.alpha, unary.alpha);
  if (!function.beta.empty()) writer.set(function.beta, unary.beta);
  if (unary.kind == UnaryKind::kGeluTanh) writer.set("approximate", std::string_view("tanh"));
  exporter.define(y, name, order);
}

// An operand in the order of the result. One of lower rank first gets the rank of the result, if
// the dimensions of that are in another order.
std::string operand(Exporter& exporter, TensorId id, const Order& order, TensorId y) {
  const Tensor& tensor = exporter.graph().tensor(id);
  const std::size_t rank = order.size();
  if (tensor.shape.size() == rank) return exporter.in(id, order);
  const Order own = same_order(tensor.shape.size());
  if (order == same_order(rank) || tensor.elements() == 1) return exporter.in(id, own);
  Shape shape(rank - tensor.shape.size(), 1);
  shape.insert(shape.end(), tensor.shape.begin(), tensor.shape.end());
  if (tensor.constant != nullptr) {
    const Constant full(tensor.type, shape,
                        {tensor.constant->bytes().begin(), tensor.constant->bytes().end()});
    return exporter.writer().constant(tensor.name, *reordered(full, order));
  }
  const std::string full = exporter.reshape(exporter.in(id, own), shape, y, "/operand");
  auto [name, writer] = exporter.emit("Transpose", {full}, y, "/operand");
  writer.set("perm", std::vector<std::int64_t>(order.begin(), order.end()));
  return name;
}

void write_binary(Exporter& exporter, const Node& node) {
  static constexpr std::string_view kTypes[] = {"Add", "Sub", "Mul",   "Div",
                                                "Min", "Max", "PRelu", "Pow"};
  const auto& binary = std::get<Binary>(node.op);
  const TensorId y = node.output();
  const std::size_t rank = exporter.graph().tensor(y).shape.size();
  Order order = same_order(rank);
  for (const TensorId id : node.inputs) {
    const bool whole = exporter.graph().tensor(id).shape.size() == rank;
    if (!whole || exporter.graph().is_constant(id)) continue;
    order = exporter.order_of(id);
    break;
  }
  const std::string a = operand(exporter, node.inputs[0], order, y);
  const std::string b = operand(exporter, node.inputs[1], order, y);
  const auto emitted = exporter.emit(kTypes[static_cast<int>(binary.kind)], {a, b}, y,
                                     binary.act.none() ? "" : "/linear");
  exporter.define_activated(y, emitted.first, binary.act, order);
}

}  // namespace

void write_elementwise(Exporter& exporter, const Node& node) {
  if (node.as<Unary>() != nullptr) return write_unary(exporter, node);
  if (node.as<Binary>() != nullptr) return write_binary(exporter, node);
  const Order order = exporter.order_of(node.inputs[0]);
  const std::string x = exporter.in(node.inputs[0], order);
  if (const auto* clip = node.as<Clip>()) {
    if (!clip->act.none()) return exporter.define_activated(node.output(), x, clip->act, order);
  }
  if (const auto* cast = node.as<Cast>()) {
    auto [name, writer] = exporter.emit("Cast", {x}, node.output());
    writer.set("to", std::int64_t{element_type_of(cast->to)});
    return exporter.define(node.output(), name, order);
  }
  exporter.define(node.output(), exporter.emit("Identity", {x}, node.output()).first, order);
}

}  // namespace spindle::frontend
