// ConvTranspose, DepthToSpace and SpaceToDepth.
//
// With strides s, row Y of the full result of a transposed convolution is the sum over rows i of
// the input and taps k with Y = s*i + k. The rows with the same phase Y % s use the taps phase,
// phase + s, phase + 2*s, ... only, on consecutive rows of the input. So all phases together are
// one convolution with a window of ceil(taps / s) rows, and with as many output channels for each
// pixel of the input as there are phases; a DepthToSpace puts them in their places and crops.
// Nothing is stuffed with zeros but windows whose taps the strides do not divide.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "compiler/ir/index.h"
#include "frontend/file/element_count.h"
#include "frontend/op_table.h"
#include "frontend/window.h"

namespace spindle::frontend {
namespace {

// One dimension of a transposed convolution. The sizes are those of the file.
struct Dimension {
  std::int64_t in, taps, stride, out;
  std::int64_t crop;  // of the full result, at its beginning

  // The window of the convolution that computes all phases.
  [[nodiscard]] std::int64_t window() const { return (taps + stride - 1) / stride; }
  // Input rows of padding before the first one, so that as few rows as possible are cropped.
  [[nodiscard]] std::int64_t pad_before() const { return window() - 1 - skipped(); }
  // Rows of the convolution's result.
  [[nodiscard]] std::int64_t rows() const { return (rest() + out + stride - 1) / stride; }
  [[nodiscard]] std::int64_t pad_after() const {
    return std::max<std::int64_t>(rows() + window() - 1 - in - pad_before(), 0);
  }
  // What the DepthToSpace crops.
  [[nodiscard]] std::int64_t rest() const { return crop - skipped() * stride; }

 private:
  // Rows of the convolution's result that are not computed, because they would be cropped.
  [[nodiscard]] std::int64_t skipped() const {
    return std::clamp<std::int64_t>(crop / stride, 0, window() - 1);
  }
};

struct Form {
  std::array<Dimension, 2> dims;
  std::int64_t groups, in_channels, out_channels;

  [[nodiscard]] std::int64_t phases() const { return dims[0].stride * dims[1].stride; }
  [[nodiscard]] std::int64_t run() const { return out_channels / groups; }
  // The output channel that channel `c` of the convolution belongs to, and its phase.
  [[nodiscard]] std::int64_t channel_of(std::int64_t c) const {
    return c / (phases() * run()) * run() + c % run();
  }
  [[nodiscard]] std::int64_t phase_of(std::int64_t c) const { return c / run() % phases(); }
};

// Where the result begins in the full result, and its size: by pads, by output_shape or by
// auto_pad.
void place_result(NodeContext& node, std::array<Dimension, 2>& dims) {
  Attributes& attributes = node.attributes();
  const std::size_t spatial = node.shape(0).size() - 2;
  const auto pads = attributes.sizes("pads", 2 * spatial, 0, 0);
  const auto extra = attributes.sizes("output_padding", spatial, 0, 0);
  const auto wanted = attributes.integers("output_shape");
  const std::string mode = attributes.text("auto_pad", "NOTSET");
  const bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!same && mode != "NOTSET" && mode != "VALID" && !mode.empty()) {
    malformed(fmt::format("attribute 'auto_pad' is '{}'", printable(mode)));
  }
  if (wanted && wanted->size() < spatial) malformed("output_shape has too few values");
  for (std::size_t d = 0; d < spatial; ++d) {
    Dimension& dim = dims[2 - spatial + d];
    const std::int64_t full = (dim.in - 1) * dim.stride + dim.taps + extra[d];
    if (wanted || same) {
      dim.out = wanted ? (*wanted)[wanted->size() - spatial + d] : dim.in * dim.stride;
      if (dim.out < 1 || dim.out > kAttributeLimit) malformed("output_shape is out of range");
      const std::int64_t total = full - dim.out;
      dim.crop = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
      if (total < 0) dim.crop = 0;
    } else {
      const bool valid = mode == "VALID";
      dim.crop = valid ? 0 : pads[d];
      dim.out = full - dim.crop - (valid ? 0 : pads[d + spatial]);
    }
    if (dim.out < 1) mismatch("the padding leaves nothing of the result");
  }
}

Form read_form(NodeContext& node) {
  require_image(node);
  const ImageSize size = image_size(node);
  const Shape& weights = node.shape(1);
  if (weights.size() != node.shape(0).size()) {
    mismatch(fmt::format("weights have shape {}, the input {}", to_string(weights),
                         to_string(node.shape(0))));
  }
  const auto strides = spatial_sizes(node, "strides", 1, 1);
  const auto dilations = spatial_sizes(node, "dilations", 1, 1);
  if (dilations[0] != 1 || dilations[1] != 1) refuse("dilations are not 1");
  Form form;
  form.groups = node.attributes().integer("group", 1, 1);
  form.in_channels = node.shape(0)[1];
  form.out_channels = weights[1] * form.groups;
  if (weights[0] != form.in_channels || form.in_channels % form.groups != 0) {
    mismatch(fmt::format("weights have shape {} for {} channels in {} groups", to_string(weights),
                         form.in_channels, form.groups));
  }
  const bool image = weights.size() == 4;
  form.dims[0] = {.in = size.height,
                  .taps = image ? weights[2] : 1,
                  .stride = strides[0],
                  .out = size.height,
                  .crop = 0};
  form.dims[1] = {
      .in = size.width, .taps = weights.back(), .stride = strides[1], .out = 1, .crop = 0};
  const auto stated = node.attributes().integers("kernel_shape");
  if (stated && *stated != Shape(weights.begin() + 2, weights.end())) {
    mismatch(fmt::format("kernel_shape is {}, the weights have shape {}", to_string(*stated),
                         to_string(weights)));
  }
  for (const Dimension& dim : form.dims) {
    if (dim.taps < 1 || dim.taps > kAttributeLimit) mismatch("the weights have no taps");
  }
  place_result(node, form.dims);
  return form;
}

// Constant data and, if it goes through a DequantizeLinear, its quantization.
struct Source {
  ConstantPtr data;
  std::optional<Quant> quant;

