// Operators that move data.
#include <algorithm>
#include <limits>

#include "compiler/ir/diagnostics.h"
#include "frontend/export/exporter.h"

namespace spindle::frontend {
namespace {

using Ints = std::vector<std::int64_t>;

// True if the elements of a tensor of `shape` follow one another alike in both orders, because only
// extents of 1 change their places.
bool same_sequence(const Shape& shape, const Order& order) {
  int last = -1;
  for (const int dimension : order) {
    if (shape[dimension] == 1) continue;
    if (dimension < last) return false;
    last = dimension;
  }
  return true;
}

void write_reshape(Exporter& exporter, const Node& node) {
  const TensorId x = node.inputs[0];
  const Shape& from = exporter.graph().tensor(x).shape;
  const Shape& to = exporter.graph().tensor(node.output()).shape;
  const Order held = exporter.order_of(x);
  const std::string input =
      exporter.in(x, same_sequence(from, held) ? held : same_order(from.size()));
  // The result is an image in the file's order where that needs no Transpose.
  const Order images = image_order(to.size());
  const Order order = same_sequence(to, images) ? images : same_order(to.size());
  exporter.define(node.output(), exporter.reshape(input, reordered(to, order), node.output(), {}),
                  order);
}

// The result is what the file has already, in another order.
void write_transpose(Exporter& exporter, const Node& node) {
  const auto& transpose = std::get<Transpose>(node.op);
  const Order held = exporter.order_of(node.inputs[0]);
  // Dimension i of the result is dimension perm[i] of the input.
  Order order;
  for (const int dimension : held) {
    order.push_back(static_cast<int>(place_in(transpose.perm, dimension)));
  }
  exporter.define(node.output(), exporter.in(node.inputs[0], held), order);
}

void write_pad(Exporter& exporter, const Node& node) {
  const auto& pad = std::get<Pad>(node.op);
  const Order order = exporter.order_of(node.inputs[0]);
  Ints pads;
  for (const int dimension : order) pads.push_back(pad.before[dimension]);
  for (const int dimension : order) pads.push_back(pad.after[dimension]);
  std::vector<std::string> inputs{exporter.in(node.inputs[0], order),
                                  exporter.writer().integers("pads", pads)};
  if (pad.value != 0) inputs.push_back(exporter.writer().scalar("value", pad.value));
  exporter.define(node.output(), exporter.emit("Pad", inputs, node.output()).first, order);
}

void write_slice(Exporter& exporter, const Node& node) {
  const auto& slice = std::get<Slice>(node.op);
  const Order order = exporter.order_of(node.inputs[0]);
  const Shape& shape = exporter.graph().tensor(node.inputs[0]).shape;
  Ints starts;
  Ints ends;
  Ints axes;
  Ints steps;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const int d = order[i];
    if (slice.start[d] == 0 && slice.step[d] == 1 && slice.count[d] == shape[d]) continue;
    const std::int64_t end = slice.start[d] + slice.count[d] * slice.step[d];
    starts.push_back(slice.start[d]);
    // An end before the first element; -1 would count from behind.
    ends.push_back(end < 0 ? std::numeric_limits<std::int64_t>::min() + 1 : end);
    axes.push_back(static_cast<std::int64_t>(i));
    steps.push_back(slice.step[d]);
  }
  ModelWriter& file = exporter.writer();
  const std::string x = exporter.in(node.inputs[0], order);
  const std::string y =
      axes.empty() ? exporter.emit("Identity", {x}, node.output()).first
                   : exporter
                         .emit("Slice",
                               {x, file.integers("starts", starts), file.integers("ends", ends),
                                file.integers("axes", axes), file.integers("steps", steps)},
                               node.output())
                         .first;
  exporter.define(node.output(), y, order);
}

void write_gather(Exporter& exporter, const Node& node) {
  const auto& gather = std::get<Gather>(node.op);
  const Order order = exporter.order_of(node.inputs[0]);
  auto [name, writer] = exporter.emit(
      "Gather",
      {exporter.in(node.inputs[0], order), exporter.writer().integers("indices", gather.indices)},
      node.output());
  writer.set("axis", place_in(order, gather.axis));
  exporter.define(node.output(), name, order);
}

}  // namespace

void write_movement(Exporter& exporter, const Node& node) {
  if (node.as<Reshape>() != nullptr) return write_reshape(exporter, node);
  if (node.as<Transpose>() != nullptr) return write_transpose(exporter, node);
  if (node.as<Pad>() != nullptr) return write_pad(exporter, node);
  if (node.as<Slice>() != nullptr) return write_slice(exporter, node);
  write_gather(exporter, node);
}

void write_depth_to_space(Exporter& exporter, const Node& node) {
  const auto& op = std::get<DepthToSpace>(node.op);
  const TensorId y = node.output();
  const Shape& in = exporter.graph().tensor(node.inputs[0]).shape;
  const Shape& out = exporter.graph().tensor(y).shape;
  const bool whole =
      op.crop == std::array{0, 0} && out[1] == in[1] * op.block[0] && out[2] == in[2] * op.block[1];
  const bool square = op.block[0] == op.block[1];
  if (whole && square && (op.run == out[3] || op.run == 1)) {
    auto [name, writer] =
        exporter.emit("DepthToSpace", {exporter.in(node.inputs[0], image_order(4))}, y);
    writer.set("blocksize", std::int64_t{op.block[0]})
        .set("mode", std::string_view(op.run == out[3] ? "DCR" : "CRD"));
    exporter.define(y, name, image_order(4));
    return;
  }
  // [N,H,W, runs,bh,bw,run] -> [N, H,bh, W,bw, runs,run], and a part of that.
  const std::int64_t runs = out[3] / op.run;
  std::string name =
      exporter.reshape(exporter.in(node.inputs[0], same_order(4)),
                       {in[0], in[1], in[2], runs, op.block[0], op.block[1], op.run}, y, "/blocks");
  auto [moved, writer] = exporter.emit("Transpose", {name}, y, "/pixels");
  writer.set("perm", Ints{0, 1, 4, 2, 5, 3, 6});
  name = exporter.reshape(moved, {in[0], in[1] * op.block[0], in[2] * op.block[1], out[3]}, y,
                          whole ? "" : "/image");
  if (!whole) {
    ModelWriter& file = exporter.writer();
    name = exporter
               .emit("Slice",
                     {name, file.integers("starts", {op.crop[0], op.crop[1]}),
                      file.integers("ends", {op.crop[0] + out[1], op.crop[1] + out[2]}),
                      file.integers("axes", {1, 2})},
                     y)
               .first;
  }
  exporter.define(y, name, same_order(4));
}

}  // namespace spindle::frontend
