#include "tests/support/float_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace spindle::testing {
namespace {

std::int64_t product(const Ints& extents) {
  std::int64_t result = 1;
  for (const std::int64_t extent : extents) result *= extent;
  return result;
}

// What TensorFlow's SAME adds before and behind a dimension of `extent`.
std::pair<std::int64_t, std::int64_t> same_padding(std::int64_t extent, std::int64_t reach,
                                                   std::int64_t stride) {
  const std::int64_t outputs = (extent + stride - 1) / stride;
  const std::int64_t all = std::max<std::int64_t>((outputs - 1) * stride + reach - extent, 0);
  return {all / 2, all - all / 2};
}

}  // namespace

NetworkValue FloatNetwork::input(Ints shape) {
  input_ = {"input", std::move(shape)};
  return input_;
}

Floats FloatNetwork::random(std::int64_t count, float low, float high) {
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) {
    value = low + (high - low) * static_cast<float>(random_() >> 8U) / 16777216.0F;
  }
  return values;
}

NetworkNorm FloatNetwork::random_norm(std::int64_t channels) {
  return {random(channels, 0.7F, 1.3F), random(channels, -0.3F, 0.5F),
          random(channels, -0.3F, 0.3F), random(channels, 0.6F, 1.4F)};
}

NetworkWeights FloatNetwork::weights(Ints shape, std::int64_t inputs, std::size_t output_axis,
                                     bool norm) {
  NetworkWeights result;
  result.shape = std::move(shape);
  result.output_axis = output_axis;
  // A uniform distribution up to sqrt(6 / n) has the standard deviation sqrt(2 / n), which keeps
  // the magnitude of activations through ReLUs.
  const float most = std::sqrt(6.0F / static_cast<float>(inputs));
  result.values = random(product(result.shape), -most, most);
  const std::int64_t outputs = result.shape.at(output_axis);
  result.bias = random(outputs, -0.2F, 0.4F);
  if (norm) result.norm = random_norm(outputs);
  return result;
}

NetworkValue FloatNetwork::conv(const NetworkValue& x, const NetworkConv& layer) {
  const std::int64_t groups = layer.depthwise ? x.channels() : 1;
  const std::int64_t outputs = layer.depthwise ? x.channels() : layer.outputs;
  const std::size_t rank = layer.kernel.size();
  Ints shape{1, outputs};
  Ints before;
  Ints behind;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t extent = x.shape[2 + i];
    const std::int64_t reach = layer.dilation * (layer.kernel[i] - 1) + 1;
    const auto [first, last] = layer.padded ? same_padding(extent, reach, layer.stride)
                                            : std::pair<std::int64_t, std::int64_t>{0, 0};
    before.push_back(first);
    behind.push_back(last);
    shape.push_back((extent + first + last - reach) / layer.stride + 1);
  }
  Ints pads = before;
  pads.insert(pads.end(), behind.begin(), behind.end());
  Ints w{outputs, x.channels() / groups};
  w.insert(w.end(), layer.kernel.begin(), layer.kernel.end());
  NetworkNode node{.op = "Conv", .inputs = {x.name}};
  node.attributes = {{"kernel_shape", layer.kernel},
                     {"strides", Ints(rank, layer.stride)},
                     {"dilations", Ints(rank, layer.dilation)},
                     {"pads", pads},
                     {"group", groups}};
  node.weights = weights(w, product(w) / outputs, 0, layer.norm);
  return add(std::move(node), shape);
}

NetworkValue FloatNetwork::conv_transpose(const NetworkValue& x, std::int64_t outputs,
                                          std::int64_t stride) {
  NetworkNode node{.op = "ConvTranspose", .inputs = {x.name}};
  node.attributes = {{"kernel_shape", Ints{stride, stride}}, {"strides", Ints{stride, stride}}};
  node.weights = weights({x.channels(), outputs, stride, stride}, x.channels(), 1, false);
  return add(std::move(node), {1, outputs, x.shape[2] * stride, x.shape[3] * stride});
}

