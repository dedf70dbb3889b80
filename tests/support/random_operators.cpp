#include "tests/support/random_operators.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace spindle::testing {

Quant RandomOperators::middling(float scale) {
  const int middle = type_ == DType::kU8 ? 128 : 0;
  return {{scale}, {middle + pick(-40, 40)}, -1};
}

TensorId RandomOperators::finished(TensorId out, float scale) {
  if (integer()) set_quant(out, middling(scale));
  return out;
}

TensorId RandomOperators::moved(TensorId out, TensorId x) {
  if (integer()) set_quant(out, *graph_.tensor(x).quant);
  return out;
}

TensorId RandomOperators::unary(TensorId x) {
  constexpr UnaryKind kKinds[] = {
      UnaryKind::kNeg,       UnaryKind::kAbs,      UnaryKind::kSigmoid,    UnaryKind::kAffine,
      UnaryKind::kHardSwish, UnaryKind::kTanh,     UnaryKind::kElu,        UnaryKind::kLeakyRelu,
      UnaryKind::kSoftplus,  UnaryKind::kGelu,     UnaryKind::kSelu,       UnaryKind::kMish,
      UnaryKind::kErf,       UnaryKind::kGeluTanh, UnaryKind::kHardSigmoid};
  Unary op{kKinds[pick(0, static_cast<int>(std::size(kKinds)) - 1)], 0.75F, 0.25F};
  if (op.kind == UnaryKind::kSelu) op = {UnaryKind::kSelu, 1.67326F, 1.0507F};
  const bool bounded = op.kind == UnaryKind::kSigmoid || op.kind == UnaryKind::kHardSigmoid ||
                       op.kind == UnaryKind::kTanh || op.kind == UnaryKind::kErf;
  return finished(graph_.append(name("unary"), op, {x}), bounded ? 1.0F / 120 : scale_of(x));
}

TensorId RandomOperators::prelu(TensorId x) {
  Shape of{shape(x).back()};
  const int kind = pick(0, 3);
  if (kind == 0) of = {1};
  if (kind == 1) of = shape(x);
  const TensorId slope =
      integer()
          ? graph_.add_constant(name("slope"), random_values(random_, type_, of), middling(0.005F))
          : graph_.add_constant(name("slope"), random_floats(random_, of));
  return finished(graph_.append(name("prelu"), Binary{BinaryKind::kPrelu, {}}, {x, slope}),
                  scale_of(x));
}

TensorId RandomOperators::reduce(TensorId x) {
  constexpr ReduceKind kKinds[] = {ReduceKind::kMean, ReduceKind::kSum, ReduceKind::kMax,
                                   ReduceKind::kMin};
  // The largest of 8-bit values has no kernel; passes let it be computed in float.
  Reduce op{.kind = kKinds[pick(0, integer() ? 1 : 3)], .keep_dims = pick(0, 2) > 0};
  for (int axis = 1; axis < static_cast<int>(shape(x).size()); ++axis) {
    if (random_.flip()) op.axes.push_back(axis);
  }
  if (op.axes.empty()) return unary(x);
  op.float_sum = integer() && op.kind == ReduceKind::kMean && random_.flip();
  const TensorId out = graph_.append(name("reduce"), op, {x});
  return finished(out, scale_of(x) * (op.kind == ReduceKind::kSum ? 3.0F : 0.7F));
}

TensorId RandomOperators::centred(TensorId x) {
  Reduce op{.kind = ReduceKind::kMean};
  for (int axis = 1; axis < static_cast<int>(shape(x).size()); ++axis) {
    if (pick(0, 2) > 0) op.axes.push_back(axis);
  }
  if (op.axes.empty()) return prelu(x);
  const TensorId mean = finished(graph_.append(name("mean"), op, {x}), scale_of(x) * 0.7F);
  return finished(graph_.append(name("less"), Binary{BinaryKind::kSub, {}}, {x, mean}),
                  scale_of(x));
}

