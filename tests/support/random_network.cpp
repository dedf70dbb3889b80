#include "tests/support/random_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "tests/support/random_operators.h"

namespace spindle::testing {
namespace {

class Maker : RandomOperators {
 public:
  Maker(std::uint64_t seed, DType type) : RandomOperators(seed, type) {}

  Graph make() {
    const int inputs = pick(0, 3) == 0 ? 2 : 1;
    for (int i = 0; i < inputs; ++i) known_.push_back(input());
    TensorId x = known_[0];
    const int operators = pick(2, 9);
    for (int i = 0; i < operators; ++i) {
      if (pick(0, 5) == 0) x = any_known();
      x = any(x);
      if (pick(0, 4) == 0) x = reshape(x);
      known_.push_back(x);
      if (pick(0, 7) == 0) add_output(x);
    }
    add_output(integer() && pick(0, 5) == 0 ? arg_max(x) : x);
    graph_.remove_dead();
    for (const TensorId id : graph_.inputs) {  // every input must be read
      if (Uses(graph_).users(id).empty()) add_output(elementwise(id));
    }
    return std::move(graph_);
  }

 private:
  // A small extent, often 1.
  std::int64_t extent(int most) { return pick(0, 4) == 0 ? 1 : pick(1, most); }
  TensorId any_known() {
    return known_[static_cast<std::size_t>(pick(0, static_cast<int>(known_.size()) - 1))];
  }

  void add_output(TensorId x) {
    const auto& outputs = graph_.outputs;
    if (graph_.is_input(x) || std::find(outputs.begin(), outputs.end(), x) != outputs.end()) return;
    graph_.outputs.push_back(x);
  }

  TensorId input() {
    Tensor t;
    t.name = "input";
    t.type = type_;
    t.shape = {1, extent(12), extent(12), extent(9)};
    if (integer()) t.quant = middling(0.02F);
    const TensorId id = graph_.add_tensor(std::move(t));
    graph_.inputs.push_back(id);
    return id;
  }

  TensorId any(TensorId x) {
    switch (pick(0, 22)) {
      case 0:
      case 1:
        return conv(x);
      case 2:
        return depthwise(x);
      case 3:
        return pool(x);
      case 4:
        return resize(x);
      case 5:
        return reshape(x);
      case 6:
        return transpose(x);
      case 7:
        return pad(x);
      case 8:
        return slice(x);
      case 9:
      case 10:
        return concat(x);
      case 11:
        return with_constant(x);
      case 12:
        return with_other(x);
      case 13:
        return softmax(x);
      case 14:
        return dense(x);
      case 15:
        return excited(x);
      case 16:
        return prelu(x);
      case 17:
        return reduce(x);
      case 18:
        return centred(x);
      case 19:
        return gather(x);
      case 20:
        return depth_to_space(x);
      case 21:
        return space_to_depth(x);
      default:
        return chain(x);
    }
  }

  // A chain of element-wise operators.
  TensorId chain(TensorId x) {
    const int length = pick(1, 3);
    for (int i = 0; i < length; ++i) x = pick(0, 3) == 0 ? with_constant(x) : elementwise(x);
    return x;
  }

  TensorId elementwise(TensorId x) {
    const float scale = scale_of(x);
    if (pick(0, 3) == 0) {
      const TensorId out = graph_.append(name("clip"), Clip{{-30 * scale, 60 * scale}}, {x});
      return pick(0, 1) == 0 ? moved(out, x) : finished(out, scale);
    }
    return unary(x);
  }

