#include "compiler/reference/move.h"

#include <algorithm>
#include <cstring>

#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// `fill` as one element of `out`, which must not be quantized per channel.
ConstantPtr encode(const Tensor& out, float fill) {
  Tensor element;
  element.type = out.type;
  element.quant = out.quant;
  return store_reals(element, {fill});
}

ConstantPtr move_reals(const Call& call, const std::vector<std::int64_t>& source, float fill) {
  const std::vector<float> x = real_values(*call.in(0).tensor, *call.in(0).value);
  std::vector<float> y(source.size(), fill);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (source[i] != kFill) y[i] = x[source[i]];
  }
  return store_reals(call.out(), y);
}

}  // namespace

ConstantPtr move_elements(const Call& call, const std::vector<std::int64_t>& source, float fill) {
  const Tensor& out = call.out();
  const bool filled = std::find(source.begin(), source.end(), kFill) != source.end();
  const bool per_channel = out.quant && !out.quant->per_tensor();
  if (!same_encoding(*call.in(0).tensor, out) || (filled && per_channel)) {
    return move_reals(call, source, fill);
  }
  const std::size_t size = size_of(out.type);
  const ConstantPtr fill_element = filled ? encode(out, fill) : nullptr;
  const std::byte* in = call.in(0).value->bytes().data();
  std::vector<std::byte> bytes(source.size() * size);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const std::byte* from =
        source[i] == kFill ? fill_element->bytes().data() : in + source[i] * size;
    std::memcpy(bytes.data() + i * size, from, size);
  }
  return std::make_shared<const Constant>(out.type, out.shape, std::move(bytes));
}

}  // namespace spindle::reference
