#include "compiler/ir/ops.h"

namespace spindle {
namespace {

std::string_view name_of_kind(ReduceKind kind) {
  switch (kind) {
    case ReduceKind::kMean:
      return "mean";
    case ReduceKind::kSum:
      return "sum";
    case ReduceKind::kMax:
      return "reduce_max";
    case ReduceKind::kMin:
      break;
  }
  return "reduce_min";
}

std::string_view name_of_kind(BinaryKind kind) {
  constexpr std::string_view kNames[] = {"add", "sub", "mul", "div", "min", "max", "pow"};
  return kNames[static_cast<int>(kind)];
}

std::string_view name_of_kind(UnaryKind kind) {
  constexpr std::string_view kNames[] = {
      "sigmoid", "hard_sigmoid", "hard_swish", "tanh", "exp",      "log",
      "sqrt",    "reciprocal",   "neg",        "abs",  "floor",    "ceil",
      "round",   "erf",          "leaky_relu", "elu",  "softplus", "affine"};
  return kNames[static_cast<int>(kind)];
}

struct Namer {
  std::string_view operator()(const Conv&) const { return "conv"; }
  std::string_view operator()(const Dense&) const { return "dense"; }
  std::string_view operator()(const MatMul&) const { return "matmul"; }
  std::string_view operator()(const Pool& op) const {
    return op.kind == PoolKind::kMax ? "max_pool" : "average_pool";
  }
  std::string_view operator()(const Reduce& op) const { return name_of_kind(op.kind); }
  std::string_view operator()(const BatchNorm&) const { return "batch_norm"; }
  std::string_view operator()(const Binary& op) const { return name_of_kind(op.kind); }
  std::string_view operator()(const Unary& op) const { return name_of_kind(op.kind); }
  std::string_view operator()(const Clip&) const { return "clip"; }
  std::string_view operator()(const Softmax&) const { return "softmax"; }
  std::string_view operator()(const Quantize&) const { return "quantize"; }
  std::string_view operator()(const Dequantize&) const { return "dequantize"; }
  std::string_view operator()(const Requantize&) const { return "requantize"; }
  std::string_view operator()(const Table&) const { return "table"; }
  std::string_view operator()(const PartialSum&) const { return "partial_sum"; }
  std::string_view operator()(const RequantizeSum&) const { return "requantize_sum"; }
  std::string_view operator()(const Reshape&) const { return "reshape"; }
  std::string_view operator()(const Transpose&) const { return "transpose"; }
  std::string_view operator()(const Pad&) const { return "pad"; }
  std::string_view operator()(const Concat&) const { return "concat"; }
  std::string_view operator()(const Slice&) const { return "slice"; }
  std::string_view operator()(const Gather&) const { return "gather"; }
  std::string_view operator()(const Resize&) const { return "resize"; }
  std::string_view operator()(const ArgMax& op) const { return op.minimum ? "arg_min" : "arg_max"; }
  std::string_view operator()(const Detect&) const { return "detect"; }
  std::string_view operator()(const NonMaxSuppression&) const { return "non_max_suppression"; }
  std::string_view operator()(const TopK& op) const {
    return op.indices ? "top_k_indices" : "top_k";
  }
  std::string_view operator()(const Cast&) const { return "cast"; }
  std::string_view operator()(const Identity&) const { return "identity"; }
};

}  // namespace

std::string_view name_of(const Op& op) {
  return std::visit(Namer{}, op);
}

}  // namespace spindle
