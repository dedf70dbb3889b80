#include "compiler/passes/picture_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace spindle {
namespace {

bool is_channels(std::int64_t extent) {
  return extent == 1 || extent == 3;
}

// The table of (byte - mean) / std, computed in float32 in this order, for each of `channels`
// channels.
ConstantPtr normalization(const std::vector<float>& mean_std, std::size_t channels) {
  const std::size_t half = mean_std.size() / 2;
  std::vector<float> values;
  for (std::size_t c = 0; c < channels; ++c) {
    const auto channel = std::min(c, half - 1);
    for (int byte = 0; byte < 256; ++byte) {
      const float centered = static_cast<float>(byte) - mean_std[channel];
      values.push_back(centered / mean_std[half + channel]);
    }
  }
  return Constant::floats({static_cast<std::int64_t>(channels), 256}, std::move(values));
}

}  // namespace

bool take_picture_input(Graph& graph, const std::vector<float>& mean_std,
                        Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& why) {
    Diagnostic& error =
        diagnostics.error("E0402", "--input-u8 does not fit the model's input", graph.name);
    error.notes.push_back(why);
    error.helps.emplace_back(
        "it is for one float picture of 1 or 3 channels, for example --input-u8=127.5,127.5");
    return false;
  };
  if (graph.inputs.size() != 1) {
    return refuse(fmt::format("the model has {} inputs", graph.inputs.size()));
  }
  const TensorId old = graph.inputs[0];
  const Tensor& input = graph.tensor(old);
  const Shape shape = input.shape;
  if (input.type != DType::kF32 || shape.size() != 4 || shape[0] != 1 ||
      (!is_channels(shape[1]) && !is_channels(shape[3]))) {
    return refuse(fmt::format("input '{}' is {} {}, but a float image of 1 or 3 channels is needed",
                              input.name, name_of(input.type), to_string(shape)));
  }
  const bool planar = is_channels(shape[1]);
  const std::size_t channels = planar ? shape[1] : shape[3];
  if (mean_std.size() != 2 && mean_std.size() != 2 * channels) {
    return refuse(
        fmt::format("{} numbers are given; give one mean and one standard deviation for all "
                    "channels, or {} of each",
                    mean_std.size(), channels));
  }
  const std::size_t half = mean_std.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    if (!std::isfinite(mean_std[i])) return refuse("the mean must be a finite number");
    if (!(mean_std[half + i] > 0)) return refuse("the standard deviation must be above 0");
  }

  const Shape nhwc = planar ? Shape{1, shape[2], shape[3], shape[1]} : shape;
  Tensor picture;
  picture.name = input.name + "_picture";
  picture.type = DType::kU8;
  picture.shape = nhwc;
  picture.quant = Quant{{1.0F}, {0}, -1};
  picture.origins = {{.name = input.origins.empty() ? input.name : input.origins[0].name,
                      .shape = nhwc,
                      .type = DType::kU8}};
  const TensorId id = graph.add_tensor(std::move(picture));
  const TensorId table = graph.add_constant("picture_normalization", normalization(mean_std, half));
  TensorId real = graph.append("picture_normalized", Table{half > 1 ? 3 : -1}, {id, table});
  if (planar) real = graph.append("picture_planar", Transpose{{0, 3, 1, 2}}, {real});
  graph.replace_uses(old, real);
  const std::string name = graph.input_port(0).name;
  graph.inputs[0] = id;
  graph.input_ports = {{.name = name, .shape = nhwc}};
  graph.sort();
  return true;
}

}  // namespace spindle
