// Shared by the files that choose kernels (kernels_*.cpp): the selection under construction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/kernel/param_structs.h"
#include "compiler/lower/select/select.h"
#include "compiler/support/names.h"

namespace spindle {

// How a tensor divides into rows: an image of batch 1 into its rows, anything else is one row.
struct RowShape {
  std::int64_t rows = 1;
  std::int64_t elements = 1;  // of a row
};
[[nodiscard]] RowShape row_shape(const Shape& shape);

// Pixels of a row of an image of batch 1; 1 for anything else, whose only row is one column.
[[nodiscard]] std::int64_t columns_of(const Shape& shape);

// How a step divides a tensor: into rows, and each of them into columns.
struct Grid {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};
// Rows and columns by row_shape and columns_of.
[[nodiscard]] Grid grid_of(const Shape& shape);

// Zero point of an activation as stored at run time (uint8 is stored as int8).
[[nodiscard]] int stored_zero(const Tensor& tensor);
// Shift from stored to model value: 128 for uint8 tensors, else 0.
[[nodiscard]] int stored_offset(const Tensor& tensor);
// Limits of `act` on an 8-bit tensor, as stored.
[[nodiscard]] QuantLimits stored_limits(const Activation& act, const Tensor& tensor);

class Selector {
 public:
  Selector(const Graph& graph, const Target& target);

  const Graph& graph;
  const Target& target;
  Selection selection;

  [[nodiscard]] const Tensor& tensor(TensorId id) const { return graph.tensor(id); }

  // The value that holds `id`, made on demand for inputs and constants.
  ValueId value_of(TensorId id);
  // Whether value_of can be asked: inputs, constants, and what steps have written.
  [[nodiscard]] bool has_value(TensorId id) const;
  // The tensor's bytes are those of `of`.
  void alias(TensorId id, TensorId of);

  // `id` as input of a step whose output is divided into `grid`. Each says what the planner must
  // know and where the kernel finds the input, whatever rows and columns it was written in: its
  // argument is input_arg with the input's position, and nothing is left for the caller to add.
  //   pixels:    row y from column x on, of as many rows and columns
  //   row:       all of row y, of as many rows, for every column
  //   every_row: from column x of its only row on, for every row; it has as many columns
  //   whole:     all of it, from its first byte
  //   window:    rows and, if given, columns by a window; the kernel finds them (rows_field)
  StepInput pixels(TensorId id, Grid grid);
  StepInput row(TensorId id, Grid grid);
  StepInput every_row(TensorId id, Grid grid);
  StepInput whole(TensorId id);
  StepInput window(TensorId id, RowAccess rows, std::optional<RowAccess> columns = {});
  // The grid in which an elementwise step best computes `output` from `input`: as the input was
  // written, whatever its shape was changed to since, or as the output's shape says; in fewer rows
  // or columns where a column would not have a multiple of `multiple` elements.
  [[nodiscard]] Grid best_grid(TensorId input, TensorId output, std::int64_t multiple = 1);
  // spindle_rows of a window input.
  [[nodiscard]] Field rows_field(TensorId id, int input);

  int add_constant(const std::string& name, DType type, std::vector<std::byte> bytes,
                   std::string comment);
  template <typename T>
  int add_constant(const std::string& name, DType type, const std::vector<T>& values,
                   std::string comment) {
    const auto bytes = std::as_bytes(std::span(values));
    return add_constant(name, type, {bytes.begin(), bytes.end()}, std::move(comment));
  }

  // A step for `node` that writes `output`, divided into `grid`. If its kernels take a number of
  // columns (columns_arg), the planner may have it compute a range of them, and, if nothing but
  // addresses says where the kernels begin, ranges that go on in the next row. Returns its id.
  StepId add_step(const Node& node, std::vector<StepInput> inputs, TensorId output, Grid grid,
                  std::vector<KernelCall> calls);
  // A step that writes a value of its own (partial sums, outputs), in rows of `columns`.
  StepId add_step(const Node& node, const std::string& suffix, std::vector<StepInput> inputs,
                  ValueId output, std::int64_t columns, std::vector<KernelCall> calls);
  ValueId add_value(Value value);
  // The last step's kernel gets scratch as its fourth argument, after (params, in, out): `bytes`,
  // and `column_bytes` more for each column of a call, up to `columns`. It must write all of them.
  void add_scratch(std::int64_t bytes, std::int64_t column_bytes, std::int64_t columns);
  // `bytes` of its scratch are for calls of more than one column only.
  void keep_scratch_for_several(std::int64_t bytes);
  // As many columns as that, if there is room, for a kernel with a field columns_field().
  void widen_scratch(std::int64_t columns);

  [[nodiscard]] std::string step_name(const Node& node, std::string_view suffix = {});

  // Turns values whose storage is the model's output into that: called first. The parts of a
  // concatenation that is an output go to their places in it.
  void assign_outputs();
  // Whether the tensor exists only as parts that others write: nothing is to be done for it.
  [[nodiscard]] bool is_assembled(TensorId id) const;
  // Whether the tensor's step is to write into an output.
  [[nodiscard]] bool writes_output(TensorId id) const;
  // The same, and nothing else reads the tensor.
  [[nodiscard]] bool only_output(TensorId id) const;
  // Copies into outputs that no step writes itself: called last.
  void write_remaining_outputs();

 private:
  [[nodiscard]] TensorId root_of(TensorId id) const;
  [[nodiscard]] bool can_be_output(TensorId root) const;
  bool assemble(TensorId output, int index);
  ValueId input_value(TensorId id);
  ValueId constant_value(TensorId id);
  [[nodiscard]] bool is_flat(const Step& step, const std::vector<KernelCall>& calls) const;

