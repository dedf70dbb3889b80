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
    {"Add", 7, 2, 2, convert_binary<BinaryKind::kAdd>},
    {"Sub", 7, 2, 2, convert_binary<BinaryKind::kSub>},
    {"Mul", 7, 2, 2, convert_binary<BinaryKind::kMul>},
    {"Div", 7, 2, 2, convert_binary<BinaryKind::kDiv>},
    {"Pow", 7, 2, 2, convert_pow},
    {"Min", 1, 1, kAnyNumber, convert_chain<BinaryKind::kMin>},
    {"Max", 1, 1, kAnyNumber, convert_chain<BinaryKind::kMax>},
    {"Sum", 1, 1, kAnyNumber, convert_chain<BinaryKind::kAdd>},
    {"Mean", 1, 1, kAnyNumber, convert_mean},
    {"Exp", 1, 1, 1, convert_unary<UnaryKind::kExp>},
    {"Log", 1, 1, 1, convert_unary<UnaryKind::kLog>},
    {"Sqrt", 1, 1, 1, convert_unary<UnaryKind::kSqrt>},
    {"Reciprocal", 1, 1, 1, convert_unary<UnaryKind::kReciprocal>},
    {"Neg", 1, 1, 1, convert_unary<UnaryKind::kNeg>},
    {"Abs", 1, 1, 1, convert_unary<UnaryKind::kAbs>},
    {"Floor", 1, 1, 1, convert_unary<UnaryKind::kFloor>},
    {"Ceil", 1, 1, 1, convert_unary<UnaryKind::kCeil>},
    {"Round", 11, 1, 1, convert_unary<UnaryKind::kRound>},
    {"Erf", 9, 1, 1, convert_unary<UnaryKind::kErf>},
    {"BatchNormalization", 7, 5, 5, convert_batch_norm},
};

}  // namespace

std::span<const OpEntry> math_operators() {
  return kMathOperators;
}

}  // namespace spindle::frontend
