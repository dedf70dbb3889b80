// Shared by the files that choose kernels (kernels_*.cpp): the selection under construction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/names.h"
#include "compiler/lower/select.h"

namespace spindle {

// How a tensor divides into rows: an image of batch 1 into its rows, anything else is one row.
struct RowShape {
  std::int64_t rows = 1;
  std::int64_t elements = 1;  // of a row
};
[[nodiscard]] RowShape row_shape(const Shape& shape);

// Pixels of a row of an image of batch 1; 1 for anything else, whose only row is one column.
[[nodiscard]] std::int64_t columns_of(const Shape& shape);

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

  // `id` as input of a step that runs over `rows` rows, row by row if the value was written in
  // those rows, else whole. The matching argument is row_arg/base_arg with the input's position.
  StepInput rowwise(TensorId id, std::int64_t rows);
  StepInput whole(TensorId id);
  // Input of a window operator: finds its rows by itself.
  StepInput window(TensorId id, RowAccess access);
  [[nodiscard]] KernelArg row_arg(TensorId id, int input, std::int64_t rows);
  // The rows and columns in which an elementwise step best computes `output` from `input`: as the
  // input was written, whatever its shape was changed to since, if each column then has a multiple
  // of `multiple` elements.
  struct Form {
    std::int64_t rows = 1, columns = 1;
  };
  [[nodiscard]] Form form_of(TensorId input, TensorId output, std::int64_t multiple = 1);
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

  // A step for `node` that writes `output` in its own rows (or in one row, if `rows` is 1).
  // Returns its id.
  StepId add_step(const Node& node, std::vector<StepInput> inputs, TensorId output,
                  std::int64_t rows, std::vector<KernelCall> calls);
  // A step that writes a value of its own (partial sums).
  StepId add_step(const Node& node, const std::string& suffix, std::vector<StepInput> inputs,
                  ValueId output, std::vector<KernelCall> calls);
  ValueId add_value(Value value);
  // The last step can compute a range of its output's `columns`, which its kernel takes as
  // arguments; `columnwise` says whether it then reads the same columns of its inputs (those read
  // row by row, in rows of as many columns), and no others: a range may then go on in the next row.
  void by_columns(std::int64_t columns, bool columnwise);
  // The last step's kernel gets scratch as its fourth argument, after (params, in, out): `bytes`,
  // and `column_bytes` more for each column of a call, up to `columns`. It must write all of them.
  void add_scratch(std::int64_t bytes, std::int64_t column_bytes, std::int64_t columns);
  // As many columns as that, if there is room, for a kernel with a field columns_field().
  void widen_scratch(std::int64_t columns);

  [[nodiscard]] std::string step_name(const Node& node, std::string_view suffix = {});

  // Turns values whose storage is the model's output into that: called first. The parts of a
  // concatenation that is an output go to their places in it.
  void assign_outputs();
  // Whether the tensor exists only as parts that others write: nothing is to be done for it.
  [[nodiscard]] bool is_assembled(TensorId id) const;
  // Whether the tensor's step writes into an output and nothing else reads it.
  [[nodiscard]] bool only_output(TensorId id) const;
  // Copies into outputs that no step writes itself: called last.
  void write_remaining_outputs();

 private:
  [[nodiscard]] TensorId root_of(TensorId id) const;
  [[nodiscard]] bool can_be_output(TensorId root) const;
  bool assemble(TensorId output, int index);
  ValueId input_value(TensorId id);
  ValueId constant_value(TensorId id);

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

// Shorthands for parameter structs and arguments.
[[nodiscard]] Field int_field(std::string name, std::int64_t value);
[[nodiscard]] Field float_field(std::string name, float value);
[[nodiscard]] Field columns_field(std::string name);
[[nodiscard]] Field pointer_field(std::string name, int constant);
[[nodiscard]] Field ints_field(std::string name, std::vector<std::int64_t> values);
[[nodiscard]] KernelArg params_arg();
[[nodiscard]] KernelArg base_arg(int input);
[[nodiscard]] KernelArg out_row_arg();
[[nodiscard]] KernelArg out_base_arg();
[[nodiscard]] KernelArg y_arg();
[[nodiscard]] KernelArg x_arg();
[[nodiscard]] KernelArg columns_arg(std::int64_t times);
[[nodiscard]] KernelArg int_arg(std::int64_t value);
[[nodiscard]] KernelCall kernel(std::string symbol, std::string params_type,
                                std::vector<Field> fields, std::vector<KernelArg> args);

}  // namespace spindle
