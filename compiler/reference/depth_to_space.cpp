// Blocks of pixels from channels.
#include <span>
#include <vector>

#include "compiler/reference/move.h"
#include "compiler/reference/operators.h"

namespace spindle::reference {

ConstantPtr compute(const DepthToSpace& op, const Call& call) {
  const Shape& in = call.in(0).shape();
  const std::int64_t rows = op.block[0];
  const std::int64_t columns = op.block[1];
  std::vector<std::int64_t> source;
  for_each_index(call.out().shape, [&](std::span<const std::int64_t> index) {
    const std::int64_t y = index[1] + op.crop[0];
    const std::int64_t x = index[2] + op.crop[1];
    const std::int64_t pixel = y % rows * columns + x % columns;
    const std::int64_t run = index[3] / op.run * rows * columns + pixel;
    const std::int64_t channel = run * op.run + index[3] % op.run;
    source.push_back(((index[0] * in[1] + y / rows) * in[2] + x / columns) * in[3] + channel);
  });
  return move_elements(call, source);
}

}  // namespace spindle::reference
