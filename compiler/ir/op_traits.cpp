#include "compiler/ir/op_traits.h"

#include <cstddef>
#include <iterator>

namespace spindle {
namespace {

constexpr std::string_view kReduceNames[] = {"mean", "sum", "reduce_max", "reduce_min"};
constexpr std::string_view kBinaryNames[] = {"add", "sub", "mul",   "div",
                                             "min", "max", "prelu", "pow"};
constexpr std::string_view kUnaryNames[] = {
    "sigmoid",  "hard_sigmoid", "hard_swish", "tanh", "exp",   "log",   "sqrt",       "reciprocal",
    "neg",      "abs",          "floor",      "ceil", "round", "erf",   "leaky_relu", "elu",
    "softplus", "gelu",         "gelu_tanh",  "selu", "mish",  "affine"};

// Each list has as many names as there are kinds. The checks name the last kind of each
// enumeration.
static_assert(std::size(kReduceNames) == static_cast<int>(ReduceKind::kMin) + 1);
static_assert(std::size(kBinaryNames) == static_cast<int>(BinaryKind::kPow) + 1);
static_assert(std::size(kUnaryNames) == static_cast<int>(UnaryKind::kAffine) + 1);

template <std::size_t N, typename Kind>
std::string_view name_in(const std::string_view (&names)[N], Kind kind) {
  return names[static_cast<std::size_t>(kind)];
}

constexpr OpInput kData{InputRole::kData};
constexpr OpInput kWeights{InputRole::kWeights};
constexpr OpInput kParameters{InputRole::kParameters};
constexpr OpInput kOptionalBias{InputRole::kBias, true};
constexpr OpInput kOptionalData{InputRole::kData, true};

// The table: one overload for each operator. None of them is a template that would fit any
// operator, so an operator without a row does not compile.
struct Rows {
  OpTraits operator()(const Conv&) const {
    return {.name = "conv",
            .inputs = {kData, kWeights, kOptionalBias},
            .image = true,
            .accumulates = Accumulation::kOfProducts,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Dense&) const {
    return {.name = "dense",
            .inputs = {kData, kWeights, kOptionalBias},
            .accumulates = Accumulation::kOfProducts,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const MatMul&) const {
    return {.name = "matmul", .inputs = {kData, kData}, .accumulates = Accumulation::kOfProducts};
  }
  OpTraits operator()(const Pool& op) const {
    if (op.kind == PoolKind::kMax) {
      return {.name = "max_pool",
              .inputs = {kData},
              .result = ResultKind::kSelected,
              .image = true,
              .accumulates = Accumulation::kOfElements,
              .eight_bit = EightBit::kSameQuant,
              .commutes_with_quantize = true};
    }
    return {.name = "average_pool",
            .inputs = {kData},
            .image = true,
            .accumulates = Accumulation::kOfElements,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Reduce& op) const {
    const bool selects = op.kind == ReduceKind::kMax || op.kind == ReduceKind::kMin;
    return {.name = name_in(kReduceNames, op.kind),
            .inputs = {kData},
            .result = selects ? ResultKind::kSelected : ResultKind::kComputed,
            .layout = op.keep_dims ? Layout::kFollows : Layout::kFixed,
            .accumulates = Accumulation::kOfElements,
            .eight_bit = selects ? EightBit::kInFloat : EightBit::kOwnRule,
            .reads_codes = op.to_float};
  }
  OpTraits operator()(const BatchNorm&) const {
    return {.name = "batch_norm",
            .inputs = {kData, kParameters, kParameters, kParameters, kParameters},
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kNone};
  }
  OpTraits operator()(const Binary& op) const {
    return {.name = name_in(kBinaryNames, op.kind),
            .inputs = {kData, kData},
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = op.kind == BinaryKind::kPow ? EightBit::kInFloat : EightBit::kOwnRule};
  }
  OpTraits operator()(const Unary& op) const {
    return {.name = name_in(kUnaryNames, op.kind),
            .inputs = {kData},
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Clip&) const {
    return {.name = "clip",
            .inputs = {kData},
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Softmax&) const {
    return {.name = "softmax",
            .inputs = {kData},
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Quantize&) const {
    return {.name = "quantize",
            .inputs = {kData},
            .result = ResultKind::kConverted,
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kBoundary,
            .output = OutputType::kCodes};
  }
  OpTraits operator()(const Dequantize&) const {
    return {.name = "dequantize",
            .inputs = {kData},
            .result = ResultKind::kConverted,
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kBoundary};
  }
  OpTraits operator()(const Requantize&) const {
    return {.name = "requantize",
            .inputs = {kData},
            .result = ResultKind::kConverted,
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Table& op) const {
    const bool one_function = op.axis < 0;
    // With several functions, kernels need dimension `axis` to be the last one. So the layout must
    // not change.
    return {.name = "table",
            .inputs = {kData, kParameters},
            .result = ResultKind::kConverted,
            .elementwise = one_function,
            .layout = one_function ? Layout::kFollows : Layout::kFixed,
            .eight_bit = EightBit::kBoundary};
  }
  OpTraits operator()(const PartialSum&) const {
    return {.name = "partial_sum",
            .inputs = {kData, kWeights, kOptionalBias, kOptionalData},
            .image = true,
            .accumulates = Accumulation::kOfProducts,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const RequantizeSum&) const {
    return {.name = "requantize_sum",
            .inputs = {kData},
            .result = ResultKind::kConverted,
            .elementwise = true,
            .image = true,
            .eight_bit = EightBit::kOwnRule};
  }
  OpTraits operator()(const Reshape&) const {
    return {.name = "reshape",
            .inputs = {kData},
            .result = ResultKind::kSameElements,
            .layout = Layout::kChanges,
            .eight_bit = EightBit::kSameQuant,
            .commutes_with_quantize = true,
            .plain_integers = true};
  }
  OpTraits operator()(const Transpose&) const {
    return {.name = "transpose",
            .inputs = {kData},
            .result = ResultKind::kPermuted,
            .layout = Layout::kChanges,
            .eight_bit = EightBit::kSameQuant,
            .commutes_with_quantize = true,
            .plain_integers = true};
  }
  OpTraits operator()(const Pad&) const {
    return {.name = "pad",
            .inputs = {kData},
            .result = ResultKind::kCopied,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kSameQuant,
            .commutes_with_quantize = true};
  }
  OpTraits operator()(const Concat&) const {
    return {.name = "concat",
            .inputs = {kData},
            .variadic = true,
            .result = ResultKind::kCopied,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kSameQuant,
            .plain_integers = true};
  }
  OpTraits operator()(const Slice&) const {
    return {.name = "slice",
            .inputs = {kData},
            .result = ResultKind::kCopied,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kSameQuant,
            .commutes_with_quantize = true,
            .plain_integers = true};
  }
  OpTraits operator()(const Gather&) const {
    return {.name = "gather",
            .inputs = {kData},
            .result = ResultKind::kCopied,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kSameQuant,
            .commutes_with_quantize = true,
            .plain_integers = true};
  }
  OpTraits operator()(const Resize& op) const {
    const bool copies = op.kind == ResizeKind::kNearest;
    const bool on_codes = op.kind == ResizeKind::kLinearOnCodes;
    return {.name = "resize",
            .inputs = {kData},
            .result = copies ? ResultKind::kCopied : ResultKind::kComputed,
            .image = true,
            .accumulates = copies ? Accumulation::kNone : Accumulation::kOfElements,
            .eight_bit = copies || on_codes ? EightBit::kSameQuant : EightBit::kOwnRule,
            .output = on_codes ? OutputType::kInferred : OutputType::kEightBitAlike};
  }
  OpTraits operator()(const DepthToSpace&) const {
    return {.name = "depth_to_space",
            .inputs = {kData},
            .result = ResultKind::kCopied,  // cropped
            .image = true,
            .eight_bit = EightBit::kSameQuant,
            .commutes_with_quantize = true};
  }
  OpTraits operator()(const ArgMax& op) const {
    return {.name = op.minimum ? "arg_min" : "arg_max",
            .inputs = {kData},
            .result = ResultKind::kPositions,
            .layout = op.keep_dims ? Layout::kFollows : Layout::kFixed,
            .eight_bit = EightBit::kOwnRule,
            .reads_codes = true,
            .plain_integers = true,
            .output = OutputType::kAnyInteger};
  }
  OpTraits operator()(const Detect&) const {
    return {.name = "detect",
            .inputs = {kData, kData, kParameters},
            .eight_bit = EightBit::kOwnRule,
            .reads_codes = true};
  }
  OpTraits operator()(const NonMaxSuppression&) const {
    return {
        .name = "non_max_suppression", .inputs = {kData, kData}, .result = ResultKind::kPositions};
  }
  OpTraits operator()(const TopK& op) const {
    return {.name = op.indices ? "top_k_indices" : "top_k",
            .inputs = {kData},
            .result = op.indices ? ResultKind::kPositions : ResultKind::kSelected};
  }
  OpTraits operator()(const Cast&) const {
    return {.name = "cast",
            .inputs = {kData},
            .result = ResultKind::kConverted,
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kNone,
            .plain_integers = true,
            .output = OutputType::kInferred};
  }
  OpTraits operator()(const Identity&) const {
    return {.name = "identity",
            .inputs = {kData},
            .result = ResultKind::kSameElements,
            .elementwise = true,
            .layout = Layout::kFollows,
            .eight_bit = EightBit::kSameQuant,
            .plain_integers = true};
  }
};

}  // namespace

OpTraits traits_of(const Op& op) {
  return std::visit(Rows{}, op);
}

std::string_view name_of(const Op& op) {
  return traits_of(op).name;
}

}  // namespace spindle
