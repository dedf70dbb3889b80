#include "compiler/quantize/equalize.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

// Tensors that must have the same factors, and the nodes around them.
struct Set {
  std::vector<TensorId> tensors;
  std::set<NodeId> writers;  // Conv and Dense
  std::set<NodeId> readers;  // Conv and Dense, by their input 0
  bool possible = true;
};

// A Conv or Dense whose weights are constants.
bool is_weighted(const Graph& graph, const Node& node) {
  if (node.as<Conv>() == nullptr && node.as<Dense>() == nullptr) return false;
  const TensorId bias = node.optional_input(2);
  return graph.is_constant(node.inputs[1]) && (bias == kNoTensor || graph.is_constant(bias));
}

// A sum of two tensors of the same shape.
bool is_plain_sum(const Graph& graph, const Node& node) {
  const auto* binary = node.as<Binary>();
  if (binary == nullptr || binary->kind != BinaryKind::kAdd || !binary->act.none()) return false;
  return std::all_of(node.inputs.begin(), node.inputs.end(), [&](TensorId id) {
    return !graph.is_constant(id) && graph.tensor(id).shape == graph.tensor(node.output()).shape;
  });
}

class Equalization {
 public:
  Equalization(Graph& graph, const std::map<NodeId, WindowSums>& windows)
      : graph_(graph), windows_(windows), uses_(graph), seen_(graph.tensors.size(), false) {}

  int run() {
    int changed = 0;
    for (const NodeId i : graph_.nodes.ids()) {
      const Node& node = graph_.nodes[i];
      if (!is_weighted(graph_, node) || seen_.at(node.output().index())) continue;
      Set set;
      visit(node.output(), set);
      if (set.possible && !set.readers.empty() && rescale(set)) ++changed;
    }
    return changed;
  }

 private:
  // Adds the tensor, and all that are summed with it, to the set.
  void visit(TensorId id, Set& set) {
    if (seen_.at(id.index())) return;
    seen_.at(id.index()) = true;
    set.tensors.push_back(id);
    const NodeId producer = uses_.producer(id);
    if (!producer || graph_.is_output(id) || graph_.tensor(id).shape.empty()) {
      set.possible = false;
      return;
    }
    visit_node(producer, id, set);
    for (const NodeId user : uses_.users(id)) visit_node(user, id, set);
  }

  void visit_node(NodeId index, TensorId id, Set& set) {
    const Node& node = graph_.nodes[index];
    if (is_plain_sum(graph_, node)) {
      for (const TensorId input : node.inputs) visit(input, set);
      visit(node.output(), set);
      return;
    }
    if (!is_weighted(graph_, node)) {
      set.possible = false;
    } else if (node.output() == id) {
      set.possible = set.possible && activation_of(node.op)->none();
      set.writers.insert(index);
    } else {
      set.readers.insert(index);
    }
  }

  bool rescale(const Set& set) {
    const std::vector<float> factors = factors_of(set);
    if (factors.empty()) return false;
    for (const NodeId writer : set.writers) divide_outputs_of(graph_.nodes[writer], factors);
    for (const NodeId reader : set.readers) multiply_inputs_of(graph_.nodes[reader], factors);
    return true;
  }

  // One for each channel; empty if the channels are alike.
  [[nodiscard]] std::vector<float> factors_of(const Set& set) const {
    const std::int64_t channels = graph_.tensor(set.tensors.front()).shape.back();
    std::vector<double> largest(channels, 0.0);
    for (const NodeId reader : set.readers) {
      const auto sums = windows_.find(reader);
      if (sums == windows_.end() || sums->second.elements == 0) continue;
      for (std::int64_t c = 0; c < channels; ++c) {
        largest[c] =
            std::max(largest[c], std::sqrt(sums->second.squares[c] / sums->second.elements));
      }
    }
    const double most = *std::max_element(largest.begin(), largest.end());
    const double least = *std::min_element(largest.begin(), largest.end());
    if (!(most > 0) || most < 2 * least) return {};
    std::vector<float> factors;
    for (const double value : largest) {
      factors.push_back(static_cast<float>(std::max(value / most, 1.0 / 256)));
    }
    return factors;
  }

  void divide_outputs_of(Node& node, const std::vector<float>& factors) {
    divide_rows(node, 1, factors);
    if (node.optional_input(2) != kNoTensor) divide_rows(node, 2, factors);
  }

  // Divides each row (of an output channel) of a constant input by its factor.
  void divide_rows(Node& node, std::size_t input, const std::vector<float>& factors) {
    const Tensor& old = graph_.tensor(node.inputs[input]);
    const std::span<const float> from = old.constant->as<float>();
    std::vector<float> values(from.begin(), from.end());
    const std::size_t row = values.size() / factors.size();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] /= factors[i / row];
    replace(node, input, std::move(values));
  }

  void multiply_inputs_of(Node& node, const std::vector<float>& factors) {
    const Tensor& old = graph_.tensor(node.inputs[1]);
    const std::span<const float> from = old.constant->as<float>();
    std::vector<float> values(from.begin(), from.end());
    const auto* conv = node.as<Conv>();
    const auto depth = static_cast<std::size_t>(old.shape.back());
    const auto outputs = static_cast<std::size_t>(old.shape.front());
    const std::size_t row = values.size() / outputs;
    const std::size_t of_group = outputs / static_cast<std::size_t>(conv ? conv->groups : 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] *= factors[i / row / of_group * depth + i % depth];
    }
    replace(node, 1, std::move(values));
  }

  // Other nodes may share the old constant.
  void replace(Node& node, std::size_t input, std::vector<float> values) {
    const Tensor& old = graph_.tensor(node.inputs[input]);
    node.inputs[input] = graph_.add_constant(old.name + "/equalized",
                                             Constant::floats(old.shape, std::move(values)));
  }

  Graph& graph_;
  const std::map<NodeId, WindowSums>& windows_;
  const Uses uses_;
  std::vector<bool> seen_;
};

}  // namespace

int equalize_channels(Graph& graph, const std::map<NodeId, WindowSums>& windows) {
  return Equalization(graph, windows).run();
}

}  // namespace spindle
