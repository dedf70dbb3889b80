// Kernels for Arm's DSP extension (Cortex-M4, M7, M33), int8.
#include <algorithm>

#include "compiler/lower/conv_operands.h"
#include "runtime/spindle.h"

namespace spindle {
namespace {

// MVE cores have better kernels, if any; those that are left do as well with the portable ones.
bool wants_dsp(const Target& target) {
  return target.dsp && target.fpu && !target.mve;
}

template <typename T>
std::vector<T> padded_to_even(std::vector<T> values) {
  if (values.size() % 2 != 0) values.push_back(T{});
  return values;
}

// Pointers that begin the structs of kernels made of spindle_gemm_s8_dsp.
std::vector<Field> gemm_data(Selector& s, const Node& node,
                             const std::vector<std::int32_t>& packed) {
  const Operands o = operands_of(s, node);
  const IntWeights weights = int_weights(o.w);
  const std::string& name = o.y.name;
  const auto add = [&](const char* suffix, DType type, const auto& values, const char* comment) {
    return s.add_constant(name + suffix, type, values, comment);
  };
  const int zero = weights.zero.empty() ? -1
                                        : add("_weight_zero", DType::kI32,
                                              padded_to_even(weights.zero), "per output channel");
  return {pointer_field("weights", add("_weights", DType::kI32, packed,
                                       "[pair of outputs][pair of inputs], int8 in words")),
          pointer_field("bias", add("_bias", DType::kI32, padded_to_even(folded_bias(o, weights)),
                                    "per output channel")),
          pointer_field("multiplier",
                        add("_multiplier", DType::kF32, padded_to_even(multipliers(o.x, o.w, o.y)),
                            "(sx * sw) / sy")),
          pointer_field("weight_zero", zero)};
}

// Pixels whose inputs are widened together: enough to pay for the weights' widening, few enough
// for the scratch not to matter.
std::int64_t chunk_of(std::int64_t depth, std::int64_t pixels) {
  constexpr std::int64_t kBytes = 2304;
  constexpr std::int64_t kLeast = 8;
  const std::int64_t most =
      std::clamp<std::int64_t>(kBytes / (2 * depth), kLeast, SPINDLE_GEMM_S8_DSP_PIXELS);
  const std::int64_t chunks = (pixels + most - 1) / most;
  return (pixels + chunks - 1) / chunks;
}

// The kernel of the last step gets scratch, as its argument number `position`, and needs `source`
// besides its own file.
void extend_call(Selector& s, std::int64_t scratch_bytes, std::ptrdiff_t position,
                 const char* source) {
  KernelCall& call = s.selection.calls.back().back();
  KernelArg scratch;
  scratch.kind = KernelArg::Kind::kScratch;
  call.args.insert(call.args.begin() + position, scratch);
  if (source != nullptr) call.sources.emplace_back(source);
  s.selection.steps.steps.back().scratch_bytes = scratch_bytes;
}

}  // namespace

bool lower_pointwise_s8_dsp(Selector& s, const Node& node) {
  if (!wants_dsp(s.target) || !is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const std::int64_t inputs = o.x.shape.back();
  if (inputs < 1) return false;
  const IntWeights weights = int_weights(o.w);
  std::vector<Field> fields =
      gemm_data(s, node, dsp_pairs(weights, static_cast<std::size_t>(o.w.shape[0])));
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_limits(fields, o);
  const std::int64_t depth = (inputs + 7) / 8 * 8;
  const std::int64_t rows = row_shape(o.y.shape).rows;
  const std::int64_t chunk =
      chunk_of(depth, std::max<std::int64_t>(1, o.x.elements() / inputs / rows));
  fields.push_back(int_field("chunk", chunk));
  add_pointwise_step(
      s, node, inputs,
      kernel("spindle_pw_s8_dsp", "spindle_pw_s8_dsp_params", std::move(fields), {}));
  extend_call(s, depth * (4 + 2 * chunk), 3, "spindle_gemm_s8_dsp.c");
  return true;
}

}  // namespace spindle