  TensorId reshape(TensorId x) {
    std::int64_t left = graph_.tensor(x).elements();
    const auto part = [&] {
      std::vector<std::int64_t> divisors{1};
      for (std::int64_t d = 2; d <= left; ++d) {
        if (left % d == 0) divisors.push_back(d);
      }
      const auto at = static_cast<std::size_t>(pick(0, static_cast<int>(divisors.size()) - 1));
      left /= divisors[at];
      return divisors[at];
    };
    Shape to;
    const int kind = pick(0, 5);
    if (kind == 0) {
      to = {1, left};
    } else if (kind == 1) {
      to = {part(), left};
    } else if (kind == 2) {
      to = {1, part(), left};
    } else {  // an image, sometimes with as many rows as `x`
      const bool rows = is_image(x) && pick(0, 1) == 0;
      const std::int64_t first = rows ? shape(x)[1] : part();
      if (rows) left /= first;
      const std::int64_t second = part();
      to = {1, first, second, left};
    }
    return moved(graph_.append(name("reshape"), Reshape{to}, {x}), x);
  }

  TensorId transpose(TensorId x) {
    std::vector<int> perm(shape(x).size());
    std::iota(perm.begin(), perm.end(), 0);
    for (std::size_t i = perm.size(); i-- > 2;) {  // the first dimension keeps its place
      std::swap(perm[i], perm[static_cast<std::size_t>(pick(1, static_cast<int>(i)))]);
    }
    return moved(graph_.append(name("transpose"), Transpose{perm}, {x}), x);
  }

  TensorId pad(TensorId x) {
    Pad op;
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < shape(x).size(); ++i) {
      const bool grows = i > 0 && random_.flip();
      op.before.push_back(grows ? pick(0, 2) : 0);
      op.after.push_back(grows ? pick(0, 2) : 0);
      elements *= shape(x)[i] + op.before.back() + op.after.back();
    }
    if (elements > kMostElements) return x;
    return moved(graph_.append(name("pad"), op, {x}), x);
  }

  TensorId slice(TensorId x) {
    Slice op;
    for (std::size_t i = 0; i < shape(x).size(); ++i) {
      const std::int64_t extent = shape(x)[i];
      const std::int64_t start = pick(0, 2) == 0 ? random_.integer(0, extent - 1) : 0;
      const std::int64_t step = pick(0, 3) == 0 ? 2 : 1;
      op.start.push_back(start);
      op.step.push_back(step);
      op.count.push_back((extent - start + step - 1) / step);
    }
    return moved(graph_.append(name("slice"), op, {x}), x);
  }

  // Concatenates `x` with one to three tensors whose shapes differ along the axis only.
  TensorId concat(TensorId x) {
    const auto rank = static_cast<int>(shape(x).size());
    const int axis = pick(rank > 1 ? 1 : 0, rank - 1);
    const auto fits = [&](TensorId id) {
      Shape other = shape(id);
      if (other.size() != shape(x).size()) return false;
      other[static_cast<std::size_t>(axis)] = shape(x)[static_cast<std::size_t>(axis)];
      return other == shape(x);
    };
    std::vector<TensorId> parts{x};
    for (int tries = pick(1, 6); tries > 0; --tries) {
      const TensorId id = any_known();
      if (parts.size() < 4 && fits(id)) parts.push_back(id);
    }
    if (parts.size() == 1) parts.push_back(elementwise(x));
    if (random_.flip()) std::reverse(parts.begin(), parts.end());
    std::int64_t elements = 0;
    for (TensorId& part : parts) {
      elements += graph_.tensor(part).elements();
      if (!integer() || graph_.tensor(part).quant == graph_.tensor(x).quant) continue;
      part = moved(graph_.append(name("requantize"), Requantize{}, {part}), x);
    }
    if (elements > kMostElements) return x;
    return moved(graph_.append(name("concat"), Concat{axis}, parts), x);
  }

  BinaryKind binary() {
    constexpr BinaryKind kKinds[] = {BinaryKind::kAdd, BinaryKind::kMul, BinaryKind::kSub,
                                     BinaryKind::kMax, BinaryKind::kMin};
    return kKinds[pick(0, 4)];
  }
  TensorId combined(TensorId a, TensorId b) {
    const float scale = std::max(scale_of(a), scale_of(b)) * 1.3F;
    BinaryKind kind = binary();
    // Floats less their own Mish are nothing but rounding errors.
    const bool related = !graph_.tensor(a).constant && !graph_.tensor(b).constant;
    if (kind == BinaryKind::kSub && related && !integer()) kind = BinaryKind::kMul;
    const TensorId out = graph_.append(name("binary"), Binary{kind, {}}, {a, b});
    return finished(out, scale);
  }