  std::vector<ValueId> values_;  // by TensorId, -1 when not made yet
  std::vector<int> output_of_;   // by TensorId: which model output its step writes, or -1
  std::vector<std::int64_t> output_offset_;  // by TensorId: where in that output, in bytes
  std::vector<bool> assembled_;              // by TensorId
  std::vector<bool> written_;                // by model output
  UniqueNames names_;                        // of steps
};

// One family of kernels: lowers `node` if it has a kernel for it on the target.
using LowerNode = bool (*)(Selector&, const Node&);
struct KernelFamily {
  std::string_view name;
  LowerNode lower;
};
// In order of preference: the first that lowers a node wins.
[[nodiscard]] const std::vector<KernelFamily>& kernel_families();

bool lower_pointwise_s8(Selector& s, const Node& node);
bool lower_window_s8(Selector& s, const Node& node);
bool lower_pointwise_s8_dsp(Selector& s, const Node& node);
bool lower_depthwise_s8_dsp(Selector& s, const Node& node);
bool lower_stem_s8_dsp(Selector& s, const Node& node);
bool lower_partial_sum_s8(Selector& s, const Node& node);
bool lower_requantize_sum_s8(Selector& s, const Node& node);
bool lower_channel_slice(Selector& s, const Node& node);
bool lower_add_s8(Selector& s, const Node& node);
bool lower_mean_s8(Selector& s, const Node& node);
bool lower_reduce_s8(Selector& s, const Node& node);
bool lower_table_s8(Selector& s, const Node& node);
bool lower_table(Selector& s, const Node& node);
bool lower_softmax_s8(Selector& s, const Node& node);
bool lower_binary_s8(Selector& s, const Node& node);
bool lower_quantize(Selector& s, const Node& node);
bool lower_pointwise_f32(Selector& s, const Node& node);
bool lower_window_f32(Selector& s, const Node& node);
bool lower_mean_f32(Selector& s, const Node& node);
bool lower_elementwise_f32(Selector& s, const Node& node);
bool lower_reduce_f32(Selector& s, const Node& node);
bool lower_softmax_f32(Selector& s, const Node& node);
bool lower_matmul_f32(Selector& s, const Node& node);
bool lower_pool(Selector& s, const Node& node);
bool lower_resize(Selector& s, const Node& node);
bool lower_arg_max(Selector& s, const Node& node);
bool lower_detect(Selector& s, const Node& node);
bool lower_non_max_suppression(Selector& s, const Node& node);
bool lower_top_k(Selector& s, const Node& node);
bool lower_move(Selector& s, const Node& node);

// Completes and adds the call of a kernel that combines two tensors pixel by pixel, in rows of the
// output. Channels and strides follow the fields it has, then `rest`. False if an operand is
// repeated for some rows only.
bool lower_binary_rows(Selector& s, const Node& node, KernelCall call, std::vector<Field> rest);

// Cortex-A (kernels_neon.cpp).
bool lower_pointwise_s8_neon(Selector& s, const Node& node);
bool lower_dw3x3_s8_neon(Selector& s, const Node& node);
bool lower_dw3x3_s8w_neon(Selector& s, const Node& node);  // kernels_neon_wide.cpp
bool lower_stem_s8_neon(Selector& s, const Node& node);
bool lower_dw3x3_f32_neon(Selector& s, const Node& node);
bool lower_stem_f32_neon(Selector& s, const Node& node);
// Puts the NEON kernels that take the parameters of a portable one in its place: called last.
void prefer_neon(Selection& selection, const Target& target);

// Helium (kernels_mve.cpp).
bool lower_pointwise_s8_mve(Selector& s, const Node& node);
bool lower_dw3x3_s8_mve(Selector& s, const Node& node);
bool lower_dw_s8_mve(Selector& s, const Node& node);
bool lower_stem_s8_mve(Selector& s, const Node& node);
// Puts the MVE kernels that take the parameters of a portable one in its place: called last.
void prefer_mve(Selection& selection, const Target& target);

// float32 on Cortex-M (kernels_m_f32.cpp).
bool lower_dw3x3_f32_m(Selector& s, const Node& node);
bool lower_stem_f32_m(Selector& s, const Node& node);
// Puts the kernels for a scalar FPU that take the parameters of a portable one in its place: called
// last.
void prefer_vfp(Selection& selection, const Target& target);

// A value that a step reads in the rows that it is written in, all columns of each.
[[nodiscard]] StepInput own_rows(const StepGraph& steps, ValueId value);

// Shorthands for parameter structs and arguments.
[[nodiscard]] Field int_field(std::string name, std::int64_t value);
[[nodiscard]] Field float_field(std::string name, float value);
[[nodiscard]] Field columns_field(std::string name);
[[nodiscard]] Field pointer_field(std::string name, int constant);
// One value per dimension, and `fill` for those up to kMaxRank; more are an internal error.
[[nodiscard]] Field dims_field(std::string name, std::vector<std::int64_t> values,
                               std::int64_t fill);
[[nodiscard]] KernelArg params_arg();
[[nodiscard]] KernelArg input_arg(int input);
[[nodiscard]] KernelArg out_row_arg();
[[nodiscard]] KernelArg out_base_arg();
[[nodiscard]] KernelArg y_arg();
[[nodiscard]] KernelArg x_arg();
[[nodiscard]] KernelArg columns_arg(std::int64_t times);
[[nodiscard]] KernelArg int_arg(std::int64_t value);
[[nodiscard]] KernelCall kernel(std::string symbol, std::string params_type,
                                std::vector<Field> fields, std::vector<KernelArg> args);

}  // namespace spindle
