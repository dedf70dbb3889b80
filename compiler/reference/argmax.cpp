// The position of the largest or smallest value along one axis.
#include "compiler/ir/index.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

template <typename T>
std::vector<std::int64_t> extreme_indices(const ArgMax& op, const Shape& shape,
                                          const std::vector<T>& x) {
  const std::size_t axis = op.axis;
  const std::int64_t stride = strides_of(shape)[axis];
  Shape heads = shape;
  heads[axis] = 1;
  const auto better = [&](T candidate, T best) {
    if (op.last_index && candidate == best) return true;
    return op.minimum ? candidate < best : candidate > best;
  };
  std::vector<std::int64_t> result;
  for (std::int64_t head : flat_indices(heads, strides_of(shape))) {
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < shape[axis]; ++i) {
      if (better(x[head + i * stride], x[head + best * stride])) {
        best = i;
      }
    }
    result.push_back(best);
  }
  return result;
}

}  // namespace

ConstantPtr compute(const ArgMax& op, const Call& call) {
  const Input& x = call.in(0);
  if (is_real(*x.tensor)) {
    const std::vector<float> values = real_values(*x.tensor, *x.value);
    return store_integers(call.out(), extreme_indices(op, x.shape(), values));
  }
  return store_integers(call.out(), extreme_indices(op, x.shape(), x.value->to_ints()));
}

}  // namespace spindle::reference