  // What stands for 0 among the data of channel `channel` of the quantization's axis.
  [[nodiscard]] double zero_of(std::int64_t channel) const {
    if (!quant) return 0;
    return quant->per_tensor() ? quant->zero_point[0] : quant->zero_point.at(channel);
  }
};

// Weights (`channel_axis` 1) or bias (0). Codes are kept only if their scales belong to output
// channels; other constants are taken as the real numbers they stand for.
Source source_of(NodeContext& node, int index, int channel_axis) {
  if (node.constant(index) == nullptr) {
    const NodeId before = node.context().producer(node.input(index));
    if (before && node.graph().nodes[before].as<Dequantize>() != nullptr) {
      const Tensor& codes = node.graph().tensor(node.graph().nodes[before].inputs[0]);
      const bool fits =
          codes.quant && (codes.quant->per_tensor() || codes.quant->axis == channel_axis);
      if (codes.constant != nullptr && fits) return {codes.constant, codes.quant};
    }
  }
  const ConstantPtr data = node.known(index);
  if (data == nullptr) refuse("its weights are computed at run time");
  if (data->type() != DType::kF32) mismatch(fmt::format("input {} is not float", index));
  return {data, std::nullopt};
}

// `values` for the convolution's channels as a tensor of reals.
TensorId add_weights(NodeContext& node, const Source& source, const Form& form, Shape shape,
                     const std::vector<double>& values, std::string_view suffix) {
  if (!source.quant) {
    const std::vector<float> reals(values.begin(), values.end());
    return node.add_constant(suffix, Constant::floats(std::move(shape), reals));
  }
  Quant quant = *source.quant;
  if (!quant.per_tensor()) {
    const Quant file = quant;
    quant = {{}, {}, 0};
    for (std::int64_t c = 0; c < form.out_channels * form.phases(); ++c) {
      const std::size_t of = form.channel_of(c) % file.scale.size();
      quant.scale.push_back(file.scale.at(of));
      quant.zero_point.push_back(file.zero_point.at(of));
    }
  }
  const std::vector<std::int64_t> codes(values.begin(), values.end());
  const TensorId id = node.add_constant(
      suffix, Constant::ints(source.data->type(), std::move(shape), codes), std::move(quant));
  return node.emit(Dequantize{}, {id}, suffix);
}

// The shape [O,KH,KW,C/groups] of the convolution's weights.
Shape conv_weights_shape(const Form& form) {
  const auto& [rows, columns] = form.dims;
  std::int64_t count = 1;
  for (const std::int64_t factor : {form.out_channels, rows.stride, columns.stride, rows.window(),
                                    columns.window(), form.in_channels / form.groups}) {
    if (!multiply_count(count, factor)) refuse("its strides make the weights too large");
  }
  return {form.out_channels * form.phases(), rows.window(), columns.window(),
          form.in_channels / form.groups};
}

TensorId conv_weights(NodeContext& node, const Form& form) {
  const Source source = source_of(node, 1, 1);
  const auto& [rows, columns] = form.dims;
  const Shape shape = conv_weights_shape(form);
  const Shape strides =
      strides_of(node.shape(1).size() == 4 ? node.shape(1)
                                           : Shape{form.in_channels, form.run(), 1, columns.taps});
  node.context().budget.charge(element_count(shape) * 8);
  std::vector<double> values;
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    const std::int64_t phase = form.phase_of(index[0]);
    const std::int64_t channel = form.channel_of(index[0]) % form.run();
    const std::int64_t group = form.channel_of(index[0]) / form.run();
    // The window's first tap lies on the earliest row, which the last of the phase's taps reads.
    const std::int64_t from[] = {
        group * shape[3] + index[3], channel,
        phase / columns.stride + rows.stride * (shape[1] - 1 - index[1]),
        phase % columns.stride + columns.stride * (shape[2] - 1 - index[2])};
    if (from[2] < rows.taps && from[3] < columns.taps) {
      values.push_back(source.data->as_double(flat_index(from, strides)));
    } else {
      values.push_back(source.zero_of(channel));
    }
  });
  return add_weights(node, source, form, shape, values, "/weights");
}

