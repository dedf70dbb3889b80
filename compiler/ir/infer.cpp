#include "compiler/ir/infer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

using Inputs = std::span<const Tensor* const>;

constexpr std::int64_t kMaxExtent = (std::int64_t{1} << 31) - 1;
constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

Inferred fail(std::string error) {
  return {std::move(error), DType::kF32, {}};
}
Inferred make(DType type, Shape shape) {
  return {{}, type, std::move(shape)};
}

std::string check_size(const Shape& shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) return fmt::format("extent {} is negative", extent);
    if (extent > kMaxExtent) return fmt::format("extent {} is too large", extent);
    if (std::max<std::int64_t>(extent, 1) > kMaxElements / count) {
      return "the tensor has too many elements";
    }
    count *= std::max<std::int64_t>(extent, 1);
  }
  return {};
}

bool numeric_activation(DType type) {
  return type == DType::kF32 || is_quantized_type(type);
}

std::string check_image(const Tensor& x) {
  if (x.shape.size() != 4) {
    return fmt::format("input has shape {}, an image of rank 4 is needed", to_string(x.shape));
  }
  if (!numeric_activation(x.type)) {
    return fmt::format("input type {} is not supported", name_of(x.type));
  }
  return {};
}

std::string check_permutation(const std::vector<int>& perm, std::size_t rank) {
  std::vector<bool> seen(rank, false);
  if (perm.size() != rank)
    return fmt::format("permutation of {} dimensions for rank {}", perm.size(), rank);
  for (int p : perm) {
    if (p < 0 || std::cmp_greater_equal(p, rank) || seen[p]) {
      return "perm is not a permutation of the dimensions";
    }
    seen[p] = true;
  }
  return {};
}

std::string check_axis(int axis, std::size_t rank) {
  if (axis >= 0 && std::cmp_less(axis, rank)) return {};
  return fmt::format("axis {} is outside of rank {}", axis, rank);
}

std::string check_weights(const Tensor& x, const Tensor& w, const Tensor* bias,
                          std::int64_t outputs) {
  const bool integer = is_quantized_type(x.type);
  if (integer != is_quantized_type(w.type)) {
    return fmt::format("input is {} but the weights are {}", name_of(x.type), name_of(w.type));
  }
  if (!integer && w.type != DType::kF32) {
    return fmt::format("weights of type {} are not supported", name_of(w.type));
  }
  if (bias == nullptr) return {};
  if (bias->shape != Shape{outputs}) {
    return fmt::format("bias has shape {}, {} is needed", to_string(bias->shape), outputs);
  }
  const DType wanted = integer ? DType::kI32 : DType::kF32;
  if (bias->type != wanted) {
    return fmt::format("bias is {}, {} is needed", name_of(bias->type), name_of(wanted));
  }
  return {};
}

struct Inferrer {
  Inputs in;

  [[nodiscard]] const Tensor& x() const { return *in[0]; }

  Inferred operator()(const Conv& op) const {
    const Tensor& w = *in[1];
    const Tensor* bias = in.size() > 2 ? in[2] : nullptr;
    if (auto e = check_image(x()); !e.empty()) return fail(e);
    if (w.shape.size() != 4) return fail("weights of a 2-d convolution have rank 4");
    for (int i = 0; i < 2; ++i) {
      if (op.stride[i] < 1 || op.dilation[i] < 1)
        return fail("strides and dilations are at least 1");
    }
    const Padding& p = op.pad;
    if (std::min({p.top, p.left, p.bottom, p.right}) < 0) return fail("negative padding");
    const std::int64_t channels = x().shape[3];
    if (op.groups < 1 || channels % op.groups != 0 || w.shape[0] % op.groups != 0) {
      return fail(fmt::format("{} groups do not divide {} input and {} output channels", op.groups,
                              channels, w.shape[0]));
    }
    if (w.shape[3] != channels / op.groups) {
      return fail(fmt::format("weights want {} input channels per group, the input has {}",
                              w.shape[3], channels / op.groups));
    }
    if (w.shape[1] < 1 || w.shape[2] < 1 || w.shape[1] > kMaxExtent || w.shape[2] > kMaxExtent) {
      return fail("empty convolution kernel");
    }
    if (auto e = check_weights(x(), w, bias, w.shape[0]); !e.empty()) return fail(e);
    return windowed(static_cast<int>(w.shape[1]), static_cast<int>(w.shape[2]), op.stride,
                    op.dilation, p, false, w.shape[0]);
  }

