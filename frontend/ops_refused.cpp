// Well-known operators that cannot be compiled, and the reasons that their diagnostics give.
#include "frontend/op_table.h"

namespace spindle::frontend {
namespace {

constexpr OpEntry refused(std::string_view type, std::string_view reason) {
  return {
      .type = type, .since = 1, .inputs = {0, kAnyNumber}, .convert = nullptr, .refusal = reason};
}

constexpr std::string_view kDynamicScale =
    "it chooses scales at run time; quantize the model with static scales instead";
constexpr std::string_view kIntegerSums =
    "it leaves int32 sums for a scale chosen at run time; quantize the model with static scales "
    "instead";
constexpr std::string_view kControlFlow = "control flow depends on values known at run time only";
constexpr std::string_view kDynamicShape =
    "the shape of its result depends on the values of its input; all shapes must be known";
constexpr std::string_view kState = "recurrent networks are not supported";

constexpr OpEntry kRefusedOperators[] = {
    refused("DynamicQuantizeLinear", kDynamicScale),
    refused("ConvInteger", kIntegerSums),
    refused("MatMulInteger", kIntegerSums),
    refused("NonZero", kDynamicShape),
    refused("Unique", kDynamicShape),
    refused("Compress", kDynamicShape),
    refused("Attention", "attention over tensors computed at run time is not supported"),
    refused("Loop", kControlFlow),
    refused("Scan", kControlFlow),
    refused("LSTM", kState),
    refused("GRU", kState),
    refused("RNN", kState),
};

}  // namespace

std::span<const OpEntry> refused_operators() {
  return kRefusedOperators;
}

}  // namespace spindle::frontend
