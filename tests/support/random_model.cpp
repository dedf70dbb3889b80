#include "tests/support/random_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tests/support/random_layers.h"

namespace spindle::testing {
namespace {

class Maker : RandomLayers {
 public:
  Maker(std::uint64_t seed, DType type, Branches branches)
      : RandomLayers(seed, type), branches_(branches) {}

  Graph make() {
    TensorId x = input();
    x = conv(x, pick(1, 4) * 4, 3, pick(1, 2), 1, 1, true);
    const int blocks = pick(1, 5);
    for (int i = 0; i < blocks; ++i) {
      const TensorId before = x;
      x = block(x);
      if (branches_ == Branches::kNone) continue;
      switch (pick(0, 7)) {
        case 0:
          graph_.outputs.push_back(tap(x));
          break;
        case 1:
          x = fork(x);
          break;
        case 2:
          x = pyramid(before, x);
          break;
        default:
          break;
      }
    }
    x = conv(x, pick(8, 40), 1, 1, 1, 1, true);
    graph_.outputs.push_back(head(x));
    return std::move(graph_);
  }

 private:
  TensorId input() {
    Tensor t;
    t.name = "input";
    t.type = type_;
    t.shape = {1, pick(5, 24), pick(5, 24), pick(1, 4)};
    if (integer()) t.quant = quant(0.02F);
    const TensorId id = graph_.add_tensor(std::move(t));
    graph_.inputs = {id};
    return id;
  }

  TensorId conv(TensorId x, int outputs, int k, int stride, int dilation, int groups, bool act) {
    Conv op;
    const int reach = dilation * (k - 1) + 1;
    const std::int64_t room = std::min(shape(x)[1], shape(x)[2]);
    const int before = reach / 2;
    const int after = stride == 2 && before > 0 && random_.flip() ? before - 1 : before;
    op.stride = {stride, stride};
    op.dilation = {dilation, dilation};
    op.pad = {before, random_.flip() ? before : after, after, before};
    if (room + 2 * after < reach) op.pad = {reach, reach, reach, reach};
    op.groups = groups;
    if (act) op.act = random_.flip() ? Activation{0, 6} : Activation{0, INFINITY};
    if (k == 1) op.pad = {};
    const float sx = scale_of(x);
    const Shape w{outputs, k, k, shape(x)[3] / groups};
    const auto [weight, bias] = weights(w, sx);
    const TensorId out = graph_.append(name("conv"), op, {x, weight, bias});
    const auto taps = static_cast<float>(w[1] * w[2] * w[3]);
    // With this scale the outputs fill the range, and few of them saturate.
    finish(out, sx * 0.012F * std::sqrt(taps) * 60.0F);
    return out;
  }

  TensorId block(TensorId in) {
    const auto channels = static_cast<int>(shape(in)[3]);
    const int k = pick(0, 3) == 0 ? 5 : 3;
    const bool small = std::min(shape(in)[1], shape(in)[2]) < 4;
    const int stride = small ? 1 : pick(1, 2);
    const int dilation = small || pick(0, 3) != 0 ? 1 : 2;
    const bool residual = stride == 1 && random_.flip();
    TensorId x = in;
    if (pick(0, 4) != 0) x = conv(x, channels * pick(2, 6), 1, 1, 1, 1, true);
    const auto wide = static_cast<int>(shape(x)[3]);
    const int multiplier = pick(0, 9) == 0 ? 2 : 1;
    const Shape before = shape(in);
    x = conv(x, wide * multiplier, k, stride, dilation, wide, true);
    x = conv(x, residual ? channels : pick(1, 6) * 4, 1, 1, 1, 1, false);
    if (residual && shape(x) == before) {
      x = graph_.append(name("add"), Binary{BinaryKind::kAdd, {}}, {x, in});
      finish(x, integer() ? graph_.tensor(in).quant->scale[0] * 1.3F : 1);
    }
    return x;
  }

  // A head as in a detector, to be an output of the network: sometimes a depthwise convolution,
  // then a 1x1 convolution.
  TensorId tap(TensorId x) {
    const auto channels = static_cast<int>(shape(x)[3]);
    if (random_.flip()) x = conv(x, channels, 3, 1, 1, channels, true);
    return conv(x, pick(1, 9), 1, 1, 1, 1, false);
  }

  // Concatenates two branches along the channels. One has a larger receptive field than the other.
  TensorId fork(TensorId x) {
    const auto channels = static_cast<int>(shape(x)[3]);
    const TensorId near = conv(x, pick(1, 3) * 4, 1, 1, 1, 1, true);
    TensorId far = conv(x, channels, 3, 1, pick(1, 2), channels, true);
    if (shape(far)[1] != shape(near)[1] || shape(far)[2] != shape(near)[2]) return near;
    if (random_.flip()) far = conv(far, pick(1, 3) * 4, 1, 1, 1, 1, false);
    if (!integer()) return graph_.append(name("concat"), Concat{3}, {near, far});
    const Quant common = quant(std::max(scale_of(near), scale_of(far)));
    std::vector<TensorId> parts;
    for (const TensorId part : {near, far}) {
      parts.push_back(graph_.append(name("requantize"), Requantize{}, {part}));
      set_quant(parts.back(), common);
    }
    const TensorId both = graph_.append(name("concat"), Concat{3}, parts);
    set_quant(both, common);
    return both;
  }

  // A step of a feature pyramid: enlarges `small` and adds it to `large`, from which it was
  // computed.
  TensorId pyramid(TensorId large, TensorId small) {
    const auto channels = static_cast<int>(shape(small)[3]);
    const TensorId lateral = conv(large, channels, 1, 1, 1, 1, false);
    Resize resize;
    resize.kind = random_.flip() ? ResizeKind::kNearest : ResizeKind::kLinear;
    resize.coordinates = ResizeCoordinates::kAsymmetric;
    resize.nearest = ResizeNearest::kFloor;
    resize.size = {shape(lateral)[1], shape(lateral)[2]};
    const TensorId enlarged = graph_.append(name("resize"), resize, {small});
    if (integer()) set_quant(enlarged, *graph_.tensor(small).quant);
    const TensorId sum =
        graph_.append(name("merge"), Binary{BinaryKind::kAdd, {}}, {lateral, enlarged});
    finish(sum, 1.3F * std::max(scale_of(lateral), scale_of(enlarged)));
    return sum;
  }

  TensorId head(TensorId x) {
    Reduce mean{ReduceKind::kMean, {1, 2}, true, {}};
    const float scale = scale_of(x);
    x = graph_.append(name("mean"), mean, {x});
    finish(x, scale * 0.6F);
    const std::int64_t channels = shape(x)[3];
    const float mean_scale = scale * 0.6F;
    TensorId flat = graph_.append(name("flat"), Reshape{{1, channels}}, {x});
    if (integer()) set_quant(flat, *graph_.tensor(x).quant);
    const int classes = pick(2, 12);
    const auto [weight, bias] = weights({classes, channels}, mean_scale);
    x = graph_.append(name("dense"), Dense{}, {flat, weight, bias});
    finish(x, mean_scale * 0.012F * std::sqrt(static_cast<float>(channels)) * 60.0F);
    if (random_.flip()) return x;
    x = graph_.append(name("softmax"), Softmax{1}, {x});
    if (integer()) set_quant(x, Quant{{1.0F / 256}, {type_ == DType::kU8 ? 0 : -128}, -1});
    return x;
  }

  Branches branches_;
};

}  // namespace

Graph random_model(std::uint64_t seed, DType type, Branches branches) {
  return Maker(seed, type, branches).make();
}

}  // namespace spindle::testing