  [[nodiscard]] Inferred windowed(int kh, int kw, const std::array<int, 2>& stride,
                                  const std::array<int, 2>& dilation, const Padding& p,
                                  bool ceil_mode, std::int64_t channels) const {
    const std::int64_t oh =
        window_extent(x().shape[1], kh, stride[0], dilation[0], p.top, p.bottom, ceil_mode);
    const std::int64_t ow =
        window_extent(x().shape[2], kw, stride[1], dilation[1], p.left, p.right, ceil_mode);
    if (oh < 1 || ow < 1) {
      return fail(fmt::format("a {}x{} window does not fit into {}", kh, kw, to_string(x().shape)));
    }
    return make(x().type, {x().shape[0], oh, ow, channels});
  }

  Inferred operator()(const Dense&) const {
    const Tensor& w = *in[1];
    const Tensor* bias = in.size() > 2 ? in[2] : nullptr;
    if (x().shape.empty() || w.shape.size() != 2)
      return fail("rank of input or weights is too low");
    if (!numeric_activation(x().type)) return fail("input type is not supported");
    if (x().shape.back() != w.shape[1]) {
      return fail(
          fmt::format("weights want {} inputs, the input has {}", w.shape[1], x().shape.back()));
    }
    if (auto e = check_weights(x(), w, bias, w.shape[0]); !e.empty()) return fail(e);
    Shape shape = x().shape;
    shape.back() = w.shape[0];
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const MatMul&) const {
    Shape a = x().shape;
    Shape b = in[1]->shape;
    if (x().type != in[1]->type || !numeric_activation(x().type)) return fail("types do not match");
    if (a.size() < 2 || b.size() < 2) return fail("matrices need rank 2");
    if (a.back() != b[b.size() - 2]) {
      return fail(fmt::format("{} and {} do not multiply", to_string(a), to_string(b)));
    }
    const std::int64_t m = a[a.size() - 2];
    const std::int64_t n = b.back();
    a.resize(a.size() - 2);
    b.resize(b.size() - 2);
    Shape shape;
    if (!broadcast(a, b, shape)) return fail("batch dimensions do not broadcast");
    shape.push_back(m);
    shape.push_back(n);
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const Pool& op) const {
    if (auto e = check_image(x()); !e.empty()) return fail(e);
    for (int i = 0; i < 2; ++i) {
      if (op.stride[i] < 1 || op.dilation[i] < 1 || op.kernel[i] < 1) {
        return fail("window, strides and dilations are at least 1");
      }
    }
    const Padding& p = op.pad;
    if (std::min({p.top, p.left, p.bottom, p.right}) < 0) return fail("negative padding");
    return windowed(op.kernel[0], op.kernel[1], op.stride, op.dilation, p, op.ceil_mode,
                    x().shape[3]);
  }

