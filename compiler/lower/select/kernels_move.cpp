// Pooling and data movement, for any element type.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/ir/index.h"
#include "compiler/ir/op_traits.h"
#include "compiler/lower/select/selector.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

std::int64_t element_bytes(const Tensor& tensor) {
  return static_cast<std::int64_t>(size_of(tensor.type));
}

bool lower_strided_copy(Selector& s, const Node& node, std::int64_t offset,
                        std::vector<std::int64_t> strides) {
  const Tensor& y = s.tensor(node.output());
  if (y.shape.size() > kMaxRank) return false;
  const StepInput input = s.whole(node.inputs[0]);
  s.add_step(
      node, {input}, node.output(), {},
      {kernel("spindle_strided_copy",
              {int_field("rank", static_cast<std::int64_t>(y.shape.size())),
               int_field("element_bytes", element_bytes(y)), int_field("offset", offset),
               dims_field("extent", y.shape, 1), dims_field("stride", std::move(strides), 0)},
              {params_arg(), input_arg(0), out_base_arg()})});
  return true;
}

KernelCall planar_call(const char* symbol, const Tensor& image, std::vector<KernelArg> args) {
  return kernel(
      symbol,
      {int_field("rows", image.shape[1]), int_field("width", image.shape[2]),
       int_field("channels", image.shape[3]), int_field("element_bytes", element_bytes(image))},
      std::move(args));
}

bool lower_transpose(Selector& s, const Node& node, const Transpose& op) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  const bool image = x.shape.size() == 4 && x.shape[0] == 1;
  if (image && op.perm == std::vector<int>{0, 2, 3, 1}) {
    const StepInput input = s.whole(node.inputs[0]);
    s.add_step(node, {input}, node.output(), grid_of(y.shape),
               {planar_call(
                   "spindle_interleave", y,
                   {params_arg(), input_arg(0), out_row_arg(), y_arg(), x_arg(), columns_arg(1)})});
    return true;
  }
  // Row by row, but only into the caller's buffer: no kernel reads planar images row by row.
  const bool leaves = s.graph.is_output(node.output()) && y.type != DType::kU8 &&
                      Uses(s.graph).users(node.output()).empty();
  if (image && leaves && op.perm == std::vector<int>{0, 3, 1, 2}) {
    const Grid rows{x.shape[1], 1};
    s.add_step(node, {s.row(node.inputs[0], rows)}, node.output(), rows,
               {planar_call("spindle_deinterleave", x,
                            {params_arg(), input_arg(0), out_base_arg(), y_arg()})});
    return true;
  }
  const std::vector<std::int64_t> from = strides_of(x.shape);
  std::vector<std::int64_t> strides;
  for (int p : op.perm) strides.push_back(from[p]);
  return lower_strided_copy(s, node, 0, std::move(strides));
}

bool is_image(const Tensor& tensor) {
  return tensor.shape.size() == 4 && tensor.shape[0] == 1;
}

// A slice of an image, row by row; the channels must be neighbours.
bool lower_image_slice(Selector& s, const Node& node, const Slice& op) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (!is_image(x) || y.elements() == 0) return false;
  if (op.step[1] < 1 || op.step[2] < 1 || op.step[3] != 1) return false;
  const std::int64_t element = element_bytes(x);
  const StepInput input = s.window(node.inputs[0], {op.step[1], 1, op.start[1], 1});
  s.add_step(
      node, {input}, node.output(), grid_of(y.shape),
      {kernel(
          "spindle_image_slice",
          {s.rows_field(node.inputs[0], 0), int_field("first_row", op.start[1]),
           int_field("row_step", op.step[1]), int_field("first_column", op.start[2]),
           int_field("column_step", op.step[2]), int_field("pixel_bytes", x.shape[3] * element),
           int_field("offset", op.start[3] * element), int_field("bytes", y.shape[3] * element)},
          {params_arg(), input_arg(0), out_row_arg(), y_arg(), x_arg(), columns_arg(1)})});
  return true;
}

