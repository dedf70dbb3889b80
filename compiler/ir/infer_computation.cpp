// Rules of the operators that compute values, or choose some by comparing them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/ir/infer_rules.h"

namespace spindle {
namespace {

std::string check_weights(const Tensor& x, const Tensor& w, const Tensor* bias,
                          std::int64_t outputs) {
  const bool integer = is_quantized_type(x.type);
  if (integer != is_quantized_type(w.type)) {
    return fmt::format("the input is {}, but the weights are {}", name_of(x.type), name_of(w.type));
  }
  if (!integer && w.type != DType::kF32) {
    return fmt::format("weights of type {} are not supported", name_of(w.type));
  }
  if (bias == nullptr) return {};
  if (bias->shape != Shape{outputs}) {
    return fmt::format("the bias has shape {}, but {} is needed", to_string(bias->shape), outputs);
  }
  const DType wanted = integer ? DType::kI32 : DType::kF32;
  if (bias->type != wanted) {
    return fmt::format("the bias is {}, but {} is needed", name_of(bias->type), name_of(wanted));
  }
  return {};
}

// A window that moves over one dimension of an image.
struct WindowAxis {
  int kernel, stride, dilation;
  int pad_before, pad_after;
  bool ceil_mode = false;
};

// Number of window positions in a dimension of extent `in`: floor or ceil((in + pads - dilated
// kernel) / stride) + 1, or 0 if the window does not fit. In ceil mode a window that would start in
// the padding behind the input is not counted.
std::int64_t positions(std::int64_t in, const WindowAxis& window) {
  const std::int64_t reach = std::int64_t{window.dilation} * (window.kernel - 1) + 1;
  const std::int64_t room = in + window.pad_before + window.pad_after - reach;
  if (room < 0) return 0;
  const std::int64_t stride = window.stride;
  std::int64_t out = (window.ceil_mode ? (room + stride - 1) / stride : room / stride) + 1;
  if (window.ceil_mode && (out - 1) * stride >= in + window.pad_before) --out;
  return out;
}

// The output of a Conv or Pool over the image `x`, whose kernel has `kernel` rows and columns.
template <typename Windowed>
Inferred windowed(const Windowed& op, const Tensor& x, const std::array<int, 2>& kernel,
                  bool ceil_mode, std::int64_t channels) {
  const WindowAxis rows{.kernel = kernel[0],
                        .stride = op.stride[0],
                        .dilation = op.dilation[0],
                        .pad_before = op.pad.top,
                        .pad_after = op.pad.bottom,
                        .ceil_mode = ceil_mode};
  const WindowAxis columns{.kernel = kernel[1],
                           .stride = op.stride[1],
                           .dilation = op.dilation[1],
                           .pad_before = op.pad.left,
                           .pad_after = op.pad.right,
                           .ceil_mode = ceil_mode};
  const std::int64_t oh = positions(x.shape[1], rows);
  const std::int64_t ow = positions(x.shape[2], columns);
  if (oh < 1 || ow < 1) {
    return not_inferred(fmt::format("a {}x{} window does not fit into {}", kernel[0], kernel[1],
                                    to_string(x.shape)));
  }
  return inferred(x.type, {x.shape[0], oh, ow, channels});
}

}  // namespace

Inferred InferRules::operator()(const Conv& op) const {
  const Tensor& w = *in[1];
  const Tensor* bias = in.size() > 2 ? in[2] : nullptr;
  if (auto e = check_image(x()); !e.empty()) return not_inferred(e);
  if (w.shape.size() != 4) return not_inferred("weights of a 2-d convolution have rank 4");
  for (int i = 0; i < 2; ++i) {
    if (op.stride[i] < 1 || op.dilation[i] < 1)
      return not_inferred("strides and dilations are at least 1");
  }
  const Padding& p = op.pad;
  if (std::min({p.top, p.left, p.bottom, p.right}) < 0) return not_inferred("negative padding");
  const std::int64_t channels = x().shape[3];
  if (op.groups < 1 || channels % op.groups != 0 || w.shape[0] % op.groups != 0) {
    return not_inferred(fmt::format("{} groups do not divide {} input and {} output channels",
                                    op.groups, channels, w.shape[0]));
  }
  if (w.shape[3] != channels / op.groups) {
    return not_inferred(
        fmt::format("the weights need {} input channels per group, but the input has {}",
                    w.shape[3], channels / op.groups));
  }
  if (w.shape[1] < 1 || w.shape[2] < 1 || w.shape[1] > kMaxExtent || w.shape[2] > kMaxExtent) {
    return not_inferred("empty convolution kernel");
  }
  if (auto e = check_weights(x(), w, bias, w.shape[0]); !e.empty()) return not_inferred(e);
  const std::array<int, 2> kernel{static_cast<int>(w.shape[1]), static_cast<int>(w.shape[2])};
  return windowed(op, x(), kernel, false, w.shape[0]);
}

Inferred InferRules::operator()(const Dense&) const {
  const Tensor& w = *in[1];
  const Tensor* bias = in.size() > 2 ? in[2] : nullptr;
  if (x().shape.empty() || w.shape.size() != 2)
    return not_inferred("rank of input or weights is too low");
  if (!is_activation_type(x().type)) return not_inferred("input type is not supported");
  if (x().shape.back() != w.shape[1]) {
    return not_inferred(fmt::format("the weights need {} inputs, but the input has {}", w.shape[1],
                                    x().shape.back()));
  }
  if (auto e = check_weights(x(), w, bias, w.shape[0]); !e.empty()) return not_inferred(e);
  Shape shape = x().shape;
  shape.back() = w.shape[0];
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::operator()(const MatMul&) const {
  Shape a = x().shape;
  Shape b = in[1]->shape;
  if (x().type != in[1]->type || !is_activation_type(x().type))
    return not_inferred("types do not match");
  if (a.size() < 2 || b.size() < 2) return not_inferred("matrices need rank 2");
  if (a.back() != b[b.size() - 2]) {
    return not_inferred(fmt::format("matrices of shapes {} and {} cannot be multiplied",
                                    to_string(a), to_string(b)));
  }
  const std::int64_t m = a[a.size() - 2];
  const std::int64_t n = b.back();
  a.resize(a.size() - 2);
  b.resize(b.size() - 2);
  Shape shape;
  if (!broadcast(a, b, shape)) return not_inferred("batch dimensions do not broadcast");
  shape.push_back(m);
  shape.push_back(n);
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::operator()(const Pool& op) const {
  if (auto e = check_image(x()); !e.empty()) return not_inferred(e);
  for (int i = 0; i < 2; ++i) {
    if (op.stride[i] < 1 || op.dilation[i] < 1 || op.kernel[i] < 1) {
      return not_inferred("window, strides and dilations are at least 1");
    }
  }
  const Padding& p = op.pad;
  if (std::min({p.top, p.left, p.bottom, p.right}) < 0) return not_inferred("negative padding");
  return windowed(op, x(), op.kernel, op.ceil_mode, x().shape[3]);
}

Inferred InferRules::operator()(const Reduce& op) const {
  if (!is_activation_type(x().type)) return not_inferred("input type is not supported");
  Shape shape;
  for (int axis : op.axes) {
    if (auto e = check_axis(axis, x().shape.size()); !e.empty()) return not_inferred(e);
  }
  if (!op.file_dims.empty()) {
    if (auto e = check_permutation(op.file_dims, x().shape.size()); !e.empty())
      return not_inferred(e);
  }
  if (!std::is_sorted(op.axes.begin(), op.axes.end()) ||
      std::adjacent_find(op.axes.begin(), op.axes.end()) != op.axes.end()) {
    return not_inferred("axes must be ascending and distinct");
  }
  for (std::size_t i = 0; i < x().shape.size(); ++i) {
    const bool reduced =
        std::find(op.axes.begin(), op.axes.end(), static_cast<int>(i)) != op.axes.end();
    if (!reduced) {
      shape.push_back(x().shape[i]);
    } else if (x().shape[i] == 0) {
      return not_inferred("it reduces a dimension without elements");
    } else if (op.keep_dims) {
      shape.push_back(1);
    }
  }
  if (!op.to_float) return inferred(x().type, std::move(shape));
  if (!is_quantized_type(x().type)) return not_inferred("its input is not 8-bit");
  if (op.kind != ReduceKind::kMean && op.kind != ReduceKind::kSum) {
    return not_inferred("only means and sums give floats for codes");
  }
  return inferred(DType::kF32, std::move(shape));
}

Inferred InferRules::operator()(const BatchNorm& op) const {
  if (x().type != DType::kF32) return not_inferred("input type is not supported");
  if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  const Shape wanted{x().shape[op.axis]};
  for (std::size_t i = 1; i < 5; ++i) {
    if (in[i]->shape != wanted || in[i]->type != DType::kF32) {
      return not_inferred(fmt::format("parameters must be {} floats", wanted[0]));
    }
  }
  return inferred(x().type, x().shape);
}

Inferred InferRules::operator()(const Binary&) const {
  if (x().type != in[1]->type) {
    return not_inferred(
        fmt::format("input types {} and {} differ", name_of(x().type), name_of(in[1]->type)));
  }
  Shape shape;
  if (!broadcast(x().shape, in[1]->shape, shape)) {
    return not_inferred(fmt::format("shapes {} and {} do not broadcast", to_string(x().shape),
                                    to_string(in[1]->shape)));
  }
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::activation() const {
  if (!is_activation_type(x().type)) {
    return not_inferred(fmt::format("input type {} is not supported", name_of(x().type)));
  }
  return inferred(x().type, x().shape);
}

Inferred InferRules::operator()(const Unary&) const {
  return activation();
}

Inferred InferRules::operator()(const Clip&) const {
  return activation();
}

Inferred InferRules::operator()(const Softmax& op) const {
  if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  return activation();
}

Inferred InferRules::operator()(const PartialSum&) const {
  const Tensor& w = *in[1];
  const Tensor* bias = in.size() > 2 ? in[2] : nullptr;
  const Tensor* previous = in.size() > 3 ? in[3] : nullptr;
  if (auto e = check_image(x()); !e.empty()) return not_inferred(e);
  if (!is_quantized_type(x().type)) return not_inferred("only 8-bit images are summed in parts");
  if (w.shape.size() != 4 || w.shape[1] != 1 || w.shape[2] != 1 || w.shape[3] != x().shape[3]) {
    return not_inferred(fmt::format("weights of shape {} do not fit {} input channels",
                                    to_string(w.shape), x().shape[3]));
  }
  if (auto e = check_weights(x(), w, bias, w.shape[0]); !e.empty()) return not_inferred(e);
  Shape shape = x().shape;
  shape[3] = w.shape[0];
  if (previous != nullptr && (previous->type != DType::kI32 || previous->shape != shape)) {
    return not_inferred(fmt::format("the previous sum is {}[{}], s32[{}] is needed",
                                    name_of(previous->type), to_string(previous->shape),
                                    to_string(shape)));
  }
  return inferred(DType::kI32, std::move(shape));
}

Inferred InferRules::operator()(const ArgMax& op) const {
  if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  Shape shape = x().shape;
  const std::size_t axis = op.axis;
  if (shape[axis] == 0) return not_inferred("it takes the maximum of no elements");
  if (op.keep_dims) {
    shape[axis] = 1;
  } else {
    shape.erase(shape.begin() + op.axis);
  }
  return inferred(DType::kI64, std::move(shape));
}

Inferred InferRules::operator()(const Detect& op) const {
  const Shape& scores = x().shape;
  if (!is_activation_type(x().type) || !is_activation_type(in[1]->type) ||
      in[2]->type != DType::kF32) {
    return not_inferred("input type is not supported");
  }
  if (scores.size() != 3 || scores[0] != 1 || in[1]->shape != Shape{1, scores[1], 4} ||
      in[2]->shape != Shape{scores[1], 4}) {
    return not_inferred(fmt::format(
        "scores of shape {}, offsets of shape {} and anchors of shape {} do not fit each other",
        to_string(scores), to_string(in[1]->shape), to_string(in[2]->shape)));
  }
  if (op.most < 1 || op.background >= scores[2])
    return not_inferred("no such class or no detections");
  return inferred(DType::kF32, {op.most, 6});
}

Inferred InferRules::operator()(const NonMaxSuppression& op) const {
  const Shape& boxes = x().shape;
  const Shape& scores = in[1]->shape;
  if (!is_activation_type(x().type) || !is_activation_type(in[1]->type)) {
    return not_inferred("input type is not supported");
  }
  if (boxes.size() != 3 || boxes[0] != 1 || boxes[2] != 4 || scores.size() != 3 || scores[0] != 1 ||
      scores[2] != boxes[1]) {
    return not_inferred(fmt::format(
        "boxes of shape {} and scores of shape {} do not fit each other, or are not of one image",
        to_string(boxes), to_string(scores)));
  }
  if (op.most < 1) return not_inferred("no box is wanted");
  return inferred(DType::kI64, {scores[1] * std::min(op.most, boxes[1]), 3});
}

Inferred InferRules::operator()(const TopK& op) const {
  if (!is_activation_type(x().type)) return not_inferred("input type is not supported");
  if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  Shape shape = x().shape;
  std::int64_t& extent = shape[op.axis];
  if (op.k < 0 || op.k > extent)
    return not_inferred(fmt::format("{} elements of {} are asked for", op.k, extent));
  extent = op.k;
  return inferred(op.indices ? DType::kI64 : x().type, std::move(shape));
}

}  // namespace spindle
