#include "tests/support/kernel_conv.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"

namespace spindle::testing {

namespace {

// Copies weights [O,KH,KW,I] so that weight (o, tap, i) is at index `place(o, tap, i)`.
template <typename T, typename Place>
std::vector<T> reorder(const Constant& weights, std::size_t size, Place place) {
  std::vector<T> result(size, T{});
  const Shape& shape = weights.shape();
  const std::int64_t taps = shape[1] * shape[2];
  std::int64_t from = 0;
  for (std::int64_t o = 0; o < shape[0]; ++o) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      for (std::int64_t i = 0; i < shape[3]; ++i) {
        result[static_cast<std::size_t>(place(o, tap, i))] =
            weights.as<T>()[static_cast<std::size_t>(from++)];
      }
    }
  }
  return result;
}

// Weights in the order [KH][KW][I][O].
template <typename T>
std::vector<T> outputs_innermost(const Constant& weights) {
  const std::int64_t outputs = weights.shape()[0], depth = weights.shape()[3];
  return reorder<T>(weights, static_cast<std::size_t>(weights.size()),
                    [=](auto o, auto tap, auto i) { return (tap * depth + i) * outputs + o; });
}

std::vector<float> panels(const Constant& weights) {
  constexpr std::int64_t kPanel = SPINDLE_PW_F32_PANEL;
  const std::int64_t outputs = weights.shape()[0], depth = weights.shape()[3];
  const std::int64_t size = (outputs + kPanel - 1) / kPanel * kPanel * depth;
  return reorder<float>(weights, static_cast<std::size_t>(size), [=](auto o, auto, auto i) {
    return (o / kPanel * depth + i) * kPanel + o % kPanel;
  });
}

Shape input_shape(const ConvCase& c) {
  return {1, c.height, c.width, c.in_channels};
}
Shape weight_shape(const ConvCase& c) {
  return {c.out_channels, c.kernel_h, c.kernel_w, c.in_channels / c.op.groups};
}

// Sets the members that the int8 and the float parameters have in common.
template <typename Params>
void set_geometry(Params& p, const ConvCase& c, const Constant& expected) {
  p.in_width = c.width;
  p.in_channels = c.in_channels;
  p.out_width = static_cast<std::int32_t>(expected.shape()[2]);
  p.out_channels = c.out_channels;
  p.groups = c.op.groups;
  p.kernel_h = c.kernel_h;
  p.kernel_w = c.kernel_w;
  p.stride_h = c.op.stride[0];
  p.stride_w = c.op.stride[1];
  p.dilation_h = c.op.dilation[0];
  p.dilation_w = c.op.dilation[1];
  p.pad_top = c.op.pad.top;
  p.pad_left = c.op.pad.left;
}

// Computes all output rows with a window kernel. Its input is in a ring buffer.
template <typename Params, typename Kernel>
void run_rows(Kernel kernel, Params& p, const ConvCase& c, const Constant& input,
              const Constant& expected, KernelBuffer& out) {
  const int reach = c.op.dilation[0] * (c.kernel_h - 1) + 1;
  RingFeeder ring(input, c.ring < 0 ? reach : c.ring);
  p.in = ring.rows();
  const std::int64_t rows = expected.shape()[1];
  const auto row_bytes = static_cast<std::int64_t>(expected.bytes().size()) / rows;
  for (std::int64_t y = 0; y < rows; ++y) {
    ring.feed(y * c.op.stride[0] - c.op.pad.top + reach - 1);
    // Two calls for each row, because a fused step computes a row in tiles of columns.
    const auto width = static_cast<std::int32_t>(expected.shape()[2]);
    const std::int32_t first = width / 3;
    const std::int64_t pixel_bytes = row_bytes / width;
    const auto row = static_cast<std::int32_t>(y);
    kernel(&p, ring.base(), out.at(y * row_bytes), row, 0, first);
    kernel(&p, ring.base(), out.at(y * row_bytes + first * pixel_bytes), row, first, width - first);
  }
}

struct QuantizedConv {
  ConstantPtr x, w, bias, expected;
  float x_scale = 0.05F, y_scale = 0;
  std::vector<float> w_scale;
  std::vector<std::int32_t> w_zero;
  std::vector<float> multiplier;  // one for each output channel
  QuantLimits limits{};
};

