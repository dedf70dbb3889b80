#include "frontend/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace spindle::frontend {
namespace {

std::vector<int> inverse(const std::vector<int>& perm) {
  std::vector<int> result(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) {
    result[perm[i]] = static_cast<int>(i);
  }
  return result;
}

TensorId permuted_constant(NodeContext& node, int index, const ConstantPtr& data,
                           const std::vector<int>& perm, const std::optional<Quant>& quant) {
  std::optional<Quant> moved = quant;
  if (moved && !moved->per_tensor()) {
    moved->axis = inverse(perm)[moved->axis];
  }
  auto& known = node.context().rearranged_constants[data.get()];
  for (const auto& entry : known) {
    if (entry.perm == perm && entry.quant == moved) return entry.tensor;
  }
  node.context().budget.charge(static_cast<std::int64_t>(data->bytes().size()));
  const std::string& name = node.input_name(index);
  const TensorId id = node.context().graph.add_constant(name, permute(*data, perm), moved);
  node.context().graph.tensor(id).origins.push_back({.name = node.context().origin_name(name),
                                                     .shape = data->shape(),
                                                     .perm = inverse(perm),
                                                     .type = data->type()});
  known.push_back({perm, moved, id});
  return id;
}

}  // namespace

ConstantPtr permute(const Constant& data, const std::vector<int>& perm) {
  const std::size_t rank = perm.size();
  Shape strides(rank, 1);
  for (std::size_t i = rank; i-- > 1;) strides[i - 1] = strides[i] * data.shape()[i];
  Shape shape;
  Shape step;
  for (int p : perm) {
    shape.push_back(data.shape()[p]);
    step.push_back(strides[p]);
  }
  const std::size_t size = size_of(data.type());
  std::vector<std::byte> bytes(data.bytes().size());
  Shape index(rank, 0);
  std::int64_t from = 0;
  for (std::size_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(bytes.data() + to, data.bytes().data() + from * size, size);
    for (std::size_t i = rank; i-- > 0;) {
      from += step[i];
      if (++index[i] < shape[i]) break;
      from -= step[i] * shape[i];
      index[i] = 0;
    }
  }
  return std::make_shared<const Constant>(data.type(), std::move(shape), std::move(bytes));
}

TensorId permuted_weights(NodeContext& node, int index, const std::vector<int>& perm,
                          const std::optional<Quant>& quant) {
  if (node.rank(index) != static_cast<int>(perm.size())) {
    mismatch(fmt::format("the weights have shape {}, but rank {} is needed",
                         to_string(node.shape(index)), perm.size()));
  }
  if (const ConstantPtr data = node.constant(index)) {
    return permuted_constant(node, index, data, perm, quant);
  }
  const TensorId id = node.input(index);
  if (!node.context().from_constants(id))
    refuse("its weights are computed at run time, but must be constants");
  auto& known = node.context().rearranged_tensors[id];
  for (const auto& entry : known) {
    if (entry.perm == perm) return entry.tensor;
  }
  const TensorId transposed = node.emit(Transpose{perm}, {id}, "/weights");
  known.push_back({perm, {}, transposed});
  return transposed;
}

}  // namespace spindle::frontend
