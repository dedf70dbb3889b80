// MobileFaceNet-like, MobileNetV3 small, EfficientNet-Lite-like.
#include <algorithm>

#include "tests/support/mobilenet.h"
#include "tests/support/networks.h"

namespace spindle::testing {
namespace {

void classify(FloatNetwork& net, const NetworkValue& x, std::int64_t classes) {
  const NetworkValue flat = net.reshape(x, {1, x.channels()});
  net.output(net.unary("Softmax", net.dense(flat, classes), {{"axis", std::int64_t{1}}}));
}

NetworkValue prelu(FloatNetwork& net, const NetworkValue& x) {
  const NetworkValue slopes =
      net.real_constant({x.channels(), 1, 1}, net.random(x.channels(), 0.05F, 0.4F));
  return net.binary("PRelu", x, slopes);
}

NetworkValue hard_sigmoid(FloatNetwork& net, const NetworkValue& x) {
  return net.unary("HardSigmoid", x, {{"alpha", 1.0F / 6}, {"beta", 0.5F}});
}

// The input times a gate for each channel, which all pixels decide.
NetworkValue squeeze_excite(FloatNetwork& net, const NetworkValue& x) {
  const std::int64_t squeezed = std::max<std::int64_t>(8, x.channels() / 4 / 8 * 8);
  const NetworkConv down{.outputs = squeezed, .kernel = {1, 1}, .norm = false};
  const NetworkConv up{.outputs = x.channels(), .kernel = {1, 1}, .norm = false};
  const NetworkValue gate = net.relu(net.conv(net.global_pool(x), down));
  return net.binary("Mul", x, hard_sigmoid(net, net.conv(gate, up)));
}

}  // namespace

FloatNetwork mobile_face_net() {
  FloatNetwork net(31);
  const auto conv_prelu = [&](const NetworkValue& x, const NetworkConv& layer) {
    return prelu(net, net.conv(x, layer));
  };
  NetworkValue x = conv_prelu(net.input({1, 3, 56, 48}), {.outputs = 16, .stride = 2});
  x = conv_prelu(x, {.depthwise = true});
  for (const std::int64_t stride : {2, 1, 2, 1}) {
    NetworkValue y = conv_prelu(x, {.outputs = 2 * x.channels(), .kernel = {1, 1}});
    y = conv_prelu(y, {.stride = stride, .depthwise = true});
    y = net.conv(y, {.outputs = 24, .kernel = {1, 1}});
    x = x.shape == y.shape ? net.binary("Add", x, y) : y;
  }
  x = conv_prelu(x, {.outputs = 64, .kernel = {1, 1}});
  x = net.conv(x, {.kernel = {x.shape[2], x.shape[3]}, .depthwise = true, .padded = false});
  x = net.conv(x, {.outputs = 48, .kernel = {1, 1}});
  x = net.reshape(x, {1, 48});
  net.stay_float();
  NetworkNode length{.op = "ReduceL2", .inputs = {x.name}, .attributes = {{"axes", Ints{1}}}};
  net.output(net.binary("Div", x, net.add(std::move(length), {1, 1})));
  return net;
}

FloatNetwork mobilenet_v3() {
  struct Block {
    std::int64_t kernel = 3;
    int expanded = 0, outputs = 0;
    bool excites = false, swishes = false;
    std::int64_t stride = 1;
  };
  const Block blocks[] = {
      {.expanded = 16, .outputs = 16, .excites = true, .stride = 2},
      {.expanded = 72, .outputs = 24, .stride = 2},
      {.expanded = 88, .outputs = 24},
      {.kernel = 5, .expanded = 96, .outputs = 40, .excites = true, .swishes = true, .stride = 2},
      {.kernel = 5, .expanded = 240, .outputs = 40, .excites = true, .swishes = true},
      {.kernel = 5, .expanded = 240, .outputs = 40, .excites = true, .swishes = true},
      {.kernel = 5, .expanded = 120, .outputs = 48, .excites = true, .swishes = true},
      {.kernel = 5, .expanded = 144, .outputs = 48, .excites = true, .swishes = true},
      {.kernel = 5, .expanded = 288, .outputs = 96, .excites = true, .swishes = true, .stride = 2},
      {.kernel = 5, .expanded = 576, .outputs = 96, .excites = true, .swishes = true},
      {.kernel = 5, .expanded = 576, .outputs = 96, .excites = true, .swishes = true}};
  constexpr double kWidth = 0.5;
  FloatNetwork net(32);
  const auto activated = [&](const NetworkValue& x, bool swishes) {
    return swishes ? net.unary("HardSwish", x) : net.relu(x);
  };
  NetworkValue x = net.input({1, 3, 64, 64});
  x = activated(net.conv(x, {.outputs = rounded_channels(16, kWidth), .stride = 2}), true);
  for (const Block& block : blocks) {
    const int wide = rounded_channels(block.expanded, kWidth);
    NetworkValue y = x;
    if (wide != x.channels()) {
      y = activated(net.conv(y, {.outputs = wide, .kernel = {1, 1}}), block.swishes);
    }
    y = net.conv(
        y, {.kernel = {block.kernel, block.kernel}, .stride = block.stride, .depthwise = true});
    y = activated(y, block.swishes);
    if (block.excites) y = squeeze_excite(net, y);
    y = net.conv(y, {.outputs = rounded_channels(block.outputs, kWidth), .kernel = {1, 1}});
    x = x.shape == y.shape ? net.binary("Add", x, y) : y;
  }
  x = activated(net.conv(x, {.outputs = rounded_channels(576, kWidth), .kernel = {1, 1}}), true);
  x = net.conv(net.global_pool(x), {.outputs = 128, .kernel = {1, 1}, .norm = false});
  classify(net, activated(x, true), 10);
  return net;
}

FloatNetwork efficientnet_lite() {
  struct Block {
    std::int64_t kernel = 3, expansion = 6, outputs = 0, stride = 1;
  };
  const Block blocks[] = {{.expansion = 1, .outputs = 8},
                          {.outputs = 16, .stride = 2},
                          {.outputs = 16},
                          {.kernel = 5, .outputs = 24, .stride = 2},
                          {.kernel = 5, .outputs = 24},
                          {.outputs = 40, .stride = 2},
                          {.kernel = 5, .outputs = 56}};
  FloatNetwork net(33);
  NetworkValue x = net.input({1, 3, 56, 56});
  x = net.relu6(net.conv(x, {.outputs = 16, .stride = 2}));
  for (const Block& block : blocks) {
    NetworkValue y = x;
    if (block.expansion > 1) {
      y = net.relu6(net.conv(y, {.outputs = block.expansion * x.channels(), .kernel = {1, 1}}));
    }
    y = net.relu6(net.conv(
        y, {.kernel = {block.kernel, block.kernel}, .stride = block.stride, .depthwise = true}));
    y = net.conv(y, {.outputs = block.outputs, .kernel = {1, 1}});
    x = x.shape == y.shape ? net.binary("Add", x, y) : y;
  }
  x = net.relu6(net.conv(x, {.outputs = 128, .kernel = {1, 1}}));
  classify(net, net.global_pool(x), 10);
  return net;
}

}  // namespace spindle::testing