TensorId conv_bias(NodeContext& node, const Form& form) {
  if (!node.has(2)) return kNoTensor;
  if (node.shape(2) != Shape{form.out_channels}) {
    mismatch(fmt::format("bias has shape {}, {} is needed", to_string(node.shape(2)),
                         form.out_channels));
  }
  const Source source = source_of(node, 2, 0);
  std::vector<double> values;
  for (std::int64_t c = 0; c < form.out_channels * form.phases(); ++c) {
    values.push_back(source.data->as_double(form.channel_of(c)));
  }
  const Shape shape{static_cast<std::int64_t>(values.size())};
  return add_weights(node, source, form, shape, values, "/bias");
}

void convert_conv_transpose(NodeContext& node) {
  const Form form = read_form(node);
  const auto& [rows, columns] = form.dims;
  Conv conv;
  conv.groups = static_cast<int>(form.groups);
  conv.pad = {static_cast<int>(rows.pad_before()), static_cast<int>(columns.pad_before()),
              static_cast<int>(rows.pad_after()), static_cast<int>(columns.pad_after())};
  std::vector<TensorId> inputs{node.to_nhwc(node.input(0)), conv_weights(node, form)};
  const TensorId bias = conv_bias(node, form);
  if (bias != kNoTensor) inputs.push_back(bias);
  TensorId y = node.emit(conv, std::move(inputs), "/conv");
  DepthToSpace op;
  op.block = {static_cast<int>(rows.stride), static_cast<int>(columns.stride)};
  op.run = form.run();
  op.crop = {static_cast<int>(rows.rest()), static_cast<int>(columns.rest())};
  op.size = {rows.out, columns.out};
  y = node.emit(op, {y}, "/pixels");
  node.bind(node.from_nhwc(y, node.rank(0)));
}

std::int64_t block_size(NodeContext& node) {
  if (node.rank(0) != 4) mismatch(fmt::format("the input has shape {}", to_string(node.shape(0))));
  if (!node.attributes().has("blocksize")) malformed("attribute 'blocksize' is missing");
  return node.attributes().integer("blocksize", 1, 1);
}

void convert_depth_to_space(NodeContext& node) {
  const std::int64_t block = block_size(node);
  const std::string mode = node.attributes().text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") {
    malformed(fmt::format("attribute 'mode' is '{}'", printable(mode)));
  }
  const Shape& shape = node.shape(0);
  if (shape[1] % (block * block) != 0) {
    mismatch(fmt::format("{} channels are no blocks of {}x{}", shape[1], block, block));
  }
  DepthToSpace op;
  op.block = {static_cast<int>(block), static_cast<int>(block)};
  op.run = mode == "DCR" ? shape[1] / (block * block) : 1;
  op.size = {shape[2] * block, shape[3] * block};
  const TensorId y = node.emit(op, {node.to_nhwc(node.input(0))}, "/pixels");
  node.bind(node.from_nhwc(y, 4));
}

void convert_space_to_depth(NodeContext& node) {
  const std::int64_t block = block_size(node);
  const Shape shape = node.shape(0);
  if (shape[2] % block != 0 || shape[3] % block != 0) {
    mismatch(fmt::format("{} is not made of blocks of {}x{}", to_string(shape), block, block));
  }
  const std::int64_t height = shape[2] / block;
  const std::int64_t width = shape[3] / block;
  TensorId x = node.to_nhwc(node.input(0));
  x = node.emit(Reshape{{shape[0], height, block, width, block, shape[1]}}, {x}, "/blocks");
  x = node.emit(Transpose{{0, 1, 3, 2, 4, 5}}, {x}, "/gathered");
  x = node.emit(Reshape{{shape[0], height, width, block * block * shape[1]}}, {x}, "/pixels");
  node.bind(node.from_nhwc(x, 4));
}

constexpr OpEntry kConvTransposeOperators[] = {
    {.type = "ConvTranspose", .since = 1, .inputs = {2, 3}, .convert = convert_conv_transpose},
    {.type = "DepthToSpace", .since = 1, .inputs = {1, 1}, .convert = convert_depth_to_space},
    {.type = "SpaceToDepth", .since = 1, .inputs = {1, 1}, .convert = convert_space_to_depth},
};

}  // namespace

std::span<const OpEntry> conv_transpose_operators() {
  return kConvTransposeOperators;
}

}  // namespace spindle::frontend