bool lower_slice(Selector& s, const Node& node, const Slice& op) {
  if (lower_image_slice(s, node, op)) return true;
  const std::vector<std::int64_t> from = strides_of(s.tensor(node.inputs[0]).shape);
  std::vector<std::int64_t> strides;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    offset += op.start[i] * from[i];
    strides.push_back(op.step[i] * from[i]);
  }
  return lower_strided_copy(s, node, offset, std::move(strides));
}

// The bits of the padding value, as stored.
std::int64_t fill_bits(const Pad& op, const Tensor& x) {
  if (x.type == DType::kF32) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &op.value, sizeof bits);
    return bits;
  }
  const QuantLimits q = stored_limits({op.value, op.value}, x);
  return static_cast<std::uint8_t>(q.lo);
}

bool lower_pad(Selector& s, const Node& node, const Pad& op) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (y.shape.size() > kMaxRank || (is_quantized_type(x.type) && !x.quant)) return false;
  const StepInput input = s.whole(node.inputs[0]);
  Field fill = int_field("fill", fill_bits(op, x));
  fill.kind = Field::Kind::kUInt;
  s.add_step(
      node, {input}, node.output(), {},
      {kernel("spindle_pad",
              {int_field("rank", static_cast<std::int64_t>(y.shape.size())),
               int_field("element_bytes", element_bytes(y)), dims_field("in_extent", x.shape, 1),
               dims_field("out_extent", y.shape, 1), dims_field("before", op.before, 0), fill},
              {params_arg(), input_arg(0), out_base_arg()})});
  return true;
}

// A concatenation of images along rows, row by row.
bool lower_stack(Selector& s, const Node& node, const Concat& op) {
  const Tensor& y = s.tensor(node.output());
  if (op.axis != 1 || !is_image(y) || y.elements() == 0) return false;
  std::vector<StepInput> inputs;
  std::vector<KernelCall> calls;
  std::int64_t first = 0;
  for (const TensorId part : node.inputs) {
    const std::int64_t rows = s.tensor(part).shape[1];
    if (rows == 0) continue;
    const std::size_t index = inputs.size();
    inputs.push_back(s.window(part, {1, 1, -first, 1}));
    calls.push_back(kernel("spindle_stack_rows",
                           {s.rows_field(part, index), int_field("first_row", first)},
                           {params_arg(), input_arg(index), out_row_arg(), y_arg()}));
    first += rows;
  }
  s.add_step(node, std::move(inputs), node.output(), {y.shape[1], 1}, std::move(calls));
  return true;
}

bool lower_concat(Selector& s, const Node& node, const Concat& op) {
  if (lower_stack(s, node, op)) return true;
  const Tensor& y = s.tensor(node.output());
  const bool by_rows = y.shape.size() == 4 && y.shape[0] == 1 && op.axis >= 2;
  const Grid rows{by_rows ? y.shape[1] : 1, 1};
  const std::size_t axis = op.axis;
  std::int64_t inner = element_bytes(y);
  for (std::size_t i = axis + 1; i < y.shape.size(); ++i) inner *= y.shape[i];
  const std::int64_t out_stride = y.shape[axis] * inner;
  std::vector<StepInput> inputs;
  std::vector<KernelCall> calls;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const TensorId part = node.inputs[i];
    const Tensor& t = s.tensor(part);
    const std::int64_t chunk = t.shape[axis] * inner;
    inputs.push_back(s.row(part, rows));
    if (chunk == 0) continue;
    calls.push_back(
        kernel("spindle_concat",
               {int_field("outer", t.bytes() / rows.rows / chunk), int_field("chunk_bytes", chunk),
                int_field("out_stride", out_stride), int_field("out_offset", offset)},
               {params_arg(), input_arg(i), out_row_arg()}));
    offset += chunk;
  }
  s.add_step(node, std::move(inputs), node.output(), rows, std::move(calls));
  return true;
}

