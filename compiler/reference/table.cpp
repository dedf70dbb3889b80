// Functions of 8-bit codes, as look-up tables.
#include "compiler/ir/index.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

ConstantPtr compute(const Table& op, const Call& call) {
  const Input& x = call.in(0);
  const Constant& table = *call.in(1).value;
  const Shape& shape = x.shape();
  std::int64_t stride = 1;
  std::int64_t functions = 1;
  if (op.axis >= 0) {
    stride = strides_of(shape)[op.axis];
    functions = shape[op.axis];
  }
  const std::int64_t lowest = min_of(x.value->type());
  const auto entry = [&](std::int64_t i) {
    return i / stride % functions * 256 + x.value->as_int(i) - lowest;
  };
  const std::int64_t count = element_count(shape);
  if (table.type() == DType::kF32) {
    std::vector<float> result;
    for (std::int64_t i = 0; i < count; ++i) {
      result.push_back(table.as<float>()[entry(i)]);
    }
    return Constant::floats(shape, std::move(result));
  }
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(table.as_int(entry(i)));
  return store_integers(call.out(), std::move(result));
}

}  // namespace spindle::reference