  Inferred operator()(const Reduce& op) const {
    if (!numeric_activation(x().type)) return fail("input type is not supported");
    Shape shape;
    for (int axis : op.axes) {
      if (auto e = check_axis(axis, x().shape.size()); !e.empty()) return fail(e);
    }
    if (!op.file_dims.empty()) {
      if (auto e = check_permutation(op.file_dims, x().shape.size()); !e.empty()) return fail(e);
    }
    if (!std::is_sorted(op.axes.begin(), op.axes.end()) ||
        std::adjacent_find(op.axes.begin(), op.axes.end()) != op.axes.end()) {
      return fail("axes must be ascending and distinct");
    }
    for (std::size_t i = 0; i < x().shape.size(); ++i) {
      const bool reduced =
          std::find(op.axes.begin(), op.axes.end(), static_cast<int>(i)) != op.axes.end();
      if (!reduced) {
        shape.push_back(x().shape[i]);
      } else if (x().shape[i] == 0) {
        return fail("reduction of nothing");
      } else if (op.keep_dims) {
        shape.push_back(1);
      }
    }
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const BatchNorm& op) const {
    if (x().type != DType::kF32) return fail("input type is not supported");
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    const Shape wanted{x().shape[op.axis]};
    for (std::size_t i = 1; i < 5; ++i) {
      if (in[i]->shape != wanted || in[i]->type != DType::kF32) {
        return fail(fmt::format("parameters must be {} floats", wanted[0]));
      }
    }
    return make(x().type, x().shape);
  }

  Inferred operator()(const Binary&) const {
    if (x().type != in[1]->type) {
      return fail(
          fmt::format("input types {} and {} differ", name_of(x().type), name_of(in[1]->type)));
    }
    Shape shape;
    if (!broadcast(x().shape, in[1]->shape, shape)) {
      return fail(fmt::format("shapes {} and {} do not broadcast", to_string(x().shape),
                              to_string(in[1]->shape)));
    }
    return make(x().type, std::move(shape));
  }

  [[nodiscard]] Inferred activation() const {
    if (!numeric_activation(x().type)) {
      return fail(fmt::format("input type {} is not supported", name_of(x().type)));
    }
    return make(x().type, x().shape);
  }

  Inferred operator()(const Unary&) const { return activation(); }
  Inferred operator()(const Clip&) const { return activation(); }

  Inferred operator()(const Softmax& op) const {
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    return activation();
  }

  Inferred operator()(const Quantize&) const {
    if (x().type != DType::kF32) return fail("only float32 can be quantized");
    return make(DType::kI8, x().shape);
  }
  Inferred operator()(const Dequantize&) const {
    if (!is_quantized_type(x().type) && x().type != DType::kI32) {
      return fail(fmt::format("{} cannot be dequantized", name_of(x().type)));
    }
    return make(DType::kF32, x().shape);
  }
  Inferred operator()(const Requantize&) const {
    if (!is_quantized_type(x().type)) return fail("only 8-bit tensors can be requantized");
    return make(DType::kI8, x().shape);
  }

  Inferred operator()(const Table& op) const {
    const Tensor& table = *in[1];
    if (!is_quantized_type(x().type)) return fail("only 8-bit tensors have tables");
    if (op.axis != -1) {
      if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    }
    const std::int64_t functions = op.axis < 0 ? 1 : x().shape[op.axis];
    if (table.constant == nullptr || table.shape != Shape{functions, 256} ||
        (table.type != DType::kF32 && !is_quantized_type(table.type))) {
      return fail(fmt::format("a constant table {}x256 is needed", functions));
    }
    return make(table.type, x().shape);
  }

  Inferred operator()(const PartialSum&) const {
    const Tensor& w = *in[1];
    const Tensor* bias = in.size() > 2 ? in[2] : nullptr;
    const Tensor* previous = in.size() > 3 ? in[3] : nullptr;
    if (auto e = check_image(x()); !e.empty()) return fail(e);
    if (!is_quantized_type(x().type)) return fail("only 8-bit images are summed in parts");
    if (w.shape.size() != 4 || w.shape[1] != 1 || w.shape[2] != 1 || w.shape[3] != x().shape[3]) {
      return fail(fmt::format("weights of shape {} do not fit {} input channels",
                              to_string(w.shape), x().shape[3]));
    }
    if (auto e = check_weights(x(), w, bias, w.shape[0]); !e.empty()) return fail(e);
    Shape shape = x().shape;
    shape[3] = w.shape[0];
    if (previous != nullptr && (previous->type != DType::kI32 || previous->shape != shape)) {
      return fail(fmt::format("the previous sum is {}[{}], s32[{}] is needed",
                              name_of(previous->type), to_string(previous->shape),
                              to_string(shape)));
    }
    return make(DType::kI32, std::move(shape));
  }
  Inferred operator()(const RequantizeSum&) const {
    if (x().type != DType::kI32 || x().shape.size() != 4) {
      return fail(
          fmt::format("{}[{}] is no sum of an image", name_of(x().type), to_string(x().shape)));
    }
    return make(DType::kI8, x().shape);
  }

