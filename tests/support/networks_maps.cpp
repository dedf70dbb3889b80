// DenseNet-like, U-Net, and the segmentation heads of DeepLab and of MobileNetV3.
#include "tests/support/networks.h"

namespace spindle::testing {
namespace {

NetworkValue conv_relu6(FloatNetwork& net, const NetworkValue& x, const NetworkConv& layer) {
  return net.relu6(net.conv(x, layer));
}

// An inverted residual with an expansion of 4.
NetworkValue residual(FloatNetwork& net, const NetworkValue& x, std::int64_t outputs,
                      std::int64_t stride, std::int64_t dilation) {
  NetworkValue y = conv_relu6(net, x, {.outputs = 4 * x.channels(), .kernel = {1, 1}});
  y = conv_relu6(net, y, {.stride = stride, .dilation = dilation, .depthwise = true});
  y = net.conv(y, {.outputs = outputs, .kernel = {1, 1}});
  return x.shape == y.shape ? net.binary("Add", x, y) : y;
}

}  // namespace

FloatNetwork dense_net() {
  FloatNetwork net(21);
  NetworkValue x = net.conv(net.input({1, 3, 24, 24}), {.outputs = 16});
  for (int block = 0; block < 2; ++block) {
    for (int layer = 0; layer < 3; ++layer) {
      NetworkValue y = net.relu(net.norm(x));
      y = net.relu(net.conv(y, {.outputs = 32, .kernel = {1, 1}}));
      y = net.conv(y, {.outputs = 8, .norm = false});
      x = net.concat({x, y});
    }
    if (block > 0) break;
    NetworkValue y = net.relu(net.norm(x));
    y = net.conv(y, {.outputs = x.channels() / 2, .kernel = {1, 1}, .norm = false});
    x = net.pool("AveragePool", y, 2);
  }
  x = net.global_pool(net.relu(net.norm(x)));
  x = net.dense(net.reshape(x, {1, x.channels()}), 10);
  net.output(net.unary("Softmax", x, {{"axis", std::int64_t{1}}}));
  return net;
}

FloatNetwork u_net() {
  FloatNetwork net(22);
  const auto twice = [&](const NetworkValue& x, std::int64_t outputs) {
    const NetworkValue y = net.relu(net.conv(x, {.outputs = outputs}));
    return net.relu(net.conv(y, {.outputs = outputs}));
  };
  NetworkValue x = net.input({1, 3, 32, 32});
  std::vector<NetworkValue> skipped;
  for (const std::int64_t channels : {8, 16}) {
    skipped.push_back(twice(x, channels));
    x = net.pool("MaxPool", skipped.back(), 2);
  }
  x = twice(x, 32);
  for (; !skipped.empty(); skipped.pop_back()) {
    const std::int64_t channels = skipped.back().channels();
    x = net.concat({net.conv_transpose(x, channels, 2), skipped.back()});
    x = twice(x, channels);
  }
  x = net.conv(x, {.outputs = 1, .kernel = {1, 1}, .norm = false});
  net.output(net.unary("Sigmoid", x));
  return net;
}

FloatNetwork deeplab() {
  FloatNetwork net(23);
  NetworkValue x = conv_relu6(net, net.input({1, 3, 48, 48}), {.outputs = 8, .stride = 2});
  x = residual(net, x, 12, 2, 1);
  x = residual(net, x, 12, 1, 1);
  x = residual(net, x, 16, 2, 1);
  x = residual(net, x, 24, 1, 2);  // dilated instead of another stride
  x = residual(net, x, 24, 1, 2);
  const NetworkConv branch{.outputs = 32, .kernel = {1, 1}};
  NetworkValue pooled = conv_relu6(net, net.global_pool(x), branch);
  pooled = net.resize(pooled, x.shape[2], x.shape[3], true);
  NetworkValue y = net.concat({pooled, conv_relu6(net, x, branch)});
  y = conv_relu6(net, y, branch);
  y = net.conv(y, {.outputs = 5, .kernel = {1, 1}, .norm = false});
  y = net.resize(y, 48, 48, true);
  NetworkNode choose{.op = "ArgMax", .inputs = {y.name}};
  choose.attributes = {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}};
  net.output(net.add(std::move(choose), {1, 48, 48}), kInt64);
  return net;
}

FloatNetwork lr_aspp() {
  FloatNetwork net(24);
  NetworkValue x = net.input({1, 3, 48, 48});
  x = net.unary("HardSwish", net.conv(x, {.outputs = 16, .stride = 2}));
  x = residual(net, x, 16, 2, 1);
  const NetworkValue fine = residual(net, x, 16, 1, 1);
  x = residual(net, fine, 24, 2, 1);
  x = residual(net, x, 24, 1, 1);
  const NetworkValue coarse = net.relu(net.conv(x, {.outputs = 32, .kernel = {1, 1}}));
  NetworkValue gate =
      net.conv(net.global_pool(x), {.outputs = 32, .kernel = {1, 1}, .norm = false});
  gate = net.unary("Sigmoid", gate);
  NetworkValue y = net.binary("Mul", coarse, gate);
  y = net.resize(y, fine.shape[2], fine.shape[3], true);
  const NetworkConv scores{.outputs = 3, .kernel = {1, 1}, .norm = false};
  y = net.binary("Add", net.conv(y, scores), net.conv(fine, scores));
  net.output(net.resize(y, 48, 48, true));
  return net;
}

}  // namespace spindle::testing
