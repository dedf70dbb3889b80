// A YOLO-like detector and a classifier of sequences.
#include "tests/support/networks.h"

namespace spindle::testing {
namespace {

constexpr std::int64_t kAnchors = 3;
constexpr std::int64_t kClasses = 4;
constexpr std::int64_t kValues =
    5 + kClasses;  // of a box: centre, size, whether it is one, classes

// The boxes of one scale, [1,anchors * cells,values], as YOLOv5 decodes them: centre
// (2 s - 0.5 + cell) * stride, size (2 s)^2 * anchor, where s is the Sigmoid of what the network
// computes.
NetworkValue decoded(FloatNetwork& net, const NetworkValue& map, float stride) {
  const std::int64_t rows = map.shape[2];
  const std::int64_t columns = map.shape[3];
  NetworkValue x = net.reshape(map, {1, kAnchors, kValues, rows, columns});
  x = net.unary("Sigmoid", net.transpose(x, {0, 1, 3, 4, 2}));
  const auto part = [&](std::int64_t first, std::int64_t count) {
    NetworkNode slice{.op = "Slice", .inputs = {x.name}};
    for (const std::int64_t value : {first, first + count, std::int64_t{4}}) {
      slice.inputs.push_back(net.constant(ints(kInt64, {1}, {value})));
    }
    Ints shape = x.shape;
    shape[4] = count;
    return net.add(std::move(slice), shape);
  };
  const auto number = [&](float value) { return net.real_constant({1}, {value}); };
  Floats cells;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      cells.push_back(static_cast<float>(column) - 0.5F);
      cells.push_back(static_cast<float>(row) - 0.5F);
    }
  }
  Floats anchors;
  for (int i = 0; i < 2 * kAnchors; ++i)
    anchors.push_back(stride * (1.0F + 0.5F * static_cast<float>(i)));
  NetworkValue centre = net.binary("Mul", part(0, 2), number(2));
  centre = net.binary("Add", centre, net.real_constant({1, 1, rows, columns, 2}, cells));
  centre = net.binary("Mul", centre, number(stride));
  NetworkValue size = net.binary("Mul", part(2, 2), number(2));
  size = net.binary("Pow", size, number(2));
  size = net.binary("Mul", size, net.real_constant({1, kAnchors, 1, 1, 2}, anchors));
  const NetworkValue boxes = net.concat({centre, size, part(4, kValues - 4)}, 4);
  return net.reshape(boxes, {1, kAnchors * rows * columns, kValues});
}

}  // namespace

FloatNetwork yolo() {
  FloatNetwork net(41);
  const auto conv = [&](const NetworkValue& x, const NetworkConv& layer) {
    return net.unary("LeakyRelu", net.conv(x, layer), {{"alpha", 0.1F}});
  };
  NetworkValue x = conv(net.input({1, 3, 64, 64}), {.outputs = 8});
  for (const std::int64_t channels : {12, 16}) {
    x = conv(net.pool("MaxPool", x, 2), {.outputs = channels});
  }
  const NetworkValue fine = conv(net.pool("MaxPool", x, 2), {.outputs = 24});
  NetworkValue coarse = conv(net.pool("MaxPool", fine, 2), {.outputs = 48});
  coarse = conv(coarse, {.outputs = 24, .kernel = {1, 1}});
  NetworkValue both = conv(coarse, {.outputs = 16, .kernel = {1, 1}});
  both = net.concat({net.resize(both, fine.shape[2], fine.shape[3], false), fine});
  both = conv(both, {.outputs = 32});
  const NetworkConv head{.outputs = kAnchors * kValues, .kernel = {1, 1}, .norm = false};
  const NetworkValue near = net.conv(both, head);
  const NetworkValue far = net.conv(conv(coarse, {.outputs = 48}), head);
  net.stay_float();
  net.output(net.concat({decoded(net, near, 8), decoded(net, far, 16)}, 1));
  return net;
}

FloatNetwork sequence_cnn() {
  FloatNetwork net(42);
  NetworkValue x = net.input({1, 6, 128});
  x = net.relu(net.conv(x, {.outputs = 16, .kernel = {9}, .stride = 2}));
  x = net.pool("MaxPool", net.relu(net.conv(x, {.outputs = 32, .kernel = {5}})), 2);
  x = net.relu(net.conv(x, {.kernel = {5}, .depthwise = true}));
  x = net.relu(net.conv(x, {.outputs = 48, .kernel = {1}}));
  x = net.pool("AveragePool", net.relu(net.conv(x, {.outputs = 48, .kernel = {3}, .dilation = 2})),
               2);
  x = net.reshape(net.global_pool(x), {1, 48});
  net.output(net.unary("Softmax", net.dense(x, 6), {{"axis", std::int64_t{1}}}));
  return net;
}

}  // namespace spindle::testing
