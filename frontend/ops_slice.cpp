// Operators that take parts of tensors or extend them: Slice, Split, Gather, Pad.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "frontend/fold/fold_elements.h"
#include "frontend/fold/fold_functions.h"
#include "frontend/op_table.h"
#include "frontend/quant_links.h"

namespace spindle::frontend {
namespace {

// A Slice that takes all of a tensor of `shape`.
Slice everything(const Shape& shape) {
  return {Shape(shape.size(), 0), Shape(shape.size(), 1), shape};
}

// Takes elements start, start + step, ... before `end` of a dimension, by numpy's rules.
void slice_dimension(Slice& slice, std::size_t axis, std::int64_t start, std::int64_t end,
                     std::int64_t step) {
  if (step == 0) malformed("a step is 0");
  const std::int64_t extent = slice.count[axis];
  if (extent == 0) return;
  // Larger steps take one element, whatever their size.
  step = std::clamp(step, -extent - 1, extent + 1);
  const auto from_end = [extent](std::int64_t i) {
    return i < 0 ? std::max(i, -extent - 1) + extent : i;
  };
  const std::int64_t least = step > 0 ? 0 : -1;
  const std::int64_t most = step > 0 ? extent : extent - 1;
  // With a negative step, an end before the first element becomes -1 here. In the file, -1 means
  // the last element.
  start = std::clamp(from_end(start), std::int64_t{0}, std::max<std::int64_t>(most, 0));
  end = std::clamp(from_end(end), least, most);
  const std::int64_t distance = step > 0 ? end - start : start - end;
  const std::int64_t size = std::abs(step);
  slice.start[axis] = start;
  slice.step[axis] = step;
  slice.count[axis] = std::max<std::int64_t>(0, (distance + size - 1) / size);
}

struct SliceArguments {
  std::vector<std::int64_t> starts{}, ends{}, axes{}, steps{};
};

SliceArguments slice_arguments(NodeContext& node) {
  SliceArguments args;
  if (node.opset() < 10) {
    const auto starts = node.attributes().integers("starts");
    const auto ends = node.attributes().integers("ends");
    if (!starts || !ends) malformed("starts or ends are missing");
    args = {.starts = *starts,
            .ends = *ends,
            .axes = node.attributes().integers("axes").value_or(Shape{})};
  } else {
    args = {.starts = node.constant_ints(1, "starts"), .ends = node.constant_ints(2, "ends")};
    if (node.has(3)) args.axes = node.constant_ints(3, "axes");
    if (node.has(4)) args.steps = node.constant_ints(4, "steps");
  }
  const std::size_t count = args.starts.size();
  if (args.axes.empty()) {
    args.axes.resize(count);
    std::iota(args.axes.begin(), args.axes.end(), 0);
  }
  if (args.steps.empty()) args.steps.assign(count, 1);
  if (args.ends.size() != count || args.axes.size() != count || args.steps.size() != count) {
    malformed("starts, ends, axes and steps have different lengths");
  }
  return args;
}

void convert_slice(NodeContext& node) {
  const SliceArguments args = slice_arguments(node);
  require_distinct(args.axes, node.rank(0));
  Slice slice = everything(node.shape(0));
  for (std::size_t i = 0; i < args.axes.size(); ++i) {
    const int axis = NodeContext::from_front(args.axes[i], node.rank(0));
    slice_dimension(slice, axis, args.starts[i], args.ends[i], args.steps[i]);
  }
  node.bind(node.emit(std::move(slice), {node.input(0)}));
}

// Extents of the parts of a Split.
std::vector<std::int64_t> split_extents(NodeContext& node, std::int64_t extent) {
  const auto parts = static_cast<std::int64_t>(node.outputs());
  std::vector<std::int64_t> extents;
  if (node.opset() < 13) {
    extents = node.attributes().integers("split").value_or(Shape{});
  } else if (node.has(1)) {
    extents = node.constant_ints(1, "extents of the parts");
  }
  if (node.opset() >= 18) {
    const std::int64_t stated = node.attributes().integer("num_outputs", parts);
    if (stated != parts) malformed(fmt::format("num_outputs is {}, not {}", stated, parts));
  }
  if (!extents.empty()) return extents;
  if (extent % parts != 0 && node.opset() < 18) {
    mismatch(fmt::format("{} cannot be split into {} equal parts", extent, parts));
  }
  const std::int64_t each = (extent + parts - 1) / parts;
  for (std::int64_t left = extent; static_cast<std::int64_t>(extents.size()) < parts;) {
    extents.push_back(std::min(each, left));
    left -= extents.back();
  }
  return extents;
}

void convert_split(NodeContext& node) {
  const int axis = NodeContext::from_front(node.attributes().integer("axis", 0), node.rank(0));
  const Shape shape = node.shape(0);
  const std::size_t at = axis;
  const auto extents = split_extents(node, shape[at]);
  if (std::ssize(extents) != node.outputs()) {
    malformed(fmt::format("there are {} parts for {} outputs", extents.size(), node.outputs()));
  }
  std::int64_t start = 0;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] < 0 || extents[i] > shape[at] - start) mismatch("the parts exceed the input");
    Slice slice = everything(shape);
    slice.start[at] = start;
    slice.count[at] = extents[i];
    start += extents[i];
    const int output = static_cast<int>(i);
    if (node.wants(output)) {
      node.bind(node.emit(std::move(slice), {node.input(0)}, {}, output), output);
    }
  }
  if (start != shape[at]) mismatch(fmt::format("the parts have {} of {}", start, shape[at]));
}

