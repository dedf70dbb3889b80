#include "compiler/passes/collapse_transposes.h"

#include <algorithm>

#include "compiler/passes/util.h"

namespace spindle {
namespace {

// The common refinement of two shapes of the same elements. For example {24, 56} and {24, 8, 7}
// give {24, 8, 7}. Extents of 1 are left out. Empty if the shapes do not nest.
Shape common_factors(const Shape& a, const Shape& b) {
  Shape factors;
  std::size_t i = 0;
  std::size_t j = 0;
  std::int64_t left_a = 1;
  std::int64_t left_b = 1;
  while (i < a.size() || j < b.size() || left_a > 1 || left_b > 1) {
    if (left_a == 1 && i < a.size()) {
      left_a = a[i++];
    } else if (left_b == 1 && j < b.size()) {
      left_b = b[j++];
    } else {
      const std::int64_t factor = std::min(left_a, left_b);
      if (factor == 0 || left_a % factor != 0 || left_b % factor != 0) return {};
      factors.push_back(factor);
      left_a /= factor;
      left_b /= factor;
    }
  }
  return factors;
}

// For each dimension of `shape` the indices of the factors whose product is its extent.
std::vector<std::vector<int>> groups_of(const Shape& shape, const Shape& factors) {
  std::vector<std::vector<int>> groups;
  int next = 0;
  for (std::int64_t extent : shape) {
    groups.emplace_back();
    for (std::int64_t product = 1; product < extent; ++next) {
      groups.back().push_back(next);
      product *= factors[next];
    }
  }
  return groups;
}

std::vector<int> flattened(const std::vector<std::vector<int>>& groups) {
  std::vector<int> result;
  for (const auto& group : groups) result.insert(result.end(), group.begin(), group.end());
  return result;
}

// True if these three steps leave the elements in their order: transpose by `first` to the shape
// `middle`, reshape to `reshaped`, transpose by `second`.
bool is_plain_reshape(const Perm& first, const Shape& middle, const Shape& reshaped,
                      const Perm& second) {
  const Shape factors = common_factors(middle, reshaped);
  if (factors.empty()) return false;
  // The order of the elements before `first` and after `second`, each as a list of factors of
  // `middle`.
  return flattened(permuted(groups_of(middle, factors), inverse(first))) ==
         flattened(permuted(groups_of(reshaped, factors), second));
}

}  // namespace

bool collapse_transposes(Graph& graph) {
  const Uses uses(graph);
  const auto producer = [&](TensorId id) -> const Node* {
    const NodeId index = uses.producer(id);
    return index ? &graph.nodes[index] : nullptr;
  };
  bool any = false;
  for (Node& node : graph.nodes) {
    const auto* second = node.as<Transpose>();
    if (second == nullptr) continue;
    const Node* middle = producer(node.inputs[0]);
    if (middle == nullptr || middle->as<Reshape>() == nullptr) continue;
    const Node* before = producer(middle->inputs[0]);
    const auto* first = before == nullptr ? nullptr : before->as<Transpose>();
    if (first == nullptr) continue;
    if (!is_plain_reshape(first->perm, graph.tensor(middle->inputs[0]).shape,
                          middle->as<Reshape>()->shape, second->perm)) {
      continue;
    }
    node.inputs[0] = before->inputs[0];
    node.op = Reshape{graph.tensor(node.output()).shape};
    any = true;
  }
  return any;
}

}  // namespace spindle
