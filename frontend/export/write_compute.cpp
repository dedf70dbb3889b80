// Convolutions, dense layers, pools, means and resizing: operators on images and rows.
#include <cmath>

#include "compiler/ir/diagnostics.h"
#include "frontend/export/exporter.h"

namespace spindle::frontend {
namespace {

using Ints = std::vector<std::int64_t>;

Ints two(const std::array<int, 2>& values) {
  return {values[0], values[1]};
}

Ints pads_of(const Padding& pad) {
  return {pad.top, pad.left, pad.bottom, pad.right};
}

// "" behind the last operator of a tensor; before its activation, a suffix.
std::string_view before(const Activation& act) {
  return act.none() ? "" : "/linear";
}

bool covers_image(const Pool& pool, const Shape& image) {
  return pool.kind == PoolKind::kAverage && pool.pad.none() && pool.kernel[0] == image[1] &&
         pool.kernel[1] == image[2];
}

}  // namespace

void write_conv(Exporter& exporter, const Node& node) {
  const auto& conv = std::get<Conv>(node.op);
  const Order images = image_order(4);
  const Shape& weights = exporter.graph().tensor(node.inputs[1]).shape;
  std::vector<std::string> inputs{exporter.in(node.inputs[0], images),
                                  exporter.in(node.inputs[1], images)};
  if (const TensorId bias = node.optional_input(2); bias != kNoTensor) {
    inputs.push_back(exporter.in(bias, same_order(1)));
  }
  auto [name, writer] = exporter.emit("Conv", inputs, node.output(), before(conv.act));
  writer.set("kernel_shape", Ints{weights[1], weights[2]})
      .set("strides", two(conv.stride))
      .set("dilations", two(conv.dilation))
      .set("pads", pads_of(conv.pad))
      .set("group", std::int64_t{conv.groups});
  exporter.define_activated(node.output(), name, conv.act, images);
}

void write_dense(Exporter& exporter, const Node& node) {
  const auto& dense = std::get<Dense>(node.op);
  const std::size_t rank = exporter.graph().tensor(node.inputs[0]).shape.size();
  const TensorId bias = node.optional_input(2);
  const TensorId y = node.output();
  std::vector<std::string> inputs{exporter.in(node.inputs[0], same_order(rank))};
  if (rank == 2) {
    inputs.push_back(exporter.in(node.inputs[1], same_order(2)));
    if (bias != kNoTensor) inputs.push_back(exporter.in(bias, same_order(1)));
    auto [name, writer] = exporter.emit("Gemm", inputs, y, before(dense.act));
    writer.set("transB", std::int64_t{1});
    exporter.define_activated(y, name, dense.act, same_order(rank));
    return;
  }
  inputs.push_back(exporter.in(node.inputs[1], {1, 0}));
  std::string name = exporter.emit("MatMul", inputs, y, "/product").first;
  if (bias != kNoTensor) {
    name =
        exporter.emit("Add", {name, exporter.in(bias, same_order(1))}, y, before(dense.act)).first;
  }
  exporter.define_activated(y, name, dense.act, same_order(rank));
}

void write_pool(Exporter& exporter, const Node& node) {
  const auto& pool = std::get<Pool>(node.op);
  const Order images = image_order(4);
  const std::vector<std::string> inputs{exporter.in(node.inputs[0], images)};
  if (covers_image(pool, exporter.graph().tensor(node.inputs[0]).shape)) {
    exporter.define(node.output(), exporter.emit("GlobalAveragePool", inputs, node.output()).first,
                    images);
    return;
  }
  const bool average = pool.kind == PoolKind::kAverage;
  const bool dilated = pool.dilation[0] > 1 || pool.dilation[1] > 1;
  auto [name, writer] = exporter.emit(average ? "AveragePool" : "MaxPool", inputs, node.output(),
                                      {}, average && dilated ? 19 : 13);
  writer.set("kernel_shape", two(pool.kernel))
      .set("strides", two(pool.stride))
      .set("pads", pads_of(pool.pad));
  if (dilated) writer.set("dilations", two(pool.dilation));
  if (pool.ceil_mode) writer.set("ceil_mode", std::int64_t{1});
  if (average && pool.count_include_pad) writer.set("count_include_pad", std::int64_t{1});
  exporter.define(node.output(), name, images);
}

void write_reduce(Exporter& exporter, const Node& node) {
  const auto& reduce = std::get<Reduce>(node.op);
  const TensorId y = node.output();
  const std::size_t rank = exporter.graph().tensor(node.inputs[0]).shape.size();
  if (reduce.kind == ReduceKind::kMean && reduce.keep_dims && rank == 4 &&
      reduce.axes == std::vector<int>{1, 2}) {
    const auto pooled = exporter.emit(
        "GlobalAveragePool", {exporter.in(node.inputs[0], image_order(4))}, y, before(reduce.act));
    exporter.define_activated(y, pooled.first, reduce.act, image_order(4));
    return;
  }
  const Order order = reduce.keep_dims ? exporter.order_of(node.inputs[0]) : same_order(rank);
  Ints axes;
  for (const int axis : reduce.axes) axes.push_back(place_in(order, axis));
  static constexpr std::string_view kTypes[] = {"ReduceMean", "ReduceSum", "ReduceMax",
                                                "ReduceMin"};
  // Of these, only ReduceSum takes its axes as an input before opset 18. All take them so from
  // there on, so that the form does not depend on other nodes.
  const bool sum = reduce.kind == ReduceKind::kSum;
  auto [name, writer] =
      exporter.emit(kTypes[static_cast<int>(reduce.kind)],
                    {exporter.in(node.inputs[0], order), exporter.writer().integers("axes", axes)},
                    y, before(reduce.act), sum ? 13 : 18);
  writer.set("keepdims", std::int64_t{reduce.keep_dims ? 1 : 0});
  const std::size_t rank_after = exporter.graph().tensor(y).shape.size();
  exporter.define_activated(y, name, reduce.act, reduce.keep_dims ? order : same_order(rank_after));
}

void write_resize(Exporter& exporter, const Node& node) {
  const auto& resize = std::get<Resize>(node.op);
  check_internal(resize.kind != ResizeKind::kLinearOnCodes, "a resize of codes is exported");
  static constexpr std::string_view kCoordinates[] = {"half_pixel", "pytorch_half_pixel",
                                                      "align_corners", "asymmetric"};
  static constexpr std::string_view kNearest[] = {"round_prefer_floor", "round_prefer_ceil",
                                                  "floor", "ceil"};
  const Shape& shape = exporter.graph().tensor(node.output()).shape;
  std::vector<std::string> inputs{exporter.in(node.inputs[0], image_order(4)), {}, {}};
  if (resize.scale[0] > 0 && resize.scale[1] > 0) {
    inputs[2] = exporter.writer().constant(
        "scales", *Constant::floats({4}, {1, 1, resize.scale[0], resize.scale[1]}));
  } else {
    inputs.push_back(
        exporter.writer().integers("sizes", {shape[0], shape[3], resize.size[0], resize.size[1]}));
  }
  auto [name, writer] = exporter.emit("Resize", inputs, node.output());
  const bool linear = resize.kind == ResizeKind::kLinear;
  writer.set("mode", std::string_view(linear ? "linear" : "nearest"))
      .set("coordinate_transformation_mode", kCoordinates[static_cast<int>(resize.coordinates)]);
  if (!linear) writer.set("nearest_mode", kNearest[static_cast<int>(resize.nearest)]);
  exporter.define(node.output(), name, image_order(4));
}

}  // namespace spindle::frontend
