#include "tests/support/mobilenet.h"

#include <algorithm>
#include <string>

#include "tests/support/network_builder.h"

namespace spindle::testing {

int rounded_channels(int channels, double alpha) {
  constexpr int kDivisor = 8;
  const double exact = channels * alpha;
  const int nearest = static_cast<int>(exact + kDivisor / 2.0) / kDivisor * kDivisor;
  const int rounded = std::max(kDivisor, nearest);
  return rounded < 0.9 * exact ? rounded + kDivisor : rounded;
}

std::string mobilenet_v2_onnx(double alpha, int resolution, int classes, std::uint32_t seed) {
  NetworkBuilder net(Precision::kInt8, seed);
  FeatureMap x = net.stem(net.picture(resolution), alpha);
  for (const auto& [expansion, width, repeats, stride] : kMobileNetV2Stages) {
    for (int i = 0; i < repeats; ++i) {
      x = net.block(x, rounded_channels(width, alpha), expansion, i == 0 ? stride : 1);
    }
  }
  const int head = std::max(1280, rounded_channels(1280, alpha));
  x = net.conv(x, {.outputs = head, .relu6 = true});
  x = net.conv(net.global_pool(x), {.outputs = classes});
  const std::string flat = net.fresh("flat");
  net.model().node("Flatten", {x.name}, {flat}).node("Softmax", {flat}, {"probabilities"});
  net.model().output("probabilities", kFloat, {std::int64_t{1}, std::int64_t{classes}});
  const std::vector<std::byte> bytes = net.model().bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace spindle::testing
