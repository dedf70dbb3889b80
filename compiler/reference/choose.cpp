// NonMaxSuppression and TopK: operators that sort values and keep some of them.
#include <algorithm>
#include <numeric>

#include "compiler/ir/index.h"
#include "compiler/reference/boxes.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

Box box_of(const float* values, bool centered) {
  Box box;
  for (std::size_t d = 0; d < 2; ++d) {
    const float a = centered ? values[d] - values[d + 2] / 2 : values[d];
    const float b = centered ? values[d] + values[d + 2] / 2 : values[d + 2];
    box[d] = std::min(a, b);
    box[d + 2] = std::max(a, b);
  }
  return box;
}

}  // namespace

ConstantPtr compute(const NonMaxSuppression& op, const Call& call) {
  const std::vector<float> boxes = real_values(*call.in(0).tensor, *call.in(0).value);
  const std::vector<float> scores = real_values(*call.in(1).tensor, *call.in(1).value);
  const std::size_t count = call.in(0).shape()[1];
  std::vector<std::int64_t> result;
  for (std::int64_t c = 0; c < call.in(1).shape()[1]; ++c) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return scores[c * count + a] > scores[c * count + b];
    });
    std::vector<std::size_t> taken;
    for (std::size_t i : order) {
      const Box box = box_of(&boxes[i * 4], op.centered);
      const bool suppressed = std::any_of(taken.begin(), taken.end(), [&](std::size_t other) {
        return overlap(box_of(&boxes[other * 4], op.centered), box, op.overlap);
      });
      const bool full = std::ssize(taken) == op.most;
      if (!(scores[c * count + i] > op.score) || suppressed || full) continue;
      taken.push_back(i);
      result.insert(result.end(), {0, c, static_cast<std::int64_t>(i)});
    }
  }
  result.resize(call.out().elements(), -1);
  return store_integers(call.out(), std::move(result));
}

ConstantPtr compute(const TopK& op, const Call& call) {
  const Input& x = call.in(0);
  const std::vector<float> values = real_values(*x.tensor, *x.value);
  const std::size_t axis = op.axis;
  const Shape strides = strides_of(x.shape());
  const Shape out_strides = strides_of(call.out().shape);
  Shape heads = call.out().shape;
  heads[axis] = std::min<std::int64_t>(heads[axis], 1);
  const std::vector<std::int64_t> from = flat_indices(heads, strides);
  const std::vector<std::int64_t> to = flat_indices(heads, out_strides);
  std::vector<float> best(call.out().elements());
  std::vector<std::int64_t> where(best.size());
  for (std::size_t line = 0; line < from.size(); ++line) {
    const auto at = [&](std::int64_t i) { return values[from[line] + i * strides[axis]]; };
    std::vector<std::int64_t> order(x.shape()[axis]);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
      return op.smallest ? at(a) < at(b) : at(a) > at(b);
    });
    for (std::int64_t k = 0; k < op.k; ++k) {
      const std::size_t target = to[line] + k * out_strides[axis];
      where[target] = order[k];
      best[target] = at(where[target]);
    }
  }
  return op.indices ? store_integers(call.out(), std::move(where)) : store_reals(call.out(), best);
}

}  // namespace spindle::reference
