// Elementwise arithmetic and BatchNormalization.
#include <fmt/format.h>

#include "frontend/op_table.h"
#include "frontend/scalars.h"

namespace spindle::frontend {
namespace {

template <BinaryKind kind>
void convert_binary(NodeContext& node) {
  node.bind(node.emit(Binary{kind, {}}, {node.input(0), node.input(1)}));
}

// ONNX allows an exponent of another type than the base.
void convert_pow(NodeContext& node) {
  TensorId exponent = node.input(1);
  if (node.type(0) == DType::kF32 && node.type(1) != DType::kF32) {
    exponent = node.emit(Cast{DType::kF32}, {exponent}, "/exponent");
  }
  node.bind(node.emit(Binary{BinaryKind::kPow, {}}, {node.input(0), exponent}));
}

// input 0 op input 1 op input 2 ...
TensorId chain(NodeContext& node, BinaryKind kind, std::string_view last_suffix) {
  TensorId result = node.input(0);
  for (int i = 1; i < node.inputs(); ++i) {
    const bool last = i + 1 == node.inputs();
    result = node.emit(Binary{kind, {}}, {result, node.input(i)}, last ? last_suffix : "/partial");
  }
  return result;
}

template <BinaryKind kind>
void convert_chain(NodeContext& node) {
  if (node.inputs() == 1) {
    node.pass_through(0);
  } else {
    node.bind(chain(node, kind, {}));
  }
}

void convert_mean(NodeContext& node) {
  if (node.inputs() == 1) {
    node.pass_through(0);
    return;
  }
  const TensorId sum = chain(node, BinaryKind::kAdd, "/sum");
  const TensorId count = scalar(node, static_cast<float>(node.inputs()));
  node.bind(node.emit(Binary{BinaryKind::kDiv, {}}, {sum, count}));
}

template <UnaryKind kind>
void convert_unary(NodeContext& node) {
  node.bind(node.emit(Unary{kind, 0, 0}, {node.input(0)}));
}

void convert_batch_norm(NodeContext& node) {
  Attributes& attributes = node.attributes();
  BatchNorm op;
  op.epsilon = attributes.real("epsilon", 1e-5F);
  op.axis = 1;
  attributes.ignore({"momentum"});
  if (attributes.flag("training_mode", false)) refuse("training_mode is 1");
  if (node.opset() < 9 && !attributes.flag("spatial", true)) refuse("spatial is 0");
  if (!(op.epsilon >= 0)) malformed(fmt::format("attribute 'epsilon' is {}", op.epsilon));
  if (node.rank(0) < 2) mismatch("the input has no channels");
  std::vector<TensorId> inputs;
  for (int i = 0; i < 5; ++i) inputs.push_back(node.input(i));
  node.bind(node.emit(op, std::move(inputs)));
}

constexpr OpEntry kMathOperators[] = {
    {.type = "Add", .since = 7, .inputs = {2, 2}, .convert = convert_binary<BinaryKind::kAdd>},
    {.type = "Sub", .since = 7, .inputs = {2, 2}, .convert = convert_binary<BinaryKind::kSub>},
    {.type = "Mul", .since = 7, .inputs = {2, 2}, .convert = convert_binary<BinaryKind::kMul>},
    {.type = "Div", .since = 7, .inputs = {2, 2}, .convert = convert_binary<BinaryKind::kDiv>},
    {.type = "Pow", .since = 7, .inputs = {2, 2}, .convert = convert_pow},
    {.type = "Min",
     .since = 1,
     .inputs = {1, kAnyNumber},
     .convert = convert_chain<BinaryKind::kMin>},
    {.type = "Max",
     .since = 1,
     .inputs = {1, kAnyNumber},
     .convert = convert_chain<BinaryKind::kMax>},
    {.type = "Sum",
     .since = 1,
     .inputs = {1, kAnyNumber},
     .convert = convert_chain<BinaryKind::kAdd>},
    {.type = "Mean", .since = 1, .inputs = {1, kAnyNumber}, .convert = convert_mean},
    {.type = "Exp", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kExp>},
    {.type = "Log", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kLog>},
    {.type = "Sqrt", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kSqrt>},
    {.type = "Reciprocal",
     .since = 1,
     .inputs = {1, 1},
     .convert = convert_unary<UnaryKind::kReciprocal>},
    {.type = "Neg", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kNeg>},
    {.type = "Abs", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kAbs>},
    {.type = "Floor", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kFloor>},
    {.type = "Ceil", .since = 1, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kCeil>},
    {.type = "Round", .since = 11, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kRound>},
    {.type = "Erf", .since = 9, .inputs = {1, 1}, .convert = convert_unary<UnaryKind::kErf>},
    {.type = "BatchNormalization", .since = 7, .inputs = {5, 5}, .convert = convert_batch_norm},
};

}  // namespace

std::span<const OpEntry> math_operators() {
  return kMathOperators;
}

}  // namespace spindle::frontend