NetworkValue FloatNetwork::dense(const NetworkValue& x, std::int64_t outputs, bool norm) {
  NetworkNode node{.op = "Gemm", .inputs = {x.name}};
  node.attributes = {{"transB", std::int64_t{1}}};
  node.weights = weights({outputs, x.shape[1]}, x.shape[1], 0, norm);
  return add(std::move(node), {1, outputs});
}

NetworkValue FloatNetwork::norm(const NetworkValue& x) {
  const NetworkNorm norm = random_norm(x.channels());
  NetworkNode node{.op = "BatchNormalization", .inputs = {x.name}};
  for (const Floats& values : {norm.gamma, norm.beta, norm.mean, norm.variance}) {
    node.inputs.push_back(constant(floats({x.channels()}, values)));
  }
  return add(std::move(node), x.shape);
}

NetworkValue FloatNetwork::relu(const NetworkValue& x) {
  return unary("Relu", x);
}

NetworkValue FloatNetwork::relu6(const NetworkValue& x) {
  const std::string low = constant(floats({}, {0}));
  const std::string high = constant(floats({}, {6}));
  return add({.op = "Clip", .inputs = {x.name, low, high}}, x.shape);
}

NetworkValue FloatNetwork::unary(const std::string& op, const NetworkValue& x,
                                 const std::vector<Attribute>& attributes) {
  return add({.op = op, .inputs = {x.name}, .attributes = attributes}, x.shape);
}

NetworkValue FloatNetwork::binary(const std::string& op, const NetworkValue& a,
                                  const NetworkValue& b) {
  return add({.op = op, .inputs = {a.name, b.name}}, a.shape);
}

NetworkValue FloatNetwork::concat(const std::vector<NetworkValue>& parts, std::int64_t axis) {
  NetworkNode node{.op = "Concat", .attributes = {{"axis", axis}}};
  Ints shape = parts.front().shape;
  std::int64_t& along = shape[static_cast<std::size_t>(axis)];
  along = 0;
  for (const NetworkValue& part : parts) {
    node.inputs.push_back(part.name);
    along += part.shape[static_cast<std::size_t>(axis)];
  }
  return add(std::move(node), shape);
}

NetworkValue FloatNetwork::reshape(const NetworkValue& x, Ints shape) {
  const std::string to = constant(ints(kInt64, {static_cast<std::int64_t>(shape.size())}, shape));
  return add({.op = "Reshape", .inputs = {x.name, to}}, std::move(shape));
}

NetworkValue FloatNetwork::transpose(const NetworkValue& x, const Ints& perm) {
  Ints shape;
  for (const std::int64_t from : perm) shape.push_back(x.shape[static_cast<std::size_t>(from)]);
  return add({.op = "Transpose", .inputs = {x.name}, .attributes = {{"perm", perm}}}, shape);
}

NetworkValue FloatNetwork::global_pool(const NetworkValue& x) {
  Ints shape(x.shape.size(), 1);
  shape[1] = x.channels();
  return add({.op = "GlobalAveragePool", .inputs = {x.name}}, shape);
}

NetworkValue FloatNetwork::pool(const std::string& kind, const NetworkValue& x, std::int64_t size) {
  Ints shape = x.shape;
  for (std::size_t i = 2; i < shape.size(); ++i) shape[i] /= size;
  const Ints window(shape.size() - 2, size);
  return add({.op = kind,
              .inputs = {x.name},
              .attributes = {{"kernel_shape", window}, {"strides", window}}},
             shape);
}

