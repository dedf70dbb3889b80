#include "tests/support/mobilenet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "tests/support/onnx_build.h"

namespace spindle::testing {
namespace {

constexpr float kRelu6Scale = 6.0F / 255.0F;

struct MobileNet {
  double alpha;
  int resolution;
  int classes;
  std::uint32_t seed;
};

class Network {
 public:
  explicit Network(const MobileNet& net) : net_(net), random_(net.seed), model_(13) {}

  std::vector<std::byte> build() {
    std::string x = picture();
    int channels = rounded_channels(32, net_.alpha);
    x = conv(x, 3, channels, 3, 2, 1, true);
    constexpr int kStages[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                  {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    for (const auto& [expansion, width, repeats, stride] : kStages) {
      for (int i = 0; i < repeats; ++i) {
        const int next = rounded_channels(width, net_.alpha);
        x = block(x, channels, next, expansion, i == 0 ? stride : 1);
        channels = next;
      }
    }
    const int head = std::max(1280, rounded_channels(1280, net_.alpha));
    x = conv(x, channels, head, 1, 1, 1, true);
    x = unary("GlobalAveragePool", x, kRelu6Scale, -128);
    x = conv(x, head, net_.classes, 1, 1, 1, false);
    const std::string flat = fresh("flat");
    model_.node("Flatten", {x}, {flat}).node("Softmax", {flat}, {"probabilities"});
    model_.output("probabilities", kFloat, {std::int64_t{1}, std::int64_t{net_.classes}});
    return model_.bytes();
  }

 private:
  std::string fresh(const std::string& stem) { return fmt::format("{}_{}", stem, ++count_); }

  int pick(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint32_t>(high - low + 1));
  }

  std::string scalar(float scale) {
    const std::string name = fresh("scale");
    model_.constant(name, floats({}, {scale}));
    return name;
  }
  std::string zero(int type, int value) {
    const std::string name = fresh("zero");
    model_.constant(name, ints(type, {}, {value}));
    return name;
  }

  std::string picture() {
    const std::int64_t r = net_.resolution;
    model_.input("input", kUint8, {std::int64_t{1}, r, r, std::int64_t{3}});
    model_.node("DequantizeLinear", {"input", scalar(1.0F / 127.5F), zero(kUint8, 128)}, {"real"});
    model_.node("Transpose", {"real"}, {"planes"}, {{"perm", Ints{0, 3, 1, 2}}});
    return "planes";
  }

  // x -> Q -> DQ.
  std::string requantized(const std::string& x, float scale, int zero_point) {
    const std::string s = scalar(scale);
    const std::string z = zero(kInt8, zero_point);
    const std::string q = fresh("q");
    const std::string dq = fresh("dq");
    model_.node("QuantizeLinear", {x, s, z}, {q}).node("DequantizeLinear", {q, s, z}, {dq});
    return dq;
  }

  std::string unary(const std::string& op, const std::string& x, float scale, int zero_point) {
    const std::string y = fresh(op);
    model_.node(op, {x}, {y});
    return requantized(y, scale, zero_point);
  }

  std::string conv(const std::string& x, int inputs, int outputs, int kernel, int stride,
                   int groups, bool relu6) {
    const int taps = inputs / groups * kernel * kernel;
    Ints values(static_cast<std::size_t>(outputs) * static_cast<std::size_t>(taps));
    for (std::int64_t& value : values) value = pick(-127, 127);
    Floats scales;
    Ints bias;
    for (int c = 0; c < outputs; ++c) {
      // Uniform int8 values spread by 73: outputs then spread by about 1.5.
      const float spread = 0.01F * static_cast<float>(pick(120, 280));
      scales.push_back(spread / 73.0F / std::sqrt(static_cast<float>(taps)));
      bias.push_back(pick(-400, 900));
    }
    const std::string w = fresh("w");
    const std::string ws = fresh("w_scale");
    const std::string b = fresh("b");
    const std::string bs = fresh("b_scale");
    model_.constant(w, ints(kInt8, {outputs, inputs / groups, kernel, kernel}, values));
    model_.constant(ws, floats({outputs}, scales));
    model_.constant(b, ints(kInt32, {outputs}, bias));
    for (float& scale : scales) scale *= in_scale_;
    model_.constant(bs, floats({outputs}, scales));
    model_.constant(w + "_zero",
                    ints(kInt8, {outputs}, Ints(static_cast<std::size_t>(outputs), 0)));
    model_.constant(b + "_zero",
                    ints(kInt32, {outputs}, Ints(static_cast<std::size_t>(outputs), 0)));
    model_.node("DequantizeLinear", {w, ws, w + "_zero"}, {w + "_real"},
                {{"axis", std::int64_t{0}}});
    model_.node("DequantizeLinear", {b, bs, b + "_zero"}, {b + "_real"},
                {{"axis", std::int64_t{0}}});
    const std::string y = fresh(groups > 1 ? "depthwise" : "conv");
    // Padding as TensorFlow's SAME: at stride 2 on even sizes below and right only.
    const int before = kernel == 1 ? 0 : stride == 2 ? 0 : 1;
    const int after = kernel == 1 ? 0 : 1;
    const bool odd = size_ % 2 == 1;
    const std::int64_t first = stride == 2 && odd && kernel > 1 ? 1 : before;
    model_.node("Conv", {x, w + "_real", b + "_real"}, {y},
                {{"kernel_shape", Ints{kernel, kernel}},
                 {"strides", Ints{stride, stride}},
                 {"pads", Ints{first, first, after, after}},
                 {"group", std::int64_t{groups}}});
    if (stride == 2) size_ = (size_ + 1) / 2;
    in_scale_ = relu6 ? kRelu6Scale : 0.05F;
    return requantized(y, in_scale_, relu6 ? -128 : pick(-20, 20));
  }

  std::string block(const std::string& x, int inputs, int outputs, int expansion, int stride) {
    std::string y = x;
    const int wide = inputs * expansion;
    const float in_scale = in_scale_;
    if (expansion > 1) y = conv(y, inputs, wide, 1, 1, 1, true);
    y = conv(y, wide, wide, 3, stride, wide, true);
    y = conv(y, wide, outputs, 1, 1, 1, false);
    if (stride == 1 && inputs == outputs) {
      const std::string sum = fresh("add");
      model_.node("Add", {y, x}, {sum});
      in_scale_ = std::max(in_scale_, in_scale) * 1.2F;
      y = requantized(sum, in_scale_, pick(-20, 20));
    }
    return y;
  }

  MobileNet net_;
  std::mt19937 random_;
  ModelBuilder model_;
  int count_ = 0;
  int size_ = net_.resolution;
  float in_scale_ = 1.0F / 127.5F;
};

}  // namespace

int rounded_channels(int channels, double alpha) {
  constexpr int kDivisor = 8;
  const double exact = channels * alpha;
  const int nearest = static_cast<int>(exact + kDivisor / 2.0) / kDivisor * kDivisor;
  const int rounded = std::max(kDivisor, nearest);
  return rounded < 0.9 * exact ? rounded + kDivisor : rounded;
}

std::string mobilenet_v2_onnx(double alpha, int resolution, int classes, std::uint32_t seed) {
  const std::vector<std::byte> bytes = Network({alpha, resolution, classes, seed}).build();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace spindle::testing
