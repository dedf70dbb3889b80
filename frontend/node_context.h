// One ONNX node as its converter sees it: inputs, attributes, and the nodes it becomes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend/file/attributes.h"
#include "frontend/file/failure.h"
#include "frontend/import_context.h"

namespace spindle::frontend {

// All members throw an ImportFailure if the node does not allow what they are asked for. Inputs are
// numbered as in the file; one that is left out or has an empty name is absent.
class NodeContext {
 public:
  // `opset` is the version of the node's operator set.
  NodeContext(ImportContext& context, const onnx::NodeProto& proto, int opset);

  [[nodiscard]] int opset() const { return opset_; }
  [[nodiscard]] const onnx::NodeProto& proto() const { return *proto_; }
  [[nodiscard]] ImportContext& context() { return *context_; }
  [[nodiscard]] const Graph& graph() const { return context_->graph; }
  [[nodiscard]] Attributes& attributes() { return attributes_; }

  // Inputs.
  [[nodiscard]] int inputs() const { return proto_->input_size(); }
  [[nodiscard]] bool has(int index) const;
  [[nodiscard]] const std::string& input_name(int index) const;
  [[nodiscard]] TensorId input(int index);          // E0103 if absent
  [[nodiscard]] TensorId input_or_none(int index);  // kNoTensor if absent
  // The data of an input that is a constant of the file or was folded to one; else nullptr.
  [[nodiscard]] ConstantPtr constant(int index) const;
  // The value of an input that depends on constants only, also through operators that remain in the
  // graph, as DequantizeLinear does; nullptr if it is absent or computed at run time.
  [[nodiscard]] ConstantPtr known(int index) const;
  [[nodiscard]] const Shape& shape(int index) const;
  [[nodiscard]] int rank(int index) const { return static_cast<int>(shape(index).size()); }
  [[nodiscard]] DType type(int index) const;

  // The values of an input that must be a constant. `what` names it in messages ("pads", "axes").
  // E0103 if it is absent or has the wrong type, E0102 if it is computed at run time.
  [[nodiscard]] std::vector<std::int64_t> constant_ints(int index, std::string_view what) const;
  [[nodiscard]] std::vector<float> constant_floats(int index, std::string_view what) const;

  // Converts `axis`, which may be negative, to one counted from the front; E0103 unless it lies in
  // [-rank, rank).
  [[nodiscard]] static int from_front(std::int64_t axis, int rank);
  // The same for a list, sorted; E0103 on duplicates.
  [[nodiscard]] static std::vector<int> from_front(const std::vector<std::int64_t>& axes, int rank);

  // Outputs.
  [[nodiscard]] int outputs() const { return proto_->output_size(); }
  [[nodiscard]] bool wants(int output) const;  // the output has a name, so something may read it

  // Appends `op`, or computes it now if all inputs are small constants. The tensor is named after
  // output number `output`; `suffix` makes names for tensors that the file does not have.
  TensorId emit(Op op, std::vector<TensorId> inputs, std::string_view suffix = {}, int output = 0);
  // Like emit(), for an 8-bit or int32 result with its own quantization.
  TensorId emit_quantize(TensorId x, DType type, const Quant& quant, int output = 0);
  // Appends `op` as output 0: an operator that works on the codes of the 8-bit tensor `x`, whose
  // Quant is known, and whose result has the same Quant.
  TensorId emit_on_codes(Op op, TensorId x);
  TensorId add_constant(std::string_view suffix, ConstantPtr data, std::optional<Quant> quant = {});

  // Declares what output number `output` is: a graph tensor, a constant, either of them, or
  // input number `input` unchanged.
  void bind(TensorId id, int output = 0);
  void bind_constant(ConstantPtr data, int output = 0);
  void bind_value(const Value& source, int output = 0);
  void pass_through(int input, int output = 0);

  // to_nhwc() transposes an image [N,C,H,W] to NHWC. A sequence [N,C,L] becomes an image of height
  // 1, [N,1,L,C]. from_nhwc() is the inverse: it gives an image the form that belongs to `rank`, 3
  // or 4; the tensor is named after output 0 with `suffix`.
  [[nodiscard]] TensorId to_nhwc(TensorId id);
  [[nodiscard]] TensorId from_nhwc(TensorId id, int rank, std::string_view suffix = {});

 private:
  [[nodiscard]] const Value& value(int index) const;
  [[nodiscard]] const std::string& output_name(int output) const;

  ImportContext* context_;
  const onnx::NodeProto* proto_;
  int opset_;
  Attributes attributes_;
  std::string name_;
};

// E0103 if an axis is outside of the rank or given twice; negative axes count from the end.
void require_distinct(const std::vector<std::int64_t>& axes, int rank);

}  // namespace spindle::frontend