  Inferred operator()(const Reshape& op) const {
    if (auto e = check_size(op.shape); !e.empty()) return fail(e);
    if (element_count(op.shape) != x().elements()) {
      return fail(
          fmt::format("{} cannot be reshaped to {}", to_string(x().shape), to_string(op.shape)));
    }
    return make(x().type, op.shape);
  }

  Inferred operator()(const Transpose& op) const {
    if (auto e = check_permutation(op.perm, x().shape.size()); !e.empty()) return fail(e);
    Shape shape;
    for (int p : op.perm) shape.push_back(x().shape[p]);
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const Pad& op) const {
    const std::size_t rank = x().shape.size();
    if (op.before.size() != rank || op.after.size() != rank)
      return fail("pads do not fit the rank");
    Shape shape;
    for (std::size_t i = 0; i < rank; ++i) {
      if (std::max(std::abs(op.before[i]), std::abs(op.after[i])) > kMaxExtent) {
        return fail("padding is too large");
      }
      shape.push_back(x().shape[i] + op.before[i] + op.after[i]);
    }
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const Concat& op) const {
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    const std::size_t axis = op.axis;
    Shape shape = x().shape;
    shape[axis] = 0;
    for (const Tensor* part : in) {
      if (part->type != x().type) return fail("inputs have different types");
      Shape rest = part->shape;
      if (rest.size() != shape.size()) return fail("inputs have different ranks");
      rest[axis] = shape[axis];
      if (rest != shape) {
        return fail(
            fmt::format("{} does not fit behind {}", to_string(part->shape), to_string(x().shape)));
      }
      shape[axis] += part->shape[axis];
    }
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const Slice& op) const {
    const std::size_t rank = x().shape.size();
    if (op.start.size() != rank || op.step.size() != rank || op.count.size() != rank) {
      return fail("slice does not fit the rank");
    }
    for (std::size_t i = 0; i < rank; ++i) {
      if (op.count[i] == 0) continue;
      const std::int64_t last = op.start[i] + op.step[i] * (op.count[i] - 1);
      if (op.count[i] < 0 || op.start[i] < 0 || op.start[i] >= x().shape[i] || last < 0 ||
          last >= x().shape[i]) {
        return fail("slice reaches outside of its input");
      }
    }
    return make(x().type, op.count);
  }

  Inferred operator()(const Gather& op) const {
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    Shape shape = x().shape;
    std::int64_t& extent = shape[op.axis];
    for (std::int64_t index : op.indices) {
      if (index < 0 || index >= extent) return fail("an index is outside of its dimension");
    }
    extent = static_cast<std::int64_t>(op.indices.size());
    return make(x().type, std::move(shape));
  }

  Inferred operator()(const Resize& op) const {
    if (auto e = check_image(x()); !e.empty()) return fail(e);
    if (op.size[0] < 1 || op.size[1] < 1) return fail("empty resize");
    return make(x().type, {x().shape[0], op.size[0], op.size[1], x().shape[3]});
  }

  Inferred operator()(const ArgMax& op) const {
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    Shape shape = x().shape;
    const std::size_t axis = op.axis;
    if (shape[axis] == 0) return fail("maximum of nothing");
    if (op.keep_dims) {
      shape[axis] = 1;
    } else {
      shape.erase(shape.begin() + op.axis);
    }
    return make(DType::kI64, std::move(shape));
  }