NetworkValue FloatNetwork::resize(const NetworkValue& x, std::int64_t rows, std::int64_t columns,
                                  bool linear) {
  const Ints shape{1, x.channels(), rows, columns};
  const std::string sizes = constant(ints(kInt64, {4}, shape));
  NetworkNode node{.op = "Resize", .inputs = {x.name, "", "", sizes}};
  if (linear) {
    node.attributes = {{"mode", std::string("linear")},
                       {"coordinate_transformation_mode", std::string("half_pixel")}};
  } else {
    node.attributes = {{"mode", std::string("nearest")},
                       {"coordinate_transformation_mode", std::string("asymmetric")},
                       {"nearest_mode", std::string("floor")}};
  }
  return add(std::move(node), shape);
}

NetworkValue FloatNetwork::add(NetworkNode node, Ints shape) {
  node.output = fmt::format("{}_{}", node.op, ++count_);
  node.stays_float = stays_float_;
  nodes_.push_back(std::move(node));
  return {nodes_.back().output, std::move(shape)};
}

std::string FloatNetwork::constant(const OnnxTensor& data) {
  constants_.push_back({fmt::format("constant_{}", ++count_), data});
  return constants_.back().name;
}

NetworkValue FloatNetwork::real_constant(Ints shape, const Floats& values) {
  const std::string name = constant(floats(shape, values));
  return {name, std::move(shape)};
}

void FloatNetwork::output(const NetworkValue& x, int type) {
  outputs_.push_back({x, type});
}

bool FloatNetwork::is_output(const std::string& name) const {
  return std::any_of(outputs_.begin(), outputs_.end(),
                     [&](const Output& output) { return output.value.name == name; });
}

const NetworkNode* FloatNetwork::only_reader(const std::string& name) const {
  const NetworkNode* reader = nullptr;
  for (const NetworkNode& node : nodes_) {
    if (std::find(node.inputs.begin(), node.inputs.end(), name) == node.inputs.end()) continue;
    if (reader != nullptr) return nullptr;
    reader = &node;
  }
  return is_output(name) ? nullptr : reader;
}

void add_input_and_constants(const FloatNetwork& network, ModelBuilder& model) {
  const Ints& shape = network.input().shape;
  model.input(network.input().name, kFloat, {shape.begin(), shape.end()});
  for (const FloatNetwork::Named& constant : network.constants()) {
    model.constant(constant.name, constant.data);
  }
}

void add_outputs(const FloatNetwork& network, ModelBuilder& model) {
  for (const FloatNetwork::Output& output : network.outputs()) {
    const Ints& extents = output.value.shape;
    model.output(output.value.name, output.type, {extents.begin(), extents.end()});
  }
}

std::vector<std::byte> float_model(const FloatNetwork& network, bool all_values) {
  ModelBuilder model(14);
  add_input_and_constants(network, model);
  for (const NetworkNode& node : network.nodes()) {
    std::vector<std::string> inputs = node.inputs;
    const bool norm = node.weights && node.weights->norm;
    const std::string output = norm ? node.output + "_sum" : node.output;
    if (node.weights) {
      const auto outputs = static_cast<std::int64_t>(node.weights->bias.size());
      inputs.insert(inputs.end(), {node.output + "_w", node.output + "_b"});
      model.constant(node.output + "_w", floats(node.weights->shape, node.weights->values));
      model.constant(node.output + "_b", floats({outputs}, node.weights->bias));
    }
    model.node(node.op, inputs, {output}, node.attributes);
    if (norm) {
      const NetworkNorm& values = *node.weights->norm;
      const auto channels = static_cast<std::int64_t>(values.gamma.size());
      std::vector<std::string> names{output};
      for (const auto& [stem, value] :
           {std::pair{"_gamma", &values.gamma}, std::pair{"_beta", &values.beta},
            std::pair{"_mean", &values.mean}, std::pair{"_variance", &values.variance}}) {
        names.push_back(node.output + stem);
        model.constant(names.back(), floats({channels}, *value));
      }
      model.node("BatchNormalization", names, {node.output});
    }
    if (all_values && !network.is_output(node.output)) model.output(node.output);
  }
  add_outputs(network, model);
  return model.bytes();
}

}  // namespace spindle::testing