  // Combines `x` with a constant that is broadcast along some, all or none of the dimensions.
  TensorId with_constant(TensorId x) {
    Shape of = shape(x);
    for (std::int64_t& extent : of) {
      if (random_.flip()) extent = 1;
    }
    while (of.size() > 1 && of[0] == 1 && random_.flip()) of.erase(of.begin());
    const TensorId constant =
        integer()
            ? graph_.add_constant(name("c"), random_values(random_, type_, of), middling(0.02F))
            : graph_.add_constant(name("c"), random_floats(random_, of));
    return random_.flip() ? combined(x, constant) : combined(constant, x);
  }

  TensorId with_other(TensorId x) {
    for (int tries = 0; tries < 8; ++tries) {
      const TensorId other = any_known();
      const Shape& from = shape(other);
      bool fits = other != x && from.size() <= shape(x).size();
      for (std::size_t i = 0; fits && i < from.size(); ++i) {
        const std::int64_t extent = shape(x)[shape(x).size() - from.size() + i];
        fits = from[i] == 1 || from[i] == extent;
      }
      if (fits) return random_.flip() ? combined(x, other) : combined(other, x);
    }
    return combined(x, elementwise(x));
  }

  TensorId softmax(TensorId x) {
    const int axis = pick(0, static_cast<int>(shape(x).size()) - 1);
    const TensorId out = graph_.append(name("softmax"), Softmax{axis}, {x});
    if (integer()) set_quant(out, {{1.0F / 256}, {type_ == DType::kU8 ? 0 : -128}, -1});
    return out;
  }

  TensorId arg_max(TensorId x) {
    const int axis = pick(0, static_cast<int>(shape(x).size()) - 1);
    return graph_.append(name("arg_max"), ArgMax{axis, random_.flip(), random_.flip(), false}, {x});
  }

  TensorId dense(TensorId x) {
    const std::int64_t inputs = shape(x).back();
    if (inputs > 400) return chain(x);
    const auto [weight, bias] = weights({pick(1, 12), inputs}, scale_of(x));
    return finished(graph_.append(name("dense"), Dense{}, {x, weight, bias}),
                    scale_of(x) * 0.7F * std::sqrt(static_cast<float>(inputs)));
  }

  // A window along one dimension that fits into the padded extent.
  struct Window {
    int kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
  };
  Window window(std::int64_t extent) {
    Window w;
    if (pick(0, 2) == 0) return w;
    w.kernel = pick(1, 5);
    w.stride = pick(1, 3);
    w.dilation = pick(0, 4) == 0 ? 2 : 1;
    // Sometimes the padding exceeds the window. Then some outputs see padding only.
    const int most = w.kernel - 1 + (pick(0, 5) == 0 ? 4 : 0);
    w.before = pick(0, most);
    w.after = pick(0, most);
    const int reach = w.dilation * (w.kernel - 1) + 1;
    if (extent + w.before + w.after < reach) return {};
    return w;
  }

  TensorId conv_of(TensorId x, int outputs, int groups) {
    const Window rows = window(shape(x)[1]);
    const Window columns = window(shape(x)[2]);
    Conv op;
    op.stride = {rows.stride, columns.stride};
    op.dilation = {rows.dilation, columns.dilation};
    op.pad = {rows.before, columns.before, rows.after, columns.after};
    op.groups = groups;
    if (random_.flip()) op.act = {0, 6};
    const Shape w{outputs, rows.kernel, columns.kernel, shape(x)[3] / groups};
    const auto taps = static_cast<float>(w[1] * w[2] * w[3]);
    const auto [weight, bias] = weights(w, scale_of(x));
    return finished(graph_.append(name("conv"), op, {x, weight, bias}),
                    scale_of(x) * 0.7F * std::sqrt(taps));
  }

