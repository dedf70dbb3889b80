// QuantizeLinear and DequantizeLinear.
#include <fmt/format.h>

#include "frontend/op_table.h"
#include "frontend/quantization.h"

namespace spindle::frontend {
namespace {

// Remembers a node without a zero point (see double_quantization.h). `y` is its output.
void note_zero_point(NodeContext& node, TensorId y) {
  if (!node.has(2)) node.context().no_zero_point.insert(node.context().producer(y));
}

// The axis of per-channel scales; -1 if the tensor has no such dimension. Then only one scale for
// the whole tensor is valid, for which the axis does not matter.
int quant_axis(NodeContext& node) {
  Attributes& attributes = node.attributes();
  const std::int64_t axis = attributes.integer("axis", 1);
  if (attributes.integer("block_size", 0) != 0) refuse("scales per block are not supported");
  attributes.ignore({"saturate", "precision"});  // these concern float8 only
  const int rank = node.rank(0);
  if (axis < -rank || axis >= rank) return -1;
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

DType output_type(NodeContext& node) {
  const int type = static_cast<int>(node.attributes().integer("output_dtype", 0));
  if (type == 0) return DType::kU8;
  const auto held = held_as(type);
  if (!held || !is_quantized_type(*held)) {
    refuse(fmt::format("it quantizes to '{}'; only int8 and uint8 are supported",
                       name_of_element(type)));
  }
  return *held;
}

void convert_quantize(NodeContext& node) {
  const int axis = quant_axis(node);
  const DType otherwise = output_type(node);
  if (node.type(0) != DType::kF32) refuse("only floats can be quantized");
  note_zero_point(node, bind_quantized(node, node.input(0), 1, 2, otherwise, axis));
}

void convert_dequantize(NodeContext& node) {
  const int axis = quant_axis(node);
  const int to =
      static_cast<int>(node.attributes().integer("output_dtype", onnx::TensorProto::FLOAT));
  if (to != 0 && held_as(to) != DType::kF32) malformed("output_dtype must be a float type");
  const TensorId y = dequantized(node, 0, 1, 2, axis, {});
  note_zero_point(node, y);
  node.bind(y);
}

constexpr OpEntry kQuantOperators[] = {
    {.type = "QuantizeLinear", .since = 10, .inputs = {2, 3}, .convert = convert_quantize},
    {.type = "DequantizeLinear", .since = 10, .inputs = {2, 3}, .convert = convert_dequantize},
};

// The same operators in ONNX Runtime's own domain, which had axes and 16-bit types before ONNX did.
constexpr OpEntry kMicrosoftQuantOperators[] = {
    {.type = "QuantizeLinear", .since = 1, .inputs = {2, 3}, .convert = convert_quantize},
    {.type = "DequantizeLinear", .since = 1, .inputs = {2, 3}, .convert = convert_dequantize},
};

}  // namespace

std::span<const OpEntry> quant_operators() {
  return kQuantOperators;
}
std::span<const OpEntry> microsoft_quant_operators() {
  return kMicrosoftQuantOperators;
}

}  // namespace spindle::frontend