ConstantPtr random_s8(const ConvCase& c, Random& random, DType type, Shape shape) {
  if (!c.extreme_values) return random_values(random, type, shape);
  std::vector<std::int64_t> values(static_cast<std::size_t>(element_count(shape)));
  for (auto& value : values) value = random.flip() ? min_of(type) : max_of(type);
  return Constant::ints(type, std::move(shape), values);
}

ConstantPtr at_least(int least, const Constant& weights) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < weights.size(); ++i) {
    values.push_back(std::max<std::int64_t>(weights.as_int(i), least));
  }
  return Constant::ints(weights.type(), weights.shape(), values);
}

QuantizedConv make_quantized(const ConvCase& c, Random& random) {
  QuantizedConv q;
  q.x = random_s8(c, random, c.type, input_shape(c));
  q.w = at_least(c.least_weight, *random_s8(c, random, DType::kI8, weight_shape(c)));
  q.bias = random_integers(random, DType::kI32, {c.out_channels}, -20000, 20000);
  const auto scales = static_cast<std::size_t>(c.per_channel ? c.out_channels : 1);
  for (std::size_t i = 0; i < scales; ++i) {
    q.w_scale.push_back(0.02F * random.real(0.5F, 1.5F));
    q.w_zero.push_back(c.weight_zeros ? static_cast<std::int32_t>(random.integer(-128, 127)) : 0);
  }
  q.y_scale = q.x_scale * 0.02F / c.multiplier;
  for (std::size_t o = 0; o < static_cast<std::size_t>(c.out_channels); ++o) {
    const float product = q.x_scale * q.w_scale[c.per_channel ? o : 0];
    q.multiplier.push_back(product / q.y_scale);
  }
  Conv op = c.op;
  op.act.lo *= q.y_scale;
  op.act.hi *= q.y_scale;
  const Quant y_quant{{q.y_scale}, {c.out_zero}, -1};
  q.limits = quantized_limits(op.act, c.type, y_quant);
  q.expected = evaluate_op(op,
                           {{q.x, Quant{{q.x_scale}, {c.in_zero}, -1}},
                            {q.w, Quant{q.w_scale, q.w_zero, c.per_channel ? 0 : -1}},
                            {q.bias, std::nullopt}},
                           Output{c.type, y_quant});
  return q;
}

// The bias of the 1x1 kernel, which includes the contribution of the input's zero point.
std::vector<std::int32_t> pointwise_bias(const QuantizedConv& q, const ConvCase& c, int in_zero) {
  std::vector<std::int32_t> bias;
  const auto weights = q.w->as<std::int8_t>();
  for (int o = 0; o < c.out_channels; ++o) {
    const std::int32_t zero = q.w_zero[c.per_channel ? static_cast<std::size_t>(o) : 0];
    std::int32_t sum = 0;
    for (int k = 0; k < c.in_channels; ++k) {
      sum += weights[static_cast<std::size_t>(o * c.in_channels + k)] - zero;
    }
    bias.push_back(static_cast<std::int32_t>(q.bias->as_int(o)) - in_zero * sum);
  }
  return bias;
}

}  // namespace

std::string ConvCase::describe() const {
  return fmt::format(
      "{}x{}x{} -> {} channels, kernel {}x{}, stride {}x{}, dilation {}x{}, pad {},{},{},{}, "
      "{} groups, ring {}, zeros {},{}, multiplier {}",
      height, width, in_channels, out_channels, kernel_h, kernel_w, op.stride[0], op.stride[1],
      op.dilation[0], op.dilation[1], op.pad.top, op.pad.left, op.pad.bottom, op.pad.right,
      op.groups, ring, in_zero, out_zero, multiplier);
}