  TensorId conv(TensorId x) {
    if (!is_image(x) || shape(x)[3] > 60) return dense(x);
    const auto channels = static_cast<int>(shape(x)[3]);
    const int groups = channels % 2 == 0 && pick(0, 3) == 0 ? 2 : 1;
    return conv_of(x, groups * pick(1, 10), groups);
  }

  TensorId depthwise(TensorId x) {
    if (!is_image(x) || shape(x)[3] > 60) return chain(x);
    const auto channels = static_cast<int>(shape(x)[3]);
    return conv_of(x, channels * (pick(0, 4) == 0 ? 2 : 1), channels);
  }

  TensorId pool(TensorId x) {
    if (!is_image(x)) return softmax(x);
    const Window rows = window(shape(x)[1]);
    const Window columns = window(shape(x)[2]);
    Pool op;
    op.kind = random_.flip() ? PoolKind::kMax : PoolKind::kAverage;
    op.kernel = {rows.kernel, columns.kernel};
    op.stride = {rows.stride, columns.stride};
    op.pad = {std::min(rows.before, rows.kernel / 2), std::min(columns.before, columns.kernel / 2),
              std::min(rows.after, rows.kernel / 2), std::min(columns.after, columns.kernel / 2)};
    op.count_include_pad = op.kind == PoolKind::kAverage && random_.flip();
    if (shape(x)[1] + op.pad.top + op.pad.bottom < rows.kernel) return chain(x);
    if (shape(x)[2] + op.pad.left + op.pad.right < columns.kernel) return chain(x);
    const TensorId out = graph_.append(name("pool"), op, {x});
    return op.kind == PoolKind::kMax ? moved(out, x) : finished(out, scale_of(x));
  }

  TensorId resize(TensorId x) {
    if (!is_image(x)) return reshape(x);
    Resize op;
    constexpr ResizeCoordinates kCoordinates[] = {
        ResizeCoordinates::kAsymmetric, ResizeCoordinates::kHalfPixel,
        ResizeCoordinates::kPytorchHalfPixel, ResizeCoordinates::kAlignCorners};
    constexpr ResizeKind kKinds[] = {ResizeKind::kNearest, ResizeKind::kLinear,
                                     ResizeKind::kLinearOnCodes};
    op.kind = kKinds[pick(0, integer() ? 2 : 1)];
    op.coordinates = kCoordinates[pick(0, 3)];
    op.nearest = random_.flip() ? ResizeNearest::kFloor : ResizeNearest::kRoundPreferCeil;
    op.size = {random_.integer(1, 2 * shape(x)[1] + 1), random_.integer(1, 2 * shape(x)[2] + 1)};
    if (op.size[0] * op.size[1] * shape(x)[3] > kMostElements) return chain(x);
    return moved(graph_.append(name("resize"), op, {x}), x);
  }

  TensorId mean(TensorId x) {
    std::vector<std::vector<int>> steps{{1, 2}};
    if (pick(0, 3) == 0) steps = {{2}, {1}};
    for (std::vector<int>& axes : steps) {
      const Reduce op{ReduceKind::kMean, std::move(axes), true, {}};
      x = finished(graph_.append(name("mean"), op, {x}), scale_of(x));
    }
    return x;
  }

  // Squeeze-and-excite, or only the mean that it begins with.
  TensorId excited(TensorId x) {
    if (!is_image(x) || shape(x)[3] > 60) return dense(x);
    const TensorId squeezed = mean(x);
    if (pick(0, 3) == 0) return squeezed;
    const TensorId factors = finished(
        graph_.append(name("factors"), Unary{UnaryKind::kSigmoid, 0, 0}, {squeezed}), 1.0F / 256);
    return combined(x, factors);
  }

  std::vector<TensorId> known_;
};

}  // namespace

Graph random_network(std::uint64_t seed, DType type) {
  return Maker(seed, type).make();
}

}  // namespace spindle::testing
