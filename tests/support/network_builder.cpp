#include "tests/support/network_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/support/mobilenet.h"

namespace spindle::testing {
namespace {

constexpr float kRelu6Scale = 6.0F / 255.0F;
constexpr float kLinearScale = 0.05F;

}  // namespace

std::string NetworkBuilder::file() {
  const std::vector<std::byte> bytes = model_.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string NetworkBuilder::fresh(const std::string& stem) {
  return fmt::format("{}_{}", stem, ++count_);
}

int NetworkBuilder::pick(int low, int high) {
  return low + static_cast<int>(random_() % static_cast<std::uint32_t>(high - low + 1));
}

std::string NetworkBuilder::scalar(float scale) {
  const std::string name = fresh("scale");
  model_.constant(name, floats({}, {scale}));
  return name;
}

std::string NetworkBuilder::zero(int type, int value) {
  const std::string name = fresh("zero");
  model_.constant(name, ints(type, {}, {value}));
  return name;
}

FeatureMap NetworkBuilder::picture(int size) {
  const std::int64_t r = size;
  const float scale = 1.0F / 127.5F;
  model_.input("input", kUint8, {std::int64_t{1}, r, r, std::int64_t{3}});
  model_.node("DequantizeLinear", {"input", scalar(scale), zero(kUint8, 128)}, {"real"});
  model_.node("Transpose", {"real"}, {"planes"}, {{"perm", Ints{0, 3, 1, 2}}});
  // The input is quantized to int8 first. ONNX Runtime has no integer convolution from uint8 to
  // int8, and would compute the first convolution in float.
  return {requantized("planes", scale, 0), 3, size, scale};
}

// Appends QuantizeLinear and DequantizeLinear to `x`. Float networks get neither.
std::string NetworkBuilder::requantized(const std::string& x, float scale, int zero_point) {
  if (precision_ == Precision::kFloat) return x;
  const std::string s = scalar(scale);
  const std::string z = zero(kInt8, zero_point);
  const std::string q = fresh("q");
  const std::string dq = fresh("dq");
  model_.node("QuantizeLinear", {x, s, z}, {q}).node("DequantizeLinear", {q, s, z}, {dq});
  return dq;
}

std::string NetworkBuilder::activated(const std::string& x, bool relu6) {
  if (precision_ == Precision::kInt8 || !relu6) return x;
  const std::string low = scalar(0);
  const std::string high = scalar(6);
  const std::string y = fresh("relu6");
  model_.node("Clip", {x, low, high}, {y});
  return y;
}

std::string NetworkBuilder::quantized_node(const std::string& op,
                                           const std::vector<std::string>& inputs, float scale,
                                           int zero_point,
                                           const std::vector<Attribute>& attributes) {
  const std::string y = fresh(op);
  model_.node(op, inputs, {y}, attributes);
  return requantized(y, scale, zero_point);
}

void NetworkBuilder::add_weights(const std::string& w, const std::string& b, const ConvLayer& layer,
                                 int group, float in_scale) {
  const int taps = group * layer.kernel * layer.kernel;
  const std::int64_t outputs = layer.outputs;
  Ints values(static_cast<std::size_t>(outputs) * static_cast<std::size_t>(taps));
  for (std::int64_t& value : values) value = pick(-127, 127);
  Floats scales;
  Ints bias;
  for (int c = 0; c < layer.outputs; ++c) {
    // 73 is the standard deviation of uniform int8 values. That of the outputs is then about 1.5.
    const float spread = 0.01F * static_cast<float>(pick(120, 280));
    scales.push_back(spread / 73.0F / std::sqrt(static_cast<float>(taps)));
    bias.push_back(pick(-400, 900));
  }
  const Ints shape{outputs, group, layer.kernel, layer.kernel};
  if (precision_ == Precision::kFloat) {
    Floats reals;
    Floats biases;
    // Halved weights: rounding errors, which differ with the order of summation, then do not grow
    // from layer to layer.
    for (float& scale : scales) scale *= 0.5F;
    for (std::size_t i = 0; i < values.size(); ++i) {
      reals.push_back(static_cast<float>(values[i]) * scales[i / static_cast<std::size_t>(taps)]);
    }
    for (std::size_t c = 0; c < bias.size(); ++c) {
      biases.push_back(static_cast<float>(bias[c]) * scales[c] * in_scale);
    }
    model_.constant(w + "_real", floats(shape, reals));
    model_.constant(b + "_real", floats({outputs}, biases));
    return;
  }
  const Ints zeros(static_cast<std::size_t>(outputs), 0);
  const std::string ws = fresh("w_scale");
  const std::string bs = fresh("b_scale");
  model_.constant(w, ints(kInt8, shape, values));
  model_.constant(ws, floats({outputs}, scales));
  model_.constant(b, ints(kInt32, {outputs}, bias));
  for (float& scale : scales) scale *= in_scale;
  model_.constant(bs, floats({outputs}, scales));
  model_.constant(w + "_zero", ints(kInt8, {outputs}, zeros));
  model_.constant(b + "_zero", ints(kInt32, {outputs}, zeros));
  model_.node("DequantizeLinear", {w, ws, w + "_zero"}, {w + "_real"}, {{"axis", std::int64_t{0}}});
  model_.node("DequantizeLinear", {b, bs, b + "_zero"}, {b + "_real"}, {{"axis", std::int64_t{0}}});
}

FeatureMap NetworkBuilder::conv(const FeatureMap& x, const ConvLayer& layer) {
  const int groups = layer.depthwise ? x.channels : 1;
  const std::string w = fresh("w");
  const std::string b = fresh("b");
  add_weights(w, b, layer, x.channels / groups, x.scale);
  const std::string y = fresh(groups > 1 ? "depthwise" : "conv");
  const std::int64_t reach = layer.kernel == 1 ? 0 : layer.dilation * (layer.kernel / 2);
  const bool even = layer.stride == 2 && x.size % 2 == 0;
  const std::int64_t first = even ? 0 : reach;
  std::vector<Attribute> attributes{{"kernel_shape", Ints{layer.kernel, layer.kernel}},
                                    {"strides", Ints{layer.stride, layer.stride}},
                                    {"pads", Ints{first, first, reach, reach}},
                                    {"group", std::int64_t{groups}}};
  if (layer.dilation != 1) {
    attributes.push_back({"dilations", Ints{layer.dilation, layer.dilation}});
  }
  model_.node("Conv", {x.name, w + "_real", b + "_real"}, {y}, attributes);
  FeatureMap result;
  result.channels = layer.outputs;
  result.size = layer.stride == 2 ? (x.size + 1) / 2 : x.size;
  result.scale = layer.relu6 ? kRelu6Scale : kLinearScale;
  const int zero_point = layer.relu6 ? -128 : pick(-20, 20);
  result.name = requantized(activated(y, layer.relu6), result.scale, zero_point);
  return result;
}

FeatureMap NetworkBuilder::block(const FeatureMap& x, int outputs, int expansion, int stride,
                                 int dilation, FeatureMap* expanded) {
  FeatureMap y = x;
  const int wide = x.channels * expansion;
  if (expansion > 1) y = conv(y, {.outputs = wide, .relu6 = true});
  if (expanded != nullptr) *expanded = y;
  y = conv(y, {.outputs = wide,
               .kernel = 3,
               .stride = stride,
               .dilation = dilation,
               .depthwise = true,
               .relu6 = true});
  y = conv(y, {.outputs = outputs});
  if (stride == 1 && x.channels == outputs) {
    y.scale = std::max(y.scale, x.scale) * 1.2F;
    const std::string sum = fresh("add");
    model_.node("Add", {y.name, x.name}, {sum});
    y.name = requantized(sum, y.scale, pick(-20, 20));
  }
  return y;
}

FeatureMap NetworkBuilder::stem(const FeatureMap& x, double alpha) {
  return conv(x, {.outputs = rounded_channels(32, alpha), .kernel = 3, .stride = 2, .relu6 = true});
}

FeatureMap NetworkBuilder::global_pool(const FeatureMap& x) {
  const float scale = kRelu6Scale;
  return {quantized_node("GlobalAveragePool", {x.name}, scale, -128), x.channels, 1, scale};
}

}  // namespace spindle::testing
