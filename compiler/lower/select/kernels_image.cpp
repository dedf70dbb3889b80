// Kernels for Resize and ArgMax: the upsampled scores of a segmentation network, and their classes.
#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/lower/select/selector.h"
#include "compiler/reference/resize_axis.h"

namespace spindle {
namespace {

using reference::ResizeAxis;

// The first and the last input row that each output row needs; both ascend.
using Spans = std::vector<std::pair<std::int64_t, std::int64_t>>;

Spans spans_of(const Resize& op, const ResizeAxis& rows) {
  Spans spans;
  for (std::int64_t y = 0; y < rows.out(); ++y) {
    if (op.kind == ResizeKind::kNearest) {
      spans.emplace_back(rows.nearest(y), rows.nearest(y));
    } else {
      const auto first = static_cast<std::int64_t>(rows.coordinate(y));
      spans.emplace_back(first, std::min(first + 1, rows.in() - 1));
    }
  }
  return spans;
}

// The RowAccess with the slope num / den that covers `spans` with the fewest rows.
RowAccess covering(const Spans& spans, std::int64_t num, std::int64_t den) {
  const std::int64_t divisor = std::max<std::int64_t>(std::gcd(num, den), 1);
  RowAccess access{num / divisor, den / divisor, 0, 1};
  access.offset = INT32_MAX;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto y = static_cast<std::int64_t>(i);
    access.offset = std::min(access.offset, (spans[i].first + 1) * access.den - 1 - y * access.num);
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const std::int64_t at = static_cast<std::int64_t>(i) * access.num + access.offset;
    const std::int64_t first = at >= 0 ? at / access.den : -((-at + access.den - 1) / access.den);
    access.extent = std::max(access.extent, spans[i].second - first + 1);
  }
  return access;
}

// The RowAccess that needs the fewest rows at a time. Its slope is near the ratio of the extents.
RowAccess access_of(const Spans& spans, std::int64_t in) {
  const auto out = static_cast<std::int64_t>(spans.size());
  if (in * out > INT32_MAX / 4) return RowAccess::whole(in);  // generated code computes in int32
  RowAccess best = covering(spans, in, out);
  if (out == 1) return best;
  for (std::int64_t num : {in - 1, spans.back().first - spans.front().first}) {
    const RowAccess access = covering(spans, num, out - 1);
    if (access.extent < best.extent) best = access;
  }
  return best;
}

std::vector<float> coordinates(const ResizeAxis& axis) {
  std::vector<float> result;
  for (std::int64_t i = 0; i < axis.out(); ++i) result.push_back(axis.coordinate(i));
  return result;
}

std::vector<std::int32_t> sources(const ResizeAxis& axis) {
  std::vector<std::int32_t> result;
  for (std::int64_t i = 0; i < axis.out(); ++i) {
    result.push_back(static_cast<std::int32_t>(axis.nearest(i)));
  }
  return result;
}

// Adds constants for rows and columns; one for both if they are equal.
template <typename T>
std::pair<ConstantId, ConstantId> add_tables(Selector& s, const std::string& name, DType type,
                                             const std::vector<T>& rows,
                                             const std::vector<T>& columns, const char* comment) {
  const ConstantId of_rows = s.add_constant(name + "_rows", type, rows, comment);
  if (rows == columns) return {of_rows, of_rows};
  return {of_rows, s.add_constant(name + "_columns", type, columns, comment)};
}

KernelCall nearest_call(Selector& s, const Node& node, const ResizeAxis& rows,
                        const ResizeAxis& columns) {
  const Tensor& y = s.tensor(node.output());
  const auto [row_from, column_from] =
      add_tables(s, y.name, DType::kI32, sources(rows), sources(columns),
                 "[output position]: position in the input");
  const auto pixel = y.shape[3] * static_cast<std::int64_t>(size_of(y.type));
  return kernel("spindle_resize_nearest",
                {pointer_field("row_from", row_from), pointer_field("column_from", column_from),
                 s.rows_field(node.inputs[0], 0), int_field("pixel_bytes", pixel)},
                {});
}

KernelCall linear_call(Selector& s, const Node& node, const ResizeAxis& rows,
                       const ResizeAxis& columns) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  const auto [row_at, column_at] =
      add_tables(s, y.name, DType::kF32, coordinates(rows), coordinates(columns),
                 "[output position]: position in the input");
  const bool f32 = x.type == DType::kF32;
  const bool on_codes = node.as<Resize>()->kind == ResizeKind::kLinearOnCodes;
  const char* s8 = on_codes ? "spindle_resize_codes_s8" : "spindle_resize_linear_s8";
  const int zero = on_codes ? -stored_offset(x) : f32 ? 0 : stored_zero(x);
  return kernel(
      f32 ? "spindle_resize_linear_f32" : s8,
      {pointer_field("row_at", row_at), pointer_field("column_at", column_at),
       s.rows_field(node.inputs[0], 0), int_field("in_width", x.shape[2]),
       int_field("channels", x.shape[3]), float_field("in_scale", f32 ? 1.0F : x.quant->scale[0]),
       float_field("out_scale", f32 ? 1.0F : y.quant->scale[0]), int_field("in_zero", zero),
       int_field("out_zero", f32 ? 0 : stored_zero(y))},
      {});
}

