#include "compiler/passes/picture_input.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace spindle {
namespace {

bool is_channels(std::int64_t extent) {
  return extent == 1 || extent == 3;
}

// (x - mean) / std of the uint8 tensor `picture`, float.
TensorId normalized(Graph& graph, TensorId picture, float mean, float std) {
  const bool integer = mean == std::floor(mean) && mean >= 0 && mean <= 255;
  graph.tensor(picture).quant =
      Quant{{1.0F / std}, {integer ? static_cast<std::int32_t>(mean) : 0}, -1};
  const TensorId real = graph.append("picture_real", Dequantize{}, {picture});
  if (integer) return real;
  return graph.append("picture_normalized", Unary{UnaryKind::kAffine, 1.0F, -mean / std}, {real});
}

}  // namespace

bool take_picture_input(Graph& graph, const std::vector<float>& mean_std,
                        Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& why) {
    diagnostics.error("E0402", "--input-u8 does not fit the model's input", graph.name)
        .notes.push_back(why);
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
    return refuse(fmt::format("input '{}' is {} {}, a float image of 1 or 3 channels is needed",
                              input.name, name_of(input.type), to_string(shape)));
  }
  if (!(mean_std[1] > 0)) return refuse("the standard deviation must be above 0");

  const bool planar = is_channels(shape[1]);
  const Shape nhwc = planar ? Shape{1, shape[2], shape[3], shape[1]} : shape;
  Tensor picture;
  picture.name = input.name + "_picture";
  picture.type = DType::kU8;
  picture.shape = nhwc;
  picture.origins = {
      {input.origins.empty() ? input.name : input.origins[0].name, nhwc, {}, DType::kU8, 0}};
  const TensorId id = graph.add_tensor(std::move(picture));
  TensorId real = normalized(graph, id, mean_std[0], mean_std[1]);
  if (planar) real = graph.append("picture_planar", Transpose{{0, 3, 1, 2}}, {real});
  graph.replace_uses(old, real);
  const std::string name = graph.input_port(0).name;
  graph.inputs[0] = id;
  graph.input_ports = {{name, nhwc}};
  graph.sort();
  return true;
}

}  // namespace spindle
