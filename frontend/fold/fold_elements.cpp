#include "frontend/fold/fold_elements.h"

#include <algorithm>

namespace spindle::frontend {

bool small(DType type, const Shape& shape) {
  const std::int64_t most = type == DType::kF32 ? kMostFolded : kMostFoldedIntegers;
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0 || extent > most) return false;
    count *= std::max<std::int64_t>(extent, 1);
    if (count > most) return false;
  }
  return true;
}

std::int64_t broadcast_position(const Shape& shape, std::span<const std::int64_t> index) {
  std::int64_t position = 0;
  const std::size_t skip = index.size() - shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    position = position * shape[i] + (shape[i] == 1 ? 0 : index[skip + i]);
  }
  return position;
}

void ConstantBuilder::copy(const Constant& from, std::int64_t position) {
  if (type_ == DType::kF32) {
    add_float(static_cast<float>(from.as_double(position)));
  } else {
    add_int(from.as_int(position));
  }
}

ConstantPtr ConstantBuilder::take() {
  if (type_ == DType::kF32) return Constant::floats(std::move(shape_), std::move(floats_));
  return Constant::ints(type_, std::move(shape_), ints_);
}

}  // namespace spindle::frontend