bool is_real(const Tensor& tensor) {
  return tensor.type == DType::kF32 || (is_quantized_type(tensor.type) && tensor.quant);
}

}  // namespace

bool lower_resize(Selector& s, const Node& node) {
  const auto* op = node.as<Resize>();
  if (op == nullptr) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (x.shape[0] != 1 || x.type != y.type || !is_real(x) || !is_real(y)) return false;
  const ResizeAxis rows(*op, 0, x.shape[1]);
  const ResizeAxis columns(*op, 1, x.shape[2]);
  const bool nearest = op->kind == ResizeKind::kNearest;
  if (op->kind != ResizeKind::kLinear && x.quant != y.quant) return false;
  const StepInput input = s.window(node.inputs[0], access_of(spans_of(*op, rows), x.shape[1]));
  KernelCall call =
      nearest ? nearest_call(s, node, rows, columns) : linear_call(s, node, rows, columns);
  call.args = {params_arg(), input_arg(0), out_row_arg(), y_arg(), x_arg(), columns_arg(1)};
  s.add_step(node, {input}, node.output(), grid_of(y.shape), {std::move(call)});
  return true;
}

bool lower_depth_to_space(Selector& s, const Node& node) {
  const auto* op = node.as<DepthToSpace>();
  if (op == nullptr) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (x.shape[0] != 1 || x.type != y.type || x.quant != y.quant) return false;
  const StepInput input = s.window(node.inputs[0], RowAccess{1, op->block[0], op->crop[0], 1});
  KernelCall call =
      kernel("spindle_depth_to_space",
             {s.rows_field(node.inputs[0], 0), int_field("block_rows", op->block[0]),
              int_field("block_columns", op->block[1]), int_field("crop_top", op->crop[0]),
              int_field("crop_left", op->crop[1]), int_field("runs", y.shape[3] / op->run),
              int_field("run_bytes", op->run * static_cast<std::int64_t>(size_of(x.type)))},
             {params_arg(), input_arg(0), out_row_arg(), y_arg(), x_arg(), columns_arg(1)});
  s.add_step(node, {input}, node.output(), grid_of(y.shape), {std::move(call)});
  return true;
}

bool lower_arg_max(Selector& s, const Node& node) {
  const auto* op = node.as<ArgMax>();
  if (op == nullptr) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  const bool f32 = x.type == DType::kF32;
  if (!f32 && !is_quantized_type(x.type)) return false;
  // A uint8 map of classes is stored as uint8, not as int8, so no other kernel may read it.
  if (y.type == DType::kU8 && !s.only_output(node.output())) return false;
  const std::size_t axis = op->axis;
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < x.shape.size(); ++i) inner *= x.shape[i];
  KernelCall call = kernel(
      f32 ? "spindle_arg_max_f32" : "spindle_arg_max_s8",
      {int_field("classes", x.shape[axis]), int_field("inner", inner),
       int_field("last_index", op->last_index ? 1 : 0), int_field("minimum", op->minimum ? 1 : 0),
       int_field("out_bytes", static_cast<std::int64_t>(size_of(y.type)))},
      {});
  const bool by_rows = x.shape.size() == 4 && x.shape[0] == 1 && axis == 3;
  if (!by_rows) {
    call.args = {params_arg(), input_arg(0), out_base_arg(),
                 int_arg(x.elements() / x.shape[axis] / std::max<std::int64_t>(inner, 1))};
    const StepInput input = s.whole(node.inputs[0]);
    s.add_step(node, {input}, node.output(), {}, {std::move(call)});
    return true;
  }
  call.args = {params_arg(), input_arg(0), out_row_arg(), columns_arg(1)};
  const StepInput input = s.pixels(node.inputs[0], grid_of(x.shape));
  s.add_step(node, {input}, node.output(), grid_of(x.shape), {std::move(call)});
  return true;
}

}  // namespace spindle
