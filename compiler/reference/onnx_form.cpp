// Converts values between the form of graph tensors and that of the ONNX tensors that they stand
// for.
#include "compiler/ir/diagnostics.h"
#include "compiler/reference/interpreter.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle {

namespace {

using reference::Call;

// `value` transposed, with its element type unchanged.
ConstantPtr transposed(const Constant& value, const std::vector<int>& perm) {
  Tensor in;
  in.type = value.type();
  Tensor out = in;
  for (int dimension : perm) out.shape.push_back(value.shape()[dimension]);
  return reference::compute(Transpose{perm}, Call{{{&in, &value}}, &out});
}

std::vector<int> inverse(const std::vector<int>& perm) {
  std::vector<int> result(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) {
    result[perm[i]] = static_cast<int>(i);
  }
  return result;
}

// `value` + offset in another integer type; floats stay as they are.
ConstantPtr shifted(const Constant& value, DType type, const Shape& shape, int offset) {
  if (value.type() == DType::kF32) {
    check_internal(type == DType::kF32, "onnx form: a float value for an integer tensor");
    return Constant::make<std::byte>(type, shape, value.bytes());
  }
  std::vector<std::int64_t> values = value.to_ints();
  for (std::int64_t& element : values) element += offset;
  return Constant::ints(type, shape, values);
}

}  // namespace

ConstantPtr to_onnx_form(const Tensor& tensor, const Origin& origin, const Constant& value) {
  check_internal(element_count(origin.shape) == value.size(), "onnx form: shapes do not agree");
  ConstantPtr result = std::make_shared<const Constant>(value);
  if (origin.type == DType::kF32 && value.type() != DType::kF32) {
    result = Constant::floats(value.shape(), reference::real_values(tensor, value));
  }
  if (!origin.perm.empty()) result = transposed(*result, origin.perm);
  return shifted(*result, origin.type, origin.shape, origin.offset);
}

ConstantPtr from_onnx_form(const Tensor& tensor, const Origin& origin, const Constant& value) {
  check_internal(value.type() == origin.type && value.size() == tensor.elements(),
                 "onnx form: the value is not of the ONNX tensor");
  Shape shape = tensor.shape;
  for (std::size_t i = 0; i < origin.perm.size(); ++i) {
    shape[i] = tensor.shape[origin.perm[i]];
  }
  ConstantPtr result = shifted(value, tensor.type, shape, -origin.offset);
  if (!origin.perm.empty()) result = transposed(*result, inverse(origin.perm));
  return result;
}

}  // namespace spindle
