// The selection under construction. Shared by the files that choose kernels (kernels_*.cpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/lower/kernel/param_structs.h"
#include "compiler/lower/select/call_parts.h"
#include "compiler/lower/select/select.h"
#include "compiler/support/names.h"

namespace spindle {

// How a tensor is divided into rows. An image of batch 1 has its own rows; anything else is one
// row.
struct RowShape {
  std::int64_t rows = 1;
  std::int64_t elements = 1;  // elements of a row
};
[[nodiscard]] RowShape row_shape(const Shape& shape);

// Pixels in a row of an image of batch 1. Any other tensor is one row with one column.
[[nodiscard]] std::int64_t columns_of(const Shape& shape);

// How a step divides a tensor: into rows, and each row into columns.
struct Grid {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};
// The grid given by row_shape and columns_of.
[[nodiscard]] Grid grid_of(const Shape& shape);

// The zero point of an activation as it is stored at run time (uint8 is stored as int8, minus 128).
[[nodiscard]] int stored_zero(const Tensor& tensor);
// What must be added to a stored value to get the model's value: 128 for uint8 tensors, else 0.
[[nodiscard]] int stored_offset(const Tensor& tensor);
// The limits of the activation `act` on an 8-bit tensor, as stored values.
[[nodiscard]] QuantLimits stored_limits(const Activation& act, const Tensor& tensor);

class Selector {
 public:
  Selector(const Graph& graph, const Target& target);

  const Graph& graph;
  const Target& target;
  Selection selection;

  [[nodiscard]] const Tensor& tensor(TensorId id) const { return graph.tensor(id); }

  // The value that holds `id`. Values of inputs and constants are created here, on demand.
  ValueId value_of(TensorId id);
  // Whether value_of(id) may be called: for inputs, constants, and what steps have written.
  [[nodiscard]] bool has_value(TensorId id) const;
  // Declares that the bytes of `id` are those of `of`: no step is needed.
  void alias(TensorId id, TensorId of);

  // These make `id` an input of a step whose output is divided into `grid`. Each function says what
  // the planner must know, and where the kernel finds the input for row y and column x of the
  // output. The division in which the input was written does not matter. The kernel's argument is
  // input_arg with the position of the input; the caller need not add anything.
  //   pixels:     the address of row y, column x; the input has as many rows and columns
  //   row:        the address of row y, all of which is read for every column
  //   every_row:  the address of column x in the input's only row, for every y
  //   whole:      the address of the first byte; all of the input is read
  //   window:     the base of the buffer. The kernel finds the rows by itself (rows_field); `rows`
  //               and, if given, `columns` say which ones its window covers.
  StepInput pixels(TensorId id, Grid grid);
  StepInput row(TensorId id, Grid grid);
  StepInput every_row(TensorId id, Grid grid);
  StepInput whole(TensorId id);
  StepInput window(TensorId id, RowAccess rows, std::optional<RowAccess> columns = {});
  // The best grid for an elementwise step that computes `output` from `input`. It is the division
  // in which the input was written, whatever its shape has become since, or that of the output's
  // shape. It has fewer rows or columns where a column would not have a multiple of `multiple`
  // elements.
  [[nodiscard]] Grid best_grid(TensorId input, TensorId output, std::int64_t multiple = 1);
  // The spindle_rows field of a window input.
  [[nodiscard]] Field rows_field(TensorId id, std::size_t input);

  ConstantId add_constant(const std::string& name, DType type, std::vector<std::byte> bytes,
                          std::string comment);
  template <typename T>
  ConstantId add_constant(const std::string& name, DType type, const std::vector<T>& values,
                          std::string comment) {
    const auto bytes = std::as_bytes(std::span(values));
    return add_constant(name, type, {bytes.begin(), bytes.end()}, std::move(comment));
  }

  // Adds a step for `node` that writes `output`, divided into `grid`, and returns its id. If its
  // kernels take a number of columns (columns_arg), the planner may let the step compute a range of
  // columns. If moreover only addresses tell the kernels where they are, such a range may go on in
  // the next row.
  StepId add_step(const Node& node, std::vector<StepInput> inputs, TensorId output, Grid grid,
                  std::vector<KernelCall> calls);
  // Adds a step that writes a value that is not a tensor (partial sums, outputs); its rows have
  // `columns` columns.
  StepId add_step(const Node& node, const std::string& suffix, std::vector<StepInput> inputs,
                  ValueId output, std::int64_t columns, std::vector<KernelCall> calls);
  ValueId add_value(Value value);
  // Gives the last step's kernel the scratch that the table of kernels says, as its fourth argument
  // after (params, in, out).
  void add_scratch();

