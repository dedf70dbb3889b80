#include "compiler/check/exercised_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <unordered_set>
#include <utility>

#include "compiler/check/split_mix.h"
#include "compiler/ir/op_traits.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

// Random codes are powers of evenly distributed numbers: the larger the exponent, the fewer of them
// are large. A Softmax of many classes, for instance, makes many codes only if few inputs are
// large.
constexpr std::array<double, 4> kPowers = {1, 4, 8, 16};

// Operators with more MACs are computed only once, and not again for other inputs: if a network is
// dead, that would be necessary for all of them.
constexpr std::int64_t kMostMacsAgain = 1'000'000;

class Exercise {
 public:
  Exercise(const Graph& graph, const TensorElements& same,
           const IdVector<TensorId, bool>& replaceable)
      : graph_(graph), uses_(graph), same_(same), replaceable_(replaceable) {
    values_.resize(graph.tensors.size());
  }

  void set_input(TensorId id, const ConstantPtr& value) { values_[id] = {value, value}; }

  void run(const Node& node) {
    make(node);
    done_.insert(&node);
    const TensorId id = node.output();
    if (!poor(id)) return;
    if (macs_of(graph_, node) <= kMostMacsAgain) {
      for (std::size_t i = 0; i < node.inputs.size() && poor(id); ++i) enrich_operand(node, i);
    }
    if (poor(id) && may_replace(id) && !uses_.users(id).empty()) {
      values_[id].held = random_codes(graph_.tensor(id), kPowers.front());
    }
  }

  IdVector<TensorId, ExercisedValue> take() { return std::move(values_); }

 private:
  void make(const Node& node) {
    std::vector<ConstantPtr> operands;
    for (TensorId id : node.inputs) {
      if (id == kNoTensor) {
        operands.push_back(nullptr);
      } else {
        operands.push_back(graph_.is_constant(id) ? graph_.tensor(id).constant : values_[id].held);
      }
    }
    const ConstantPtr result = evaluate(graph_, node, operands);
    values_[node.output()] = {result, result};
  }

  [[nodiscard]] bool poor(TensorId id) const {
    const Tensor& t = graph_.tensor(id);
    return is_quantized_type(t.type) && t.quant &&
           t.elements() >= static_cast<std::int64_t>(kEnoughCodes) &&
           count_codes(*values_[id].computed) < kEnoughCodes;
  }

  // Whether the tensor's value may be replaced: it is 8-bit, it is an input or the Program writes
  // it, and its elements are not those of another tensor.
  [[nodiscard]] bool may_replace(TensorId id) const {
    const Tensor& t = graph_.tensor(id);
    const bool given = graph_.is_input(id);
    if ((!given && !replaceable_[id]) || !is_quantized_type(t.type) || !t.quant) return false;
    const auto pieces = same_.pieces(id, {0, t.elements()});
    return pieces.size() == 1 && pieces.front().tensor == id;
  }

  // Whether an operator other than `node` has already been computed from the tensor.
  [[nodiscard]] bool read_by_others(TensorId id, const Node& node) const {
    const std::vector<NodeId>& users = uses_.users(id);
    return std::any_of(users.begin(), users.end(), [&](NodeId user) {
      const Node* other = &graph_.nodes[user];
      return other != &node && done_.contains(other);
    });
  }

  // Replaces input number `i` of `node` by random codes with which the node makes more codes than
  // before, unless another operator has read it already. If the input is the output of reshapes,
  // what these begin with is replaced.
  void enrich_operand(const Node& node, std::size_t i) {
    std::vector<const Node*> chain = {&node};
    TensorId id = node.inputs[i];
    for (;;) {
      if (id == kNoTensor || graph_.is_constant(id) || read_by_others(id, *chain.back())) return;
      if (may_replace(id)) break;
      const NodeId producer = uses_.producer(id);
      if (!producer) return;
      const Node& before = graph_.nodes[producer];
      if (!traits_of(before.op).same_elements()) return;
      chain.push_back(&before);
      id = before.inputs[0];
    }
    for (const double power : kPowers) {
      const ExercisedValue before = values_[id];
      const std::size_t codes = count_codes(*values_[node.output()].computed);
      values_[id].held = random_codes(graph_.tensor(id), power);
      if (graph_.is_input(id)) values_[id].computed = values_[id].held;
      make_all(chain);
      if (count_codes(*values_[node.output()].computed) <= codes) {
        values_[id] = before;
        make_all(chain);
      }
      if (!poor(node.output())) return;
    }
  }

  void make_all(const std::vector<const Node*>& chain) {
    for (auto node = chain.rbegin(); node != chain.rend(); ++node) make(**node);
  }

  ConstantPtr random_codes(const Tensor& t, double power) {
    std::vector<std::int64_t> codes(t.elements());
    for (std::size_t e = 0; e < codes.size(); ++e) {
      // The first codes are spread evenly, so that they differ however small the tensor is.
      const double even = e < kEnoughCodes
                              ? (static_cast<double>(e) + random_.unit()) / double{kEnoughCodes}
                              : random_.unit();
      codes[e] = min_of(t.type) + static_cast<std::int64_t>(std::pow(even, power) * 256);
    }
    return Constant::ints(t.type, t.shape, codes);
  }

  const Graph& graph_;
  Uses uses_;
  const TensorElements& same_;
  const IdVector<TensorId, bool>& replaceable_;
  IdVector<TensorId, ExercisedValue> values_;
  std::unordered_set<const Node*> done_;
  SplitMix random_{1};
};

}  // namespace

std::size_t count_codes(const Constant& value) {
  std::array<bool, 256> seen{};
  for (std::byte code : value.bytes()) seen[std::to_integer<std::size_t>(code)] = true;
  return std::count(seen.begin(), seen.end(), true);
}

IdVector<TensorId, ExercisedValue> exercised_values(const Graph& graph, const TensorElements& same,
                                                    std::span<const ConstantPtr> inputs,
                                                    const IdVector<TensorId, bool>& replaceable) {
  Exercise exercise(graph, same, replaceable);
  for (std::size_t i = 0; i < inputs.size(); ++i) exercise.set_input(graph.inputs[i], inputs[i]);
  for (const Node& node : graph.nodes) exercise.run(node);
  return exercise.take();
}

}  // namespace spindle