std::string check_conv(ConvKernelS8 kernel, const ConvCase& c, Random& random) {
  const QuantizedConv q = make_quantized(c, random);
  const ConstantPtr x = to_kernel_s8(*q.x);
  KernelBuffer out(q.expected->bytes().size(), 1);
  std::vector<std::int32_t> zeros;
  for (std::size_t o = 0; o < static_cast<std::size_t>(c.out_channels); ++o) {
    zeros.push_back(q.w_zero[c.per_channel ? o : 0]);
  }
  const std::int32_t* weight_zero = c.weight_zeros ? zeros.data() : nullptr;
  const std::int32_t out_zero = to_kernel_s8(c.type, c.out_zero);
  const std::int32_t lo = to_kernel_s8(c.type, q.limits.lo);
  const std::int32_t hi = to_kernel_s8(c.type, q.limits.hi);

  if (kernel == ConvKernelS8::kPointwise || kernel == ConvKernelS8::kPointwiseLanes) {
    const bool lanes = kernel == ConvKernelS8::kPointwiseLanes;
    const auto bias = pointwise_bias(q, c, to_kernel_s8(c.type, c.in_zero));
    const auto transposed = outputs_innermost<std::int8_t>(*q.w);
    const KernelBuffer in(*x);
    const KernelBuffer weights(
        lanes ? *Constant::ints(DType::kI8, {static_cast<std::int64_t>(transposed.size())},
                                {transposed.begin(), transposed.end()})
              : *q.w);
    const spindle_pw_s8_params p{static_cast<const std::int8_t*>(weights.data()),
                                 bias.data(),
                                 q.multiplier.data(),
                                 weight_zero,
                                 c.in_channels,
                                 c.out_channels,
                                 out_zero,
                                 lo,
                                 hi};
    const auto function = lanes ? spindle_pw_s8_lanes : spindle_pw_s8;
    function(&p, in.data(), out.data(), c.height * c.width);
    return compare_8bit(*q.expected, out);
  }

  const bool innermost = kernel == ConvKernelS8::kStem || kernel == ConvKernelS8::kDepthwise;
  const auto weights = innermost ? outputs_innermost<std::int8_t>(*q.w)
                                 : std::vector<std::int8_t>(q.w->as<std::int8_t>().begin(),
                                                            q.w->as<std::int8_t>().end());
  spindle_conv_s8_params p{};
  set_geometry(p, c, *q.expected);
  p.weights = weights.data();
  p.bias = q.bias->as<std::int32_t>().data();
  p.multiplier = q.multiplier.data();
  p.weight_zero = weight_zero;
  p.in_zero = to_kernel_s8(c.type, c.in_zero);
  p.out_zero = out_zero;
  p.lo = lo;
  p.hi = hi;
  const auto function = kernel == ConvKernelS8::kConv   ? spindle_conv_s8
                        : kernel == ConvKernelS8::kStem ? spindle_stem_s8
                                                        : spindle_dw_s8;
  run_rows(function, p, c, *x, *q.expected, out);
  return compare_8bit(*q.expected, out);
}

std::string check_conv(ConvKernelF32 kernel, const ConvCase& c, Random& random) {
  const ConstantPtr x = random_floats(random, input_shape(c));
  // The range keeps results near 1, as trained weights do. Sums of many large terms lose digits.
  const int terms = c.in_channels / c.op.groups * c.kernel_h * c.kernel_w;
  const float range = 1.0F / std::sqrt(static_cast<float>(terms));
  const ConstantPtr w = random_floats(random, weight_shape(c), -range, range);
  const ConstantPtr bias = random_floats(random, {c.out_channels});
  const ConstantPtr expected = evaluate_op(c.op, {{x, {}}, {w, {}}, {bias, {}}});
  KernelBuffer out(expected->bytes().size(), sizeof(float));

  if (kernel == ConvKernelF32::kPointwise) {
    const std::vector<float> weights = panels(*w);
    std::vector<float> padded_bias(bias->as<float>().begin(), bias->as<float>().end());
    padded_bias.resize((padded_bias.size() + SPINDLE_PW_F32_PANEL - 1) / SPINDLE_PW_F32_PANEL *
                       SPINDLE_PW_F32_PANEL);
    const KernelBuffer in(*x);
    const spindle_pw_f32_params p{weights.data(), padded_bias.data(), c.in_channels,
                                  c.out_channels, c.op.act.lo,        c.op.act.hi};
    spindle_pw_f32(&p, in.data(), out.data(), c.height * c.width);
    return compare_floats(*expected, out);
  }

  const std::vector<float> weights = outputs_innermost<float>(*w);
  spindle_conv_f32_params p{};
  set_geometry(p, c, *expected);
  p.weights = weights.data();
  p.bias = bias->as<float>().data();
  p.lo = c.op.act.lo;
  p.hi = c.op.act.hi;
  run_rows(kernel == ConvKernelF32::kConv ? spindle_conv_f32 : spindle_dw_f32, p, c, *x, *expected,
           out);
  return compare_floats(*expected, out);
}

}  // namespace spindle::testing