bool lower_gather(Selector& s, const Node& node, const Gather& op) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const std::size_t axis = op.axis;
  std::int64_t inner = element_bytes(x);
  for (std::size_t i = axis + 1; i < x.shape.size(); ++i) inner *= x.shape[i];
  std::int64_t outer = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= x.shape[i];
  const std::vector<std::int32_t> index(op.indices.begin(), op.indices.end());
  const ConstantId constant = s.add_constant(s.tensor(node.output()).name + "_index", DType::kI32,
                                             index, "which elements are taken");
  const StepInput input = s.whole(node.inputs[0]);
  s.add_step(node, {input}, node.output(), {},
             {kernel("spindle_gather",
                     {pointer_field("index", constant), int_field("outer", outer),
                      int_field("extent", x.shape[axis]),
                      int_field("count", static_cast<std::int64_t>(op.indices.size())),
                      int_field("inner_bytes", inner)},
                     {params_arg(), input_arg(0), out_base_arg()})});
  return true;
}

}  // namespace

bool lower_pool(Selector& s, const Node& node) {
  const auto* op = node.as<Pool>();
  if (op == nullptr) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  const bool f32 = x.type == DType::kF32;
  const bool average = op->kind == PoolKind::kAverage;
  const bool alike = x.quant == y.quant && x.type == y.type;
  if (x.shape[0] != 1 || (!f32 && !(average ? x.quant && y.quant : alike))) return false;
  const char* symbol = f32 ? (average ? "spindle_average_pool_f32" : "spindle_max_pool_f32")
                           : (average ? "spindle_average_pool_s8" : "spindle_max_pool_s8");
  const std::int64_t reach = std::int64_t{op->dilation[0]} * (op->kernel[0] - 1) + 1;
  const StepInput input =
      s.window(node.inputs[0], RowAccess::window(op->stride[0], op->pad.top, reach));
  std::vector<Field> fields{s.rows_field(node.inputs[0], 0),
                            int_field("in_width", x.shape[2]),
                            int_field("channels", x.shape[3]),
                            int_field("out_width", y.shape[2]),
                            int_field("kernel_h", op->kernel[0]),
                            int_field("kernel_w", op->kernel[1]),
                            int_field("stride_h", op->stride[0]),
                            int_field("stride_w", op->stride[1]),
                            int_field("dilation_h", op->dilation[0]),
                            int_field("dilation_w", op->dilation[1]),
                            int_field("pad_top", op->pad.top),
                            int_field("pad_left", op->pad.left),
                            int_field("pad_bottom", op->pad.bottom),
                            int_field("pad_right", op->pad.right),
                            int_field("count_include_pad", op->count_include_pad ? 1 : 0)};
  const bool average_s8 = average && !f32;
  if (average_s8) {
    fields.push_back(float_field("in_scale", x.quant->scale[0]));
    fields.push_back(float_field("out_scale", y.quant->scale[0]));
    fields.push_back(int_field("in_zero", stored_zero(x)));
    fields.push_back(int_field("out_zero", stored_zero(y)));
    fields.push_back(int_field("out_offset", stored_offset(y)));
  }
  s.add_step(
      node, {input}, node.output(), {y.shape[1], 1},
      {kernel(symbol, std::move(fields), {params_arg(), input_arg(0), out_row_arg(), y_arg()})});
  return true;
}

bool lower_move(Selector& s, const Node& node) {
  const Tensor& x = s.tensor(node.inputs[0]);
  if (x.type != DType::kF32 && !is_quantized_type(x.type)) return false;
  if (traits_of(node.op).same_elements()) {
    s.alias(node.output(), node.inputs[0]);
    return true;
  }
  if (const auto* op = node.as<Transpose>()) return lower_transpose(s, node, *op);
  if (const auto* op = node.as<Slice>()) return lower_slice(s, node, *op);
  if (const auto* op = node.as<Gather>()) return lower_gather(s, node, *op);
  if (const auto* op = node.as<Pad>()) return lower_pad(s, node, *op);
  if (const auto* op = node.as<Concat>()) return lower_concat(s, node, *op);
  return false;
}

}  // namespace spindle
