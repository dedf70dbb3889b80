// Changes of representation: the real values of the input are stored with the output's type and
// Quant.
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

ConstantPtr convert(const Call& call) {
  return store_reals(call.out(), real_values(*call.in(0).tensor, *call.in(0).value));
}

}  // namespace

ConstantPtr compute(const Quantize&, const Call& call) {
  return convert(call);
}
ConstantPtr compute(const Dequantize&, const Call& call) {
  return convert(call);
}
ConstantPtr compute(const Requantize&, const Call& call) {
  return convert(call);
}

ConstantPtr compute(const Cast&, const Call& call) {
  const Input& x = call.in(0);
  if (!is_real(*x.tensor) && !is_real(call.out())) {
    return store_integers(call.out(), x.value->to_ints());
  }
  return convert(call);
}

ConstantPtr compute(const Identity&, const Call& call) {
  const Input& x = call.in(0);
  if (same_encoding(*x.tensor, call.out())) return std::make_shared<const Constant>(*x.value);
  return convert(call);
}

}  // namespace spindle::reference