// Whether the indices are evenly spaced, so that a Slice can take their elements.
bool lie_evenly(const std::vector<std::int64_t>& indices) {
  if (indices.size() < 2) return true;
  const std::int64_t step = indices[1] - indices[0];
  for (std::size_t i = 1; i < indices.size(); ++i) {
    if (step == 0 || indices[i] - indices[i - 1] != step) return false;
  }
  return true;
}

// Emits a Gather along `axis`. The dimensions of `indices`, of which there may be none or several,
// replace that dimension, so a Reshape follows.
void emit_gather(NodeContext& node, const Constant& indices, int axis) {
  const Shape shape = node.shape(0);
  const std::size_t at = axis;
  const std::int64_t extent = shape[at];
  if (indices.type() == DType::kF32) malformed("indices must be integers");
  if (indices.size() == 0 || indices.size() > kMostFolded) {
    refuse(fmt::format("{} indices", indices.size()));
  }
  std::vector<std::int64_t> at_indices = indices.to_ints();
  for (std::int64_t& i : at_indices) {
    if (i < -extent || i >= extent) mismatch(fmt::format("index {} is outside of {}", i, extent));
    if (i < 0) i += extent;
  }
  Op op;
  if (lie_evenly(at_indices)) {
    Slice slice = everything(shape);
    slice.start[at] = at_indices[0];
    slice.step[at] = at_indices.size() > 1 ? at_indices[1] - at_indices[0] : 1;
    slice.count[at] = static_cast<std::int64_t>(at_indices.size());
    op = std::move(slice);
  } else {
    op = Gather{axis, at_indices};
  }
  Shape result(shape.begin(), shape.begin() + axis);
  result.insert(result.end(), indices.shape().begin(), indices.shape().end());
  result.insert(result.end(), shape.begin() + axis + 1, shape.end());
  const TensorId taken = node.emit(std::move(op), {node.input(0)}, "/taken");
  node.bind(node.emit(Reshape{std::move(result)}, {taken}));
}

void convert_gather(NodeContext& node) {
  if (node.rank(0) < 1) mismatch("the input is a scalar");
  const int axis = NodeContext::from_front(node.attributes().integer("axis", 0), node.rank(0));
  const ConstantPtr indices = node.known(1);
  if (indices == nullptr) refuse("its indices are computed at run time, but must be constants");
  if (const ConstantPtr data = node.constant(0)) {
    if (ConstantPtr result = fold_gather(*data, *indices, axis)) {
      node.context().budget.charge(static_cast<std::int64_t>(result->bytes().size()));
      node.bind_constant(std::move(result));
      return;
    }
  }
  emit_gather(node, *indices, axis);
}

struct PadArguments {
  std::vector<std::int64_t> pads;
  std::vector<int> axes;
  float value = 0;
};