TensorId RandomOperators::gather(TensorId x) {
  const auto rank = static_cast<int>(shape(x).size());
  const int axis = rank > 1 ? pick(1, rank - 1) : 0;
  const std::int64_t extent = shape(x)[static_cast<std::size_t>(axis)];
  Gather op;
  op.axis = axis;
  const int kind = pick(0, 4);
  const std::int64_t before = std::min<std::int64_t>(pick(0, 3), extent - 1);
  const std::int64_t count = kind == 4 ? pick(1, 9) : extent + before + pick(0, 2);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t from = i - before;
    const std::int64_t wrapped = (from % extent + extent) % extent;
    const std::int64_t mirrored = from < 0 ? -from : 2 * (extent - 1) - from;
    const std::int64_t clamped = std::clamp<std::int64_t>(from, 0, extent - 1);
    const bool inside = from >= 0 && from < extent;
    const bool reflects = !inside && mirrored >= 0 && mirrored < extent;
    if (kind == 0) op.indices.push_back(reflects ? mirrored : clamped);
    if (kind == 1) op.indices.push_back(clamped);
    if (kind == 2) op.indices.push_back(wrapped);
    if (kind == 3) op.indices.push_back(i % extent);
    if (kind == 4) op.indices.push_back(random_.integer(0, extent - 1));
  }
  if (graph_.tensor(x).elements() / extent * count > kMostElements) return x;
  return moved(graph_.append(name("gather"), std::move(op), {x}), x);
}

TensorId RandomOperators::depth_to_space(TensorId x) {
  if (!is_image(x)) return gather(x);
  DepthToSpace op;
  op.block = {pick(1, 3), pick(1, 3)};
  const std::int64_t phases = std::int64_t{op.block[0]} * op.block[1];
  const std::int64_t outputs = pick(1, 4);
  if (shape(x)[1] * shape(x)[2] * phases * outputs > kMostElements) return x;
  TensorId y = x;
  if (shape(x)[3] != phases * outputs) {
    // As behind ConvTranspose: a convolution makes all phases.
    if (shape(x)[3] > 60) return x;
    const int window = pick(1, 2);
    Conv conv;
    conv.pad = {window - 1, window - 1, 0, 0};
    const Shape w{phases * outputs, window, window, shape(x)[3]};
    const auto [weight, bias] = weights(w, scale_of(x));
    y = finished(graph_.append(name("phases"), conv, {x, weight, bias}), scale_of(x) * 2);
  }
  op.run = random_.flip() ? outputs : 1;
  std::array<std::int64_t, 2> most{shape(y)[1] * op.block[0], shape(y)[2] * op.block[1]};
  for (std::size_t i = 0; i < 2; ++i) {
    op.crop[i] =
        static_cast<int>(random_.integer(0, std::min<std::int64_t>(most[i], op.block[i]) - 1));
    most[i] -= op.crop[i];
    op.size[i] = most[i] - (most[i] > 1 && random_.flip() ? 1 : 0);
  }
  return moved(graph_.append(name("blocks"), op, {y}), y);
}

TensorId RandomOperators::space_to_depth(TensorId x) {
  if (!is_image(x)) return gather(x);
  const std::int64_t block = pick(2, 3);
  const Shape from = shape(x);
  if (from[1] % block != 0 || from[2] % block != 0) return depth_to_space(x);
  const std::int64_t rows = from[1] / block;
  const std::int64_t columns = from[2] / block;
  TensorId y =
      graph_.append(name("split"), Reshape{{1, rows, block, columns, block, from[3]}}, {x});
  y = graph_.append(name("gathered"), Transpose{{0, 1, 3, 2, 4, 5}}, {moved(y, x)});
  y = graph_.append(name("pixels"), Reshape{{1, rows, columns, block * block * from[3]}},
                    {moved(y, x)});
  return moved(y, x);
}

}  // namespace spindle::testing
