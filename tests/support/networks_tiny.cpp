// The four networks of MLPerf Tiny.
#include "tests/support/networks.h"
#include "tests/support/quantize_network.h"

namespace spindle::testing {
namespace {

NetworkValue conv_relu(FloatNetwork& net, const NetworkValue& x, const NetworkConv& layer) {
  return net.relu(net.conv(x, layer));
}

// Global average, one dense layer, Softmax.
void classify(FloatNetwork& net, const NetworkValue& x, std::int64_t classes) {
  const NetworkValue pooled = net.reshape(net.global_pool(x), {1, x.channels()});
  const NetworkValue scores = net.dense(pooled, classes);
  net.output(net.unary("Softmax", scores, {{"axis", std::int64_t{1}}}));
}

NetworkValue separable(FloatNetwork& net, const NetworkValue& x, std::int64_t outputs,
                       std::int64_t stride) {
  const NetworkValue y = conv_relu(net, x, {.stride = stride, .depthwise = true});
  return conv_relu(net, y, {.outputs = outputs, .kernel = {1, 1}});
}

}  // namespace

FloatNetwork mobilenet_v1() {
  struct Block {
    std::int64_t outputs = 0, stride = 1;
  };
  constexpr Block kBlocks[] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                               {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
  FloatNetwork net(11);
  NetworkValue x = conv_relu(net, net.input({1, 3, 96, 96}), {.outputs = 8, .stride = 2});
  for (const Block& block : kBlocks) x = separable(net, x, block.outputs, block.stride);
  classify(net, x, 2);
  return net;
}

FloatNetwork resnet_8() {
  FloatNetwork net(12);
  NetworkValue x = conv_relu(net, net.input({1, 3, 32, 32}), {.outputs = 16});
  for (const std::int64_t channels : {16, 32, 64}) {
    const std::int64_t stride = channels == 16 ? 1 : 2;
    NetworkValue y = conv_relu(net, x, {.outputs = channels, .stride = stride});
    y = net.conv(y, {.outputs = channels});
    if (stride > 1) {
      x = net.conv(x, {.outputs = channels, .kernel = {1, 1}, .stride = stride, .norm = false});
    }
    x = net.relu(net.binary("Add", x, y));
  }
  classify(net, x, 10);
  return net;
}

FloatNetwork ds_cnn() {
  FloatNetwork net(13);
  NetworkValue x = net.input({1, 1, 49, 10});
  x = conv_relu(net, x, {.outputs = 64, .kernel = {10, 4}, .stride = 2});
  for (int i = 0; i < 4; ++i) x = separable(net, x, 64, 1);
  classify(net, x, 12);
  return net;
}

FloatNetwork autoencoder() {
  FloatNetwork net(14);
  NetworkValue x = net.input({1, 640});
  for (const std::int64_t width : {128, 128, 128, 128, 8, 128, 128, 128, 128}) {
    x = net.relu(net.dense(x, width, true));
  }
  net.output(net.dense(x, 640));
  return net;
}

std::vector<std::byte> network_model(const KnownNetwork& network, std::string_view form) {
  const FloatNetwork net = network.build();
  if (form == "qdq") return qdq_model(net);
  if (form == "qoperator") return qoperator_model(net);
  return float_model(net);
}

}  // namespace spindle::testing