PadArguments pad_arguments(NodeContext& node) {
  PadArguments args;
  if (node.opset() < 11) {
    const auto pads = node.attributes().integers("pads");
    if (!pads) malformed("attribute 'pads' is missing");
    args.pads = *pads;
    args.value = node.attributes().real("value", 0);
  } else {
    args.pads = node.constant_ints(1, "pads");
    if (node.has(2)) {
      const ConstantPtr value = node.known(2);
      if (value == nullptr) {
        refuse("its fill value is computed at run time, but must be a constant");
      }
      if (value->size() != 1) malformed("constant_value must be a scalar");
      if (value->type() != node.type(0)) mismatch("constant_value has another type than the input");
      args.value = static_cast<float>(value->as_double(0));
    }
  }
  for (int i = 0; i < node.rank(0); ++i) args.axes.push_back(i);
  if (node.has(3)) {
    args.axes.clear();
    const auto axes = node.constant_ints(3, "axes");
    require_distinct(axes, node.rank(0));
    for (std::int64_t axis : axes) args.axes.push_back(NodeContext::from_front(axis, node.rank(0)));
  }
  if (args.pads.size() != 2 * args.axes.size()) {
    malformed(fmt::format("there are {} pads for {} dimensions; two for each are needed",
                          args.pads.size(), args.axes.size()));
  }
  return args;
}

// The index of the element that Pad puts at position `i` of a dimension of `extent` elements, where
// the first of them is at 0: the nearest one (edge), the one as far behind the border as `i` is
// before it (reflect), or that of the repeated dimension (wrap).
std::int64_t padded_index(std::string_view mode, std::int64_t i, std::int64_t extent) {
  if (mode == "edge" || extent == 1) return std::clamp<std::int64_t>(i, 0, extent - 1);
  const std::int64_t period = mode == "wrap" ? extent : 2 * (extent - 1);
  i = (i % period + period) % period;
  return i < extent ? i : period - i;
}

// Pad that repeats elements of its input: a Gather along each dimension that changes.
void pad_with_elements(NodeContext& node, const PadArguments& args, std::string_view mode) {
  TensorId y = node.input(0);
  for (std::size_t i = 0; i < args.axes.size(); ++i) {
    const int axis = args.axes[i];
    const std::int64_t extent = node.shape(0)[axis];
    const std::int64_t before = args.pads[i];
    const std::int64_t after = args.pads[i + args.axes.size()];
    if (before == 0 && after == 0) continue;
    if (mode == "wrap" && std::min(before, after) < 0) refuse("it crops and wraps around");
    if (extent < 1 || std::abs(before) > kMostFolded || std::abs(after) > kMostFolded ||
        extent > kMostFolded || before + extent + after < 1) {
      refuse(fmt::format("it pads {} elements by {} and {}", extent, before, after));
    }
    Gather op{axis, {}};
    for (std::int64_t at = -before; at < extent + after; ++at) {
      op.indices.push_back(padded_index(mode, at, extent));
    }
    y = node.emit(std::move(op), {y}, "/padded");
  }
  node.bind(y);
}

void convert_pad(NodeContext& node) {
  const std::string mode = node.attributes().text("mode", "constant");
  const PadArguments args = pad_arguments(node);
  if (mode == "reflect" || mode == "edge" || mode == "wrap") {
    pad_with_elements(node, args, mode);
    return;
  }
  if (mode != "constant") malformed(fmt::format("attribute 'mode' is '{}'", printable(mode)));
  const std::size_t rank = node.rank(0);
  Pad pad{Shape(rank, 0), Shape(rank, 0), args.value};
  for (std::size_t i = 0; i < args.axes.size(); ++i) {
    const std::size_t axis = args.axes[i];
    pad.before[axis] = args.pads[i];
    pad.after[axis] = args.pads[i + args.axes.size()];
    if (std::max(std::abs(pad.before[axis] / 2), std::abs(pad.after[axis] / 2)) > kAttributeLimit) {
      malformed("the padding is too large");
    }
    // Negative padding may remove elements of the input, but not of the padding on the other side.
    const std::int64_t extent = node.shape(0)[axis];
    if (-pad.before[axis] > extent || -pad.after[axis] > extent) {
      mismatch("negative padding crops more than there is");
    }
  }
  const TensorId y = node.emit(std::move(pad), {node.input(0)});
  if (is_quantized_type(node.type(0))) {
    const NodeId producer = node.context().producer(y);
    node.context().raw_fill[producer] = args.value;
    settle_fill(node.context(), producer);
  }
  node.bind(y);
}

constexpr OpEntry kSliceOperators[] = {
    {.type = "Slice", .since = 1, .inputs = {1, 5}, .convert = convert_slice},
    {.type = "Split", .since = 2, .inputs = {1, 2}, .convert = convert_split},
    {.type = "Gather", .since = 1, .inputs = {2, 2}, .convert = convert_gather},
    {.type = "Pad", .since = 2, .inputs = {1, 4}, .convert = convert_pad},
};

}  // namespace

std::span<const OpEntry> slice_operators() {
  return kSliceOperators;
}

}  // namespace spindle::frontend