  Inferred operator()(const Detect& op) const {
    const Shape& scores = x().shape;
    if (!numeric_activation(x().type) || !numeric_activation(in[1]->type) ||
        in[2]->type != DType::kF32) {
      return fail("input type is not supported");
    }
    if (scores.size() != 3 || scores[0] != 1 || in[1]->shape != Shape{1, scores[1], 4} ||
        in[2]->shape != Shape{scores[1], 4}) {
      return fail(fmt::format("scores {}, offsets {} and anchors {} do not fit", to_string(scores),
                              to_string(in[1]->shape), to_string(in[2]->shape)));
    }
    if (op.most < 1 || op.background >= scores[2]) return fail("no such class or no detections");
    return make(DType::kF32, {op.most, 6});
  }

  Inferred operator()(const NonMaxSuppression& op) const {
    const Shape& boxes = x().shape;
    const Shape& scores = in[1]->shape;
    if (!numeric_activation(x().type) || !numeric_activation(in[1]->type)) {
      return fail("input type is not supported");
    }
    if (boxes.size() != 3 || boxes[0] != 1 || boxes[2] != 4 || scores.size() != 3 ||
        scores[0] != 1 || scores[2] != boxes[1]) {
      return fail(fmt::format("boxes {} and scores {} of one image do not fit", to_string(boxes),
                              to_string(scores)));
    }
    if (op.most < 1) return fail("no box is wanted");
    return make(DType::kI64, {scores[1] * std::min(op.most, boxes[1]), 3});
  }

  Inferred operator()(const TopK& op) const {
    if (!numeric_activation(x().type)) return fail("input type is not supported");
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return fail(e);
    Shape shape = x().shape;
    std::int64_t& extent = shape[op.axis];
    if (op.k < 0 || op.k > extent) return fail(fmt::format("{} of {} are wanted", op.k, extent));
    extent = op.k;
    return make(op.indices ? DType::kI64 : x().type, std::move(shape));
  }

  Inferred operator()(const Cast& op) const { return make(op.to, x().shape); }
  Inferred operator()(const Identity&) const { return make(x().type, x().shape); }
};

}  // namespace

Inferred infer(const Op& op, std::span<const Tensor* const> inputs) {
  const OpTraits traits = traits_of(op);
  const auto count = static_cast<int>(inputs.size());
  const int most = traits.most_inputs();
  if (count < traits.required_inputs() || (most >= 0 && count > most)) {
    return fail(fmt::format("{} inputs given, {} needed", count, traits.required_inputs()));
  }
  const int required = traits.variadic ? count : traits.required_inputs();
  for (int i = 0; i < required; ++i) {
    if (inputs[i] == nullptr) return fail(fmt::format("input {} is missing", i));
  }
  Inferred result = std::visit(Inferrer{inputs}, op);
  if (result.ok()) result.error = check_size(result.shape);
  return result;
}

std::int64_t window_extent(std::int64_t in, int kernel, int stride, int dilation, int pad_before,
                           int pad_after, bool ceil_mode) {
  const std::int64_t reach = std::int64_t{dilation} * (kernel - 1) + 1;
  const std::int64_t room = in + pad_before + pad_after - reach;
  if (room < 0) return 0;
  std::int64_t out = (ceil_mode ? (room + stride - 1) / stride : room / stride) + 1;
  if (ceil_mode && (out - 1) * stride >= in + pad_before) --out;
  return out;
}

bool broadcast(const Shape& a, const Shape& b, Shape& out) {
  const std::size_t rank = std::max(a.size(), b.size());
  out.assign(rank, 1);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t ea = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t eb = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (ea != eb && ea != 1 && eb != 1) return false;
    out[rank - 1 - i] = ea == 1 ? eb : ea;
  }
  return true;
}

}  // namespace spindle