  [[nodiscard]] std::string step_name(const Node& node, std::string_view suffix = {});

  // Decides which steps write directly into the model's outputs. Must be called first. If an output
  // is a concatenation, its parts go to their places in it.
  void assign_outputs();
  // Whether the tensor is assembled from parts that other steps write, so that nothing is left to
  // do for it.
  [[nodiscard]] bool is_assembled(TensorId id) const;
  // Whether the step of this tensor writes into a model output.
  [[nodiscard]] bool writes_output(TensorId id) const;
  // Whether it does, and nothing else reads the tensor.
  [[nodiscard]] bool only_output(TensorId id) const;
  // Adds copies for the outputs that no step writes directly. Must be called last.
  void write_remaining_outputs();

 private:
  [[nodiscard]] TensorId root_of(TensorId id) const;
  [[nodiscard]] bool can_be_output(TensorId root) const;
  bool assemble(TensorId output, std::size_t index);
  ValueId input_value(TensorId id);
  ValueId constant_value(TensorId id);
  [[nodiscard]] bool is_flat(const Step& step, const std::vector<KernelCall>& calls) const;

  IdVector<TensorId, ValueId> values_;  // none: not created yet
  // The model output that the tensor's step writes.
  IdVector<TensorId, std::optional<std::size_t>> output_of_;
  IdVector<TensorId, std::int64_t> output_offset_;  // its offset in that output, in bytes
  IdVector<TensorId, bool> assembled_;
  std::vector<bool> written_;  // by model output
  UniqueNames names_;          // names of steps
};

// A family of kernels. `lower` adds steps for a node and returns true, or returns false if the
// family has no kernel for it on this target.
using LowerNode = bool (*)(Selector&, const Node&);
struct KernelFamily {
  std::string_view name;
  Isa isa;  // asked only for targets that use it
  LowerNode lower;
};
// All families in order of preference: the first one that lowers a node is used.
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
bool lower_depth_to_space(Selector& s, const Node& node);
bool lower_arg_max(Selector& s, const Node& node);
bool lower_detect(Selector& s, const Node& node);
bool lower_non_max_suppression(Selector& s, const Node& node);
bool lower_top_k(Selector& s, const Node& node);
bool lower_move(Selector& s, const Node& node);

// Adds a step for a kernel that combines two tensors pixel by pixel, in the rows of the output. To
// the fields of `call` it adds `channels`, the strides of both operands, and then `rest`. Returns
// false if an operand is broadcast over some of the rows only.
bool lower_binary_rows(Selector& s, const Node& node, KernelCall call, std::vector<Field> rest);

// Cortex-A (kernels_neon.cpp).
bool lower_pointwise_s8_neon(Selector& s, const Node& node);
bool lower_dw3x3_s8_neon(Selector& s, const Node& node);
bool lower_dw3x3_s8w_neon(Selector& s, const Node& node);  // kernels_neon_wide.cpp
bool lower_stem_s8_neon(Selector& s, const Node& node);
bool lower_dw3x3_f32_neon(Selector& s, const Node& node);
bool lower_stem_f32_neon(Selector& s, const Node& node);

// Helium (kernels_mve.cpp).
bool lower_pointwise_s8_mve(Selector& s, const Node& node);
bool lower_dw3x3_s8_mve(Selector& s, const Node& node);
bool lower_dw_s8_mve(Selector& s, const Node& node);
bool lower_stem_s8_mve(Selector& s, const Node& node);

// float32 on Cortex-M (kernels_m_f32.cpp).
bool lower_dw3x3_f32_mve(Selector& s, const Node& node);
bool lower_dw3x3_f32_vfp(Selector& s, const Node& node);
bool lower_stem_f32_mve(Selector& s, const Node& node);
bool lower_stem_f32_vfp(Selector& s, const Node& node);

// A StepInput that reads the value in the rows in which it was written, all columns of each.
[[nodiscard]] StepInput own_rows(const StepGraph& steps, ValueId value);

}  // namespace spindle
