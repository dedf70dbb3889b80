#include "compiler/lower/select/selector.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/op_traits.h"
#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/lower/select/input_mode.h"

namespace spindle {

RowShape row_shape(const Shape& shape) {
  if (shape.size() == 4 && shape[0] == 1) return {shape[1], shape[2] * shape[3]};
  return {1, element_count(shape)};
}

std::int64_t columns_of(const Shape& shape) {
  const bool image = shape.size() == 4 && shape[0] == 1 && shape[2] > 0;
  return image ? shape[2] : 1;
}

Grid grid_of(const Shape& shape) {
  return {row_shape(shape).rows, columns_of(shape)};
}

int stored_offset(const Tensor& tensor) {
  return tensor.type == DType::kU8 ? 128 : 0;
}

int stored_zero(const Tensor& tensor) {
  return tensor.quant->zero_point[0] - stored_offset(tensor);
}

QuantLimits stored_limits(const Activation& act, const Tensor& tensor) {
  QuantLimits limits = quantized_limits(act, tensor.type, *tensor.quant);
  limits.lo -= stored_offset(tensor);
  limits.hi -= stored_offset(tensor);
  return limits;
}

Selector::Selector(const Graph& graph_in, const Target& target_in)
    : graph(graph_in),
      target(target_in),
      values_(graph_in.tensors.size()),
      output_of_(graph_in.tensors.size()),
      output_offset_(graph_in.tensors.size(), 0),
      assembled_(graph_in.tensors.size(), false),
      written_(graph_in.outputs.size(), false) {}

ValueId Selector::add_value(Value value) {
  return selection.steps.values.push_back(std::move(value));
}

ValueId Selector::input_value(TensorId id) {
  const auto index = std::find(graph.inputs.begin(), graph.inputs.end(), id) - graph.inputs.begin();
  return add_value(external_input(graph, index));
}

ValueId Selector::constant_value(TensorId id) {
  const Tensor& t = tensor(id);
  std::vector<std::byte> bytes(t.constant->bytes().begin(), t.constant->bytes().end());
  if (t.type == DType::kU8) {
    for (std::byte& b : bytes) b ^= std::byte{0x80};
  }
  const RowShape shape = row_shape(t.shape);
  const auto element = static_cast<std::int64_t>(size_of(t.type));
  const DType stored = t.type == DType::kU8 ? DType::kI8 : t.type;
  const ConstantId constant = add_constant(t.name, stored, std::move(bytes), "constant operand");
  return add_value({.name = t.name,
                    .tensor = id,
                    .rows = shape.rows,
                    .row_bytes = shape.elements * element,
                    .storage = Storage::kConstant,
                    .constant = constant});
}

ValueId Selector::value_of(TensorId id) {
  ValueId& known = values_[id];
  if (known) return known;
  if (graph.is_constant(id)) return known = constant_value(id);
  check_internal(graph.is_input(id), "a tensor is read before it is written: " + tensor(id).name);
  known = input_value(id);
  if (tensor(id).type != DType::kU8) return known;
  // The caller's bytes are uint8, ours are int8: a step converts them row by row.
  const ValueId raw = known;
  const Value source = selection.steps.value(raw);
  Node node;
  node.name = tensor(id).name;
  const Grid grid{source.rows, columns_of(tensor(id).shape)};
  const StepInput input = pixels(id, grid);
  const ValueId shifted = add_value({.name = source.name + "_signed",
                                     .tensor = id,
                                     .rows = source.rows,
                                     .row_bytes = source.row_bytes});
  add_step(node, "signed", {input}, shifted, grid.columns,
           {kernel("spindle_flip_sign", {},
                   {input_arg(0), out_row_arg(), columns_arg(input.column_bytes)})});
  return values_[id] = shifted;
}

bool Selector::has_value(TensorId id) const {
  return values_[id] || graph.is_constant(id) || graph.is_input(id);
}

void Selector::alias(TensorId id, TensorId of) {
  values_[id] = value_of(of);
}

namespace {

// bytes / parts, which must be exact. An empty tensor may have no parts.
std::int64_t evenly(std::int64_t bytes, std::int64_t parts, const char* otherwise) {
  const std::int64_t count = std::max<std::int64_t>(parts, 1);
  check_internal(bytes % count == 0, otherwise);
  return bytes / count;
}

}  // namespace

StepInput Selector::whole(TensorId id) {
  const ValueId value = value_of(id);
  return {value, RowAccess::whole(selection.steps.value(value).rows), false, false};
}

StepInput Selector::row(TensorId id, Grid grid) {
  const Value& value = selection.steps.value(value_of(id));
  StepInput input = whole(id);
  if (value.rows == grid.rows) input.access = {};
  input.row_bytes = evenly(value.bytes(), grid.rows, "a value is read in rows it does not have");
  return input;
}

StepInput Selector::pixels(TensorId id, Grid grid) {
  StepInput input = row(id, grid);
  input.columnwise = true;
  input.column_bytes =
      evenly(input.row_bytes, grid.columns, "a value is read in columns it does not have");
  return input;
}

StepInput Selector::every_row(TensorId id, Grid grid) {
  StepInput input = pixels(id, {1, grid.columns});
  input.access = whole(id).access;
  input.row_bytes = 0;
  return input;
}

StepInput Selector::window(TensorId id, RowAccess rows, std::optional<RowAccess> columns) {
  const Value& value = selection.steps.value(value_of(id));
  StepInput input = whole(id);
  const Grid grid = grid_of(tensor(id).shape);
  if (value.rows != grid.rows) return input;
  input.access = rows;
  input.by_ring = true;
  input.column_window = columns;
  if (columns) {
    input.column_bytes =
        evenly(value.row_bytes, grid.columns, "a value is read in columns it does not have");
  }
  return input;
}

Grid Selector::best_grid(TensorId input, TensorId output, std::int64_t multiple) {
  const ValueId id = value_of(input);
  const Value& value = selection.steps.value(id);
  const Shape& shape = tensor(output).shape;
  const std::int64_t elements = element_count(shape);
  Grid grid = grid_of(shape);
  if (value.rows > grid.rows && tensor(input).elements() == elements &&
      elements % (value.rows * multiple) == 0) {
    grid = {value.rows, 1};
    for (const Step& step : selection.steps.steps) {
      if (step.output == id) grid.columns = std::max<std::int64_t>(step.columns, 1);
    }
  }
  if (elements == 0) return grid;
  if (elements % (grid.rows * multiple) != 0) return {};
  if (elements % (grid.rows * grid.columns * multiple) != 0) grid.columns = 1;
  return grid;
}

Field Selector::rows_field(TensorId id, std::size_t input) {
  Field field;
  field.name = "in";
  field.kind = Field::Kind::kRows;
  field.input = input;
  const RowShape shape = row_shape(tensor(id).shape);
  const Value& value = selection.steps.value(value_of(id));
  if (value.rows != shape.rows) field.ints = {shape.rows, shape.rows, value.bytes() / shape.rows};
  return field;
}

ConstantId Selector::add_constant(const std::string& name, DType type, std::vector<std::byte> bytes,
                                  std::string comment) {
  return selection.constants.push_back(
      {.name = name, .type = type, .bytes = std::move(bytes), .comment = std::move(comment)});
}

namespace {

bool takes_columns(const KernelCall& call) {
  return std::any_of(call.args.begin(), call.args.end(),
                     [](const KernelArg& arg) { return arg.kind == KernelArg::Kind::kColumns; });
}

// Whether the step divides its input into the same rows and columns as its output.
bool is_divided_as(const StepGraph& steps, const StepInput& input, const Value& output,
                   std::int64_t columns) {
  const std::int64_t bytes = steps.value(input.value).bytes();
  const std::int64_t row = input.row_bytes > 0 ? input.row_bytes : bytes;
  return (input.row_bytes == 0 || row * output.rows == bytes) &&
         (!input.columnwise || input.column_bytes * columns == row);
}

// Whether the kernel is told with which row or column it begins. (Kernels that add to sums need it
// only to set the sums to zero at the first.)
bool asks_where(const KernelCall& call) {
  return std::any_of(call.args.begin(), call.args.end(), [](const KernelArg& arg) {
    return arg.kind == KernelArg::Kind::kRow || arg.kind == KernelArg::Kind::kColumn;
  });
}

}  // namespace

// Whether the step's kernels can take several rows as one long row: from row to row they advance in
// all inputs as in the output, or the input is a constant that is the same for every pixel.
bool Selector::is_flat(const Step& step, const std::vector<KernelCall>& calls) const {
  const bool sums = selection.steps.value(step.output).accumulator;
  const bool free = std::all_of(calls.begin(), calls.end(), [&](const KernelCall& call) {
    return !call.output_row && takes_columns(call) && (sums || !asks_where(call));
  });
  return free && std::all_of(step.inputs.begin(), step.inputs.end(), [&](const StepInput& input) {
           const Value& value = selection.steps.value(input.value);
           if (input.columnwise && input.row_bytes > 0) {
             return input.access == RowAccess{} || value.storage == Storage::kConstant;
           }
           return value.storage == Storage::kConstant && !input.columnwise && input.row_bytes == 0;
         });
}

void Selector::add_scratch() {
  constexpr std::ptrdiff_t kPosition = 3;
  KernelCall& call = selection.calls.back().back();
  const KernelInfo& info = find_kernel_info(call.symbol);
  check_internal(info.scratch != nullptr, call.symbol + " takes no scratch");
  selection.steps.steps.back().scratch = info.scratch(call);
  KernelArg arg;
  arg.kind = KernelArg::Kind::kScratch;
  call.args.insert(call.args.begin() + kPosition, arg);
}

std::string Selector::step_name(const Node& node, std::string_view suffix) {
  // Block nodes are named after their role; others after the ONNX node.
  std::string base = layer_name(graph, node);
  if (node.block) {
    constexpr const char* kRoles[] = {"op", "expand", "depthwise", "project", "add"};
    base = fmt::format("{}_{}", graph.blocks[node.block].name, kRoles[static_cast<int>(node.role)]);
  }
  if (node.block && node.group >= 0) base += fmt::format("_group_{}", node.group);
  if (!suffix.empty()) base += fmt::format("_{}", suffix);
  return names_(short_identifier(base));
}

StepId Selector::add_step(const Node& node, std::vector<StepInput> inputs, TensorId output,
                          Grid grid, std::vector<KernelCall> calls) {
  const Tensor& t = tensor(output);
  const std::int64_t row = evenly(t.bytes(), grid.rows, "a value is written in rows it has not");
  (void)evenly(row, grid.columns, "a value is written in columns it has not");
  Value value{.name = t.name, .tensor = output, .rows = grid.rows, .row_bytes = row};
  if (const auto model_output = output_of_[output]) {
    value.storage = Storage::kOutput;
    value.output = OutputId(*model_output);
    value.io_offset = output_offset_[output];
    written_[*model_output] = true;
  }
  const ValueId id = add_value(std::move(value));
  values_[output] = id;
  const StepId step = add_step(node, "", std::move(inputs), id, grid.columns, std::move(calls));
  selection.steps.steps.back().macs = macs_of(graph, node);
  return step;
}

StepId Selector::add_step(const Node& node, const std::string& suffix,
                          std::vector<StepInput> inputs, ValueId output, std::int64_t columns,
                          std::vector<KernelCall> calls) {
  Step step;
  step.name = step_name(node, suffix);
  step.block = node.block;
  step.group = node.group;
  for (const NodeId i : graph.nodes.ids()) {
    if (&graph.nodes[i] == &node) step.node = i;
  }
  step.inputs = std::move(inputs);
  step.output = output;
  if (std::any_of(calls.begin(), calls.end(), takes_columns)) step.columns = columns;
  for (const StepInput& input : step.inputs) {
    check_internal(is_divided_as(selection.steps, input, selection.steps.value(output), columns),
                   "an input is not divided as the output is");
  }
  step.flat = is_flat(step, calls);
  for (const KernelCall& call : calls) {
    for (const Field& field : call.fields) {
      if (field.kind != Field::Kind::kPointer || !field.constant) continue;
      step.weight_bytes +=
          static_cast<std::int64_t>(selection.constants[field.constant].bytes.size());
    }
  }
  selection.calls.push_back(std::move(calls));
  return selection.steps.steps.push_back(std::move(step));
}

StepInput own_rows(const StepGraph& steps, ValueId value) {
  StepInput input{value, {}, false, false};
  input.row_bytes = steps.value(value).row_bytes;
  return input;
}

}  // namespace spindle
