#include "tests/support/detector.h"

#include <algorithm>
#include <cmath>

#include "tests/support/mobilenet.h"

namespace spindle::testing {
namespace {

// A depthwise 3x3 convolution, then a 1x1 convolution to `outputs` channels.
FeatureMap separable(NetworkBuilder& net, const FeatureMap& x, int outputs, int stride,
                     bool relu6) {
  const FeatureMap y = net.conv(
      x, {.outputs = x.channels, .kernel = 3, .stride = stride, .depthwise = true, .relu6 = true});
  return net.conv(y, {.outputs = outputs, .relu6 = relu6});
}

// A head on the map `x`: predictions of shape [1, cells * anchors, values].
std::string prediction(NetworkBuilder& net, const FeatureMap& x, int anchors, int values) {
  const FeatureMap y = separable(net, x, anchors * values, 1, false);
  const std::string last = net.fresh("cells");
  const std::string list = net.fresh("list");
  const std::string shape = net.fresh("shape");
  net.model().constant(shape, ints(kInt64, {3}, {1, -1, values}));
  net.model()
      .node("Transpose", {y.name}, {last}, {{"perm", Ints{0, 2, 3, 1}}})
      .node("Reshape", {last, shape}, {list});
  return list;
}

// Appends the corners of all anchors of one map. Sizes grow from 0.2 at the first map to 0.95 at
// the last, as in the SSD paper.
void add_anchors(Floats& corners, int size, int anchors, std::size_t map, std::size_t maps) {
  const float scale = 0.2F + 0.75F * static_cast<float>(map) / static_cast<float>(maps - 1);
  constexpr float kRatios[] = {1, 2, 0.5F, 3, 1.0F / 3, 1};
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      for (int a = 0; a < anchors; ++a) {
        const float side = a == 5 ? scale * 1.15F : scale;
        const float height = side / std::sqrt(kRatios[a]);
        const float width = side * std::sqrt(kRatios[a]);
        const float cy = (static_cast<float>(y) + 0.5F) / static_cast<float>(size);
        const float cx = (static_cast<float>(x) + 0.5F) / static_cast<float>(size);
        corners.insert(corners.end(),
                       {cy - height / 2, cx - width / 2, cy + height / 2, cx + width / 2});
      }
    }
  }
}

}  // namespace

std::string ssdlite_onnx(Precision precision, double alpha, int resolution, int classes,
                         std::uint32_t seed) {
  NetworkBuilder net(precision, seed);
  FeatureMap x = net.stem(net.picture(resolution), alpha);
  std::vector<FeatureMap> maps(1);
  int count = 0;
  for (const auto& [expansion, width, repeats, stride] : kMobileNetV2Stages) {
    for (int i = 0; i < repeats; ++i) {
      // The expansion of the 14th block is the last map of stride 16.
      FeatureMap* tap = ++count == 14 ? maps.data() : nullptr;
      x = net.block(x, rounded_channels(width, alpha), expansion, i == 0 ? stride : 1, 1, tap);
    }
  }
  x = net.conv(x, {.outputs = std::max(1280, rounded_channels(1280, alpha)), .relu6 = true});
  maps.push_back(x);
  for (int channels : {512, 256, 256, 128}) {
    x = net.conv(x, {.outputs = rounded_channels(channels / 2, alpha), .relu6 = true});
    x = separable(net, x, rounded_channels(channels, alpha), 2, true);
    maps.push_back(x);
  }
  std::vector<std::string> scores, boxes;
  Floats anchors;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const int per_cell = i == 0 ? 3 : 6;
    boxes.push_back(prediction(net, maps[i], per_cell, 4));
    scores.push_back(prediction(net, maps[i], per_cell, classes));
    add_anchors(anchors, maps[i].size, per_cell, i, maps.size());
  }
  const std::vector<Attribute> along{{"axis", std::int64_t{1}}};
  const auto rows = static_cast<std::int64_t>(anchors.size() / 4);
  const std::string logits = net.quantized_node("Concat", scores, 0.05F, 0, along);
  const std::string sigmoid = net.quantized_node("Sigmoid", {logits}, 1.0F / 256, -128);
  const std::string offsets = net.quantized_node("Concat", boxes, 0.05F, 0, along);
  net.model()
      .node("Identity", {sigmoid}, {"scores"})
      .node("Identity", {offsets}, {"boxes"})
      .constant("anchors", floats({1, rows, 4}, anchors))
      .output("scores", kFloat, {std::int64_t{1}, rows, std::int64_t{classes}})
      .output("boxes", kFloat, {std::int64_t{1}, rows, std::int64_t{4}})
      .output("anchors", kFloat, {std::int64_t{1}, rows, std::int64_t{4}});
  return net.file();
}

std::string deeplab_onnx(Precision precision, double alpha, int resolution, int classes,
                         std::uint32_t seed) {
  constexpr int kWidth = 256;
  NetworkBuilder net(precision, seed);
  FeatureMap x = net.stem(net.picture(resolution), alpha);
  int dilation = 1;
  int reached = 2;
  for (const auto& [expansion, width, repeats, stride] : kMobileNetV2Stages) {
    for (int i = 0; i < repeats; ++i) {
      int step = i == 0 ? stride : 1;
      const bool dilates = reached * step > 16;
      if (dilates) step = 1;
      reached *= step;
      x = net.block(x, rounded_channels(width, alpha), expansion, step, dilation);
      if (dilates)
        dilation = 2;  // from the next block on, in place of the stride that this one lost
    }
  }
  const std::vector<Attribute> resize{
      {"mode", std::string("linear")},
      {"coordinate_transformation_mode", std::string("align_corners")}};
  const auto resized = [&](const FeatureMap& from, std::int64_t size, int zero_point) {
    const std::string sizes = net.fresh("sizes");
    net.model().constant(sizes, ints(kInt64, {4}, {1, from.channels, size, size}));
    return net.quantized_node("Resize", {from.name, "", "", sizes}, from.scale, zero_point, resize);
  };
  FeatureMap pooled = net.conv(net.global_pool(x), {.outputs = kWidth, .relu6 = true});
  const std::string image = resized(pooled, x.size, -128);
  const FeatureMap local = net.conv(x, {.outputs = kWidth, .relu6 = true});
  FeatureMap both{"", 2 * kWidth, x.size, pooled.scale};
  both.name = net.quantized_node("Concat", {image, local.name}, both.scale, -128,
                                 {{"axis", std::int64_t{1}}});
  FeatureMap scores = net.conv(both, {.outputs = kWidth, .relu6 = true});
  scores = net.conv(scores, {.outputs = classes});
  const std::string large = resized(scores, resolution, 0);
  const std::int64_t size = resolution;
  net.model()
      .node("ArgMax", {large}, {"classes"},
            {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}})
      .output("classes", kInt64, {std::int64_t{1}, size, size});
  return net.file();
}

}  // namespace spindle::testing
