// Resize and its predecessor Upsample.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "frontend/op_table.h"

namespace spindle::frontend {
namespace {

// The requested sizes or scales, by dimension. Exactly one of the two is filled.
struct Target {
  std::vector<float> scales;
  Shape sizes;
};

// Reads sizes or scales. Dimensions that "axes" does not name keep their size.
Target target_of(NodeContext& node, int scales_input, int sizes_input) {
  const Shape& shape = node.shape(0);
  const auto rank = shape.size();
  std::vector<std::int64_t> axes;
  if (const auto given = node.attributes().integers("axes")) {
    require_distinct(*given, node.rank(0));
    for (std::int64_t axis : *given) axes.push_back(NodeContext::from_front(axis, node.rank(0)));
  } else {
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  }
  Target target;
  const ConstantPtr sizes = node.known(sizes_input);
  const bool by_size = node.has(sizes_input) && (sizes == nullptr || sizes->size() > 0);
  const std::vector<std::int64_t> new_sizes =
      by_size ? node.constant_ints(sizes_input, "sizes") : std::vector<std::int64_t>{};
  const std::vector<float> new_scales =
      by_size ? std::vector<float>{} : node.constant_floats(scales_input, "scales");
  if ((by_size ? new_sizes.size() : new_scales.size()) != axes.size()) {
    malformed(fmt::format("sizes or scales do not fit {} dimensions", axes.size()));
  }
  if (by_size) {
    target.sizes = shape;
  } else {
    target.scales.assign(rank, 1.0F);
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = axes[i];
    if (by_size) {
      target.sizes[axis] = new_sizes[i];
    } else {
      target.scales[axis] = new_scales[i];
    }
  }
  return target;
}

// The new extent, and the scale to compute coordinates with (0: the ratio of the extents).
struct Extent {
  std::int64_t size;
  float scale;
};

Extent resized(const Target& target, std::size_t axis, std::int64_t extent) {
  if (target.scales.empty()) return {target.sizes[axis], 0};
  const float scale = target.scales[axis];
  if (!(scale > 0) || !std::isfinite(scale)) malformed(fmt::format("a scale is {}", scale));
  const double size = std::floor(static_cast<double>(extent) * static_cast<double>(scale));
  if (size > static_cast<double>(std::int64_t{1} << 31)) mismatch("the new size is too large");
  return {static_cast<std::int64_t>(size), scale};
}

ResizeCoordinates coordinates_of(NodeContext& node, const Target& target) {
  static const std::map<std::string, ResizeCoordinates> kModes = {
      {"half_pixel", ResizeCoordinates::kHalfPixel},
      {"pytorch_half_pixel", ResizeCoordinates::kPytorchHalfPixel},
      {"align_corners", ResizeCoordinates::kAlignCorners},
      {"asymmetric", ResizeCoordinates::kAsymmetric},
  };
  const std::string mode = node.attributes().text("coordinate_transformation_mode", "half_pixel");
  // The two modes differ only if a scale gives an extent that is not whole.
  if (mode == "half_pixel_symmetric" && target.scales.empty()) return ResizeCoordinates::kHalfPixel;
  const auto found = kModes.find(mode);
  if (found == kModes.end()) {
    refuse(fmt::format("coordinate_transformation_mode is '{}'", printable(mode)));
  }
  return found->second;
}

ResizeNearest rounding_of(NodeContext& node) {
  static const std::map<std::string, ResizeNearest> kModes = {
      {"round_prefer_floor", ResizeNearest::kRoundPreferFloor},
      {"round_prefer_ceil", ResizeNearest::kRoundPreferCeil},
      {"floor", ResizeNearest::kFloor},
      {"ceil", ResizeNearest::kCeil},
  };
  const std::string mode = node.attributes().text("nearest_mode", "round_prefer_floor");
  const auto found = kModes.find(mode);
  if (found == kModes.end()) refuse(fmt::format("nearest_mode is '{}'", printable(mode)));
  return found->second;
}

ResizeKind kind_of(NodeContext& node) {
  const std::string mode = node.attributes().text("mode", "nearest");
  if (mode == "nearest") return ResizeKind::kNearest;
  if (mode == "linear" || mode == "bilinear") {
    return is_quantized_type(node.type(0)) ? ResizeKind::kLinearOnCodes : ResizeKind::kLinear;
  }
  refuse(fmt::format("mode is '{}'", printable(mode)));
}

// The rules of Upsample and of Resize in opset 10: coordinates are asymmetric, and nearest rounds
// down if a dimension grows and up if it shrinks.
void use_first_definition(Resize& op, const Target& target, const Shape& shape) {
  op.coordinates = ResizeCoordinates::kAsymmetric;
  bool grows = false;
  bool shrinks = false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const float scale = target.scales[i];
    grows = grows || scale > 1;
    shrinks = shrinks || scale < 1;
  }
  if (op.kind == ResizeKind::kNearest && grows && shrinks) {
    refuse("one dimension grows and another shrinks, which is not supported");
  }
  op.nearest = shrinks ? ResizeNearest::kCeil : ResizeNearest::kFloor;
}

// Resizes the two dimensions that change: H and W of an image [N,C,H,W] or [N,H,W,C].
void emit_resize(NodeContext& node, Resize op, const Target& target) {
  const Shape shape = node.shape(0);
  if (shape.size() != 4) {
    refuse(fmt::format("the input has shape {}; only images of rank 4 are supported",
                       to_string(shape)));
  }
  std::vector<Extent> extents;
  for (std::size_t i = 0; i < 4; ++i) extents.push_back(resized(target, i, shape[i]));
  const auto same = [&](std::size_t i) { return extents[i].size == shape[i]; };
  const bool channels_last = same(0) && same(3) && !same(1);
  if (!channels_last && !(same(0) && same(1)))
    refuse("it resizes the batch or the channels; only height and width can be resized");
  const std::size_t rows = channels_last ? 1 : 2;
  op.size = {extents[rows].size, extents[rows + 1].size};
  op.scale = {extents[rows].scale, extents[rows + 1].scale};
  if (channels_last) {
    node.bind(node.emit(op, {node.input(0)}));
  } else {
    const TensorId y = node.emit(op, {node.to_nhwc(node.input(0))}, "/resize");
    node.bind(node.from_nhwc(y, 4));
  }
}

void convert_resize(NodeContext& node) {
  Attributes& attributes = node.attributes();
  Resize op;
  op.kind = kind_of(node);
  if (node.opset() < 11) {
    const Target target = target_of(node, 1, 4);
    use_first_definition(op, target, node.shape(0));
    emit_resize(node, op, target);
    return;
  }
  attributes.ignore({"cubic_coeff_a", "extrapolation_value"});
  if (attributes.flag("exclude_outside", false)) refuse("exclude_outside is 1");
  if (attributes.flag("antialias", false)) refuse("antialias is 1");
  const std::string policy = attributes.text("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch") {
    refuse(fmt::format("keep_aspect_ratio_policy is '{}'", printable(policy)));
  }
  const Target target = target_of(node, 2, 3);
  op.coordinates = coordinates_of(node, target);
  op.nearest = rounding_of(node);
  emit_resize(node, op, target);
}

void convert_upsample(NodeContext& node) {
  if (node.opset() >= 10) refuse("Upsample was removed from ONNX in opset 10");
  Resize op;
  op.kind = kind_of(node);
  Target target;
  if (node.opset() < 9) {
    target.scales = node.attributes().reals("scales").value_or(std::vector<float>{});
    if (target.scales.size() != node.shape(0).size()) {
      malformed(
          fmt::format("there are {} scales for {} dimensions", target.scales.size(), node.rank(0)));
    }
  } else {
    target = target_of(node, 1, 4);
  }
  use_first_definition(op, target, node.shape(0));
  emit_resize(node, op, target);
}

constexpr OpEntry kResizeOperators[] = {
    {.type = "Resize", .since = 10, .inputs = {1, 4}, .convert = convert_resize},
    {.type = "Upsample", .since = 7, .inputs = {1, 2}, .convert = convert_upsample},
};

}  // namespace

std::span<const OpEntry> resize_operators() {
  return kResizeOperators;
}

}  // namespace spindle::frontend
