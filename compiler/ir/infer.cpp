#include "compiler/ir/infer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/ir/infer_rules.h"
#include "compiler/ir/op_traits.h"

namespace spindle {

std::string check_size(const Shape& shape) {
  constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) return fmt::format("extent {} is negative", extent);
    if (extent > kMaxExtent) return fmt::format("extent {} is too large", extent);
    if (std::max<std::int64_t>(extent, 1) > kMaxElements / count) {
      return "the tensor has too many elements";
    }
    count *= std::max<std::int64_t>(extent, 1);
  }
  return {};
}

bool is_activation_type(DType type) {
  return type == DType::kF32 || is_quantized_type(type);
}

std::string check_image(const Tensor& x) {
  if (x.shape.size() != 4) {
    return fmt::format("the input has shape {}, but an image of rank 4 is needed",
                       to_string(x.shape));
  }
  if (!is_activation_type(x.type)) {
    return fmt::format("input type {} is not supported", name_of(x.type));
  }
  return {};
}

std::string check_permutation(const std::vector<int>& perm, std::size_t rank) {
  std::vector<bool> seen(rank, false);
  if (perm.size() != rank)
    return fmt::format("permutation of {} dimensions for rank {}", perm.size(), rank);
  for (int p : perm) {
    if (p < 0 || std::cmp_greater_equal(p, rank) || seen[p]) {
      return "perm is not a permutation of the dimensions";
    }
    seen[p] = true;
  }
  return {};
}

std::string check_axis(int axis, std::size_t rank) {
  if (axis >= 0 && std::cmp_less(axis, rank)) return {};
  return fmt::format("axis {} is outside of rank {}", axis, rank);
}

Inferred infer(const Op& op, std::span<const Tensor* const> inputs) {
  const OpTraits traits = traits_of(op);
  const auto count = static_cast<int>(inputs.size());
  const int most = traits.most_inputs();
  if (count < traits.required_inputs() || (most >= 0 && count > most)) {
    return not_inferred(
        fmt::format("it has {} inputs and needs {}", count, traits.required_inputs()));
  }
  const int required = traits.variadic ? count : traits.required_inputs();
  for (int i = 0; i < required; ++i) {
    if (inputs[i] == nullptr) return not_inferred(fmt::format("input {} is missing", i));
  }
  Inferred result = std::visit(InferRules{inputs}, op);
  if (result.ok()) result.error = check_size(result.shape);
  return result;
}

bool broadcast(const Shape& a, const Shape& b, Shape& out) {
  const std::size_t rank = std::max(a.size(), b.size());
  out.assign(rank, 1);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t ea = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t eb = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (ea != eb && ea != 1 && eb != 1) return false;
    out[rank - 1 - i] = ea == 1 ? eb : ea;
  }
  return true;
}

}  // namespace spindle
