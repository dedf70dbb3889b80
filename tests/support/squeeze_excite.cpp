#include "tests/support/squeeze_excite.h"

#include <utility>

namespace spindle::testing {
namespace {

constexpr float kGateScale = 1.0F / 255.0F;

std::string hard_sigmoid(NetworkBuilder& net, const std::string& x) {
  return net.quantized_node("HardSigmoid", {x}, kGateScale, -128,
                            {{"alpha", 1.0F / 6.0F}, {"beta", 0.5F}});
}

// A node `op` on a and b, or on b and a if `swapped`.
FeatureMap combined(NetworkBuilder& net, const std::string& op, FeatureMap x, std::string a,
                    std::string b, bool swapped) {
  if (swapped) std::swap(a, b);
  x.name = net.quantized_node(op, {a, b}, x.scale, net.pick(-20, 20));
  return x;
}

FeatureMap block(NetworkBuilder& net, const FeatureMap& x, int outputs, int stride,
                 bool repeated_first) {
  const int wide = 4 * x.channels;
  FeatureMap y = net.conv(x, {.outputs = wide});
  y = combined(net, "Mul", y, y.name, hard_sigmoid(net, y.name), false);
  y = net.conv(y,
               {.outputs = wide, .kernel = 3, .stride = stride, .depthwise = true, .relu6 = true});
  FeatureMap gate = net.conv(net.global_pool(y), {.outputs = 8, .relu6 = true});
  gate = net.conv(gate, {.outputs = wide});
  y = combined(net, "Mul", y, y.name, hard_sigmoid(net, gate.name), repeated_first);
  y = net.conv(y, {.outputs = outputs});
  const FeatureMap context = net.conv(net.global_pool(y), {.outputs = outputs});
  return combined(net, "Add", y, y.name, context.name, repeated_first);
}

}  // namespace

std::string squeeze_excite_onnx(Precision precision, double alpha, int resolution, int channels,
                                std::uint32_t seed) {
  NetworkBuilder net(precision, seed);
  FeatureMap x = net.stem(net.picture(resolution), alpha);
  x = block(net, x, 16, 1, true);
  x = block(net, x, channels, 2, false);
  const std::int64_t size = x.size;
  net.model()
      .node("Identity", {x.name}, {"map"})
      .output("map", kFloat, {std::int64_t{1}, std::int64_t{channels}, size, size});
  return net.file();
}

}  // namespace spindle::testing
