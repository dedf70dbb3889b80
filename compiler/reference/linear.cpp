#include "compiler/reference/linear.h"

#include "compiler/ir/diagnostics.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

bool is_integer_linear(const Call& call) {
  const Tensor& w = *call.in(1).tensor;
  const bool quantized_weights = is_quantized_type(w.type) && w.quant.has_value() &&
                                 (w.quant->per_tensor() || w.quant->axis == 0);
  const bool integer_bias = !call.has(2) || call.in(2).tensor->type == DType::kI32;
  return is_quantized(*call.in(0).tensor) && quantized_weights && integer_bias &&
         is_quantized(call.out());
}

Requantizer linear_requantizer(const Call& call, const Activation& act) {
  const Quant& y = *call.out().quant;
  const float sx = call.in(0).tensor->quant->scale.front();
  Requantizer result{{}, y.zero_point.front(), quantized_limits(act, call.out().type, y)};
  for (float sw : call.in(1).tensor->quant->scale) {
    const float product = sx * sw;
    result.multiplier.push_back(product / y.scale.front());
  }
  return result;
}

std::vector<float> real_bias(const Call& call, std::int64_t channels) {
  if (!call.has(2)) return std::vector<float>(channels, 0.0F);
  std::vector<float> bias = real_values(*call.in(2).tensor, *call.in(2).value);
  check_internal(static_cast<std::int64_t>(bias.size()) == channels, "reference: bias extent");
  return bias;
}

std::vector<std::uint32_t> integer_bias(const Call& call, std::int64_t channels) {
  std::vector<std::uint32_t> bias(channels, 0);
  if (!call.has(2)) return bias;
  check_internal(call.in(2).value->size() == channels, "reference: bias extent");
  for (std::size_t o = 0; o < bias.size(); ++o) {
    bias[o] = static_cast<std::uint32_t>(call.in(2).value->as_int(static_cast<std::int64_t>(o)));
  }
  return bias;
}

}  // namespace spindle::reference
