#include "compiler/quantize/scheme.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/ir/op_traits.h"
#include "compiler/support/parallel.h"

namespace spindle {
namespace {

bool only_moves(const Node& node) {
  return node.as<Transpose>() != nullptr || node.as<Reshape>() != nullptr ||
         node.as<Identity>() != nullptr;
}

bool reads_floats(const Graph& graph, const Node& node) {
  if (graph.tensor(node.output()).type != DType::kF32) return false;
  const std::vector<std::size_t> inputs = data_inputs(node);
  return std::all_of(inputs.begin(), inputs.end(), [&](std::size_t i) {
    return graph.tensor(node.inputs[i]).type == DType::kF32;
  });
}

// The values are parts of 1: the codes are multiples of 1/256, and no data is needed to know it.
bool is_part_of_one(const Node& node) {
  if (node.as<Softmax>() != nullptr) return true;
  const auto* unary = node.as<Unary>();
  return unary != nullptr &&
         (unary->kind == UnaryKind::kSigmoid || unary->kind == UnaryKind::kHardSigmoid);
}

// Whether the output takes the scale of its input: the values are the input's, or lie between them.
bool takes_scale_of_input(const Node& node) {
  if (node.as<Concat>() != nullptr) return false;
  return traits_of(node.op).shares_quant() || node.as<Resize>() != nullptr;
}

// Sets of tensors that have one scale.
class Groups {
 public:
  explicit Groups(std::size_t tensors) : parent_(tensors) {
    for (std::size_t i = 0; i < tensors; ++i) parent_.items()[i] = TensorId(i);
  }

  [[nodiscard]] TensorId of(TensorId id) const {
    while (parent_[id] != id) id = parent_[id];
    return id;
  }
  // The representative is the one with the lower id.
  void unite(TensorId a, TensorId b) {
    const TensorId low = std::min(of(a), of(b));
    const TensorId high = std::max(of(a), of(b));
    parent_[high] = low;
  }

 private:
  IdVector<TensorId, TensorId> parent_;
};

// Chooses the Quants of groups of tensors.
class Chooser {
 public:
  Chooser(const Graph& graph, const Scheme& scheme, const Statistics& statistics,
          const RangeOptions& options)
      : graph_(graph),
        scheme_(scheme),
        options_(options),
        uses_(graph),
        groups_(graph.tensors.size()) {
    for (const Node& node : graph.nodes) {
      const TensorId y = node.output();
      if (!scheme.is_quantized(y)) continue;
      if (is_part_of_one(node)) fixed_.insert(y);
      if (takes_scale_of_input(node) && scheme.is_quantized(node.inputs[0])) {
        groups_.unite(y, node.inputs[0]);
      }
    }
    for (const TensorId id : scheme.quantized()) {
      const TensorId group = groups_.of(id);
      const NodeId producer = uses_.producer(id);
      // Values that are only moved have been counted where they were computed.
      if (producer && takes_scale_of_input(graph.nodes[producer]) &&
          scheme.is_quantized(graph.nodes[producer].inputs[0])) {
        continue;
      }
      const auto values = statistics.values.find(id);
      if (values != statistics.values.end()) values_[group].merge(values->second);
      widen(group, producer);
    }
  }

  std::map<TensorId, Quant> run() {
    std::vector<TensorId> groups;
    for (const auto& [group, values] : values_) groups.push_back(group);
    std::vector<Quant> quants(groups.size());
    parallel_for(groups.size(), [&](std::size_t i) { quants[i] = chosen(groups[i]); });
    for (std::size_t i = 0; i < groups.size(); ++i) quant_of_[groups[i]] = quants[i];
    for (const Node& node : graph_.nodes) {
      if (node.as<Concat>() != nullptr && scheme_.is_quantized(node.output())) share(node);
    }
    std::map<TensorId, Quant> result;
    for (const TensorId id : scheme_.quantized()) result[id] = quant_of_.at(groups_.of(id));
    return result;
  }

 private:
  // The limits of a group are those of all activations that write into it.
  void widen(TensorId group, NodeId producer) {
    Activation act;
    if (producer) {
      const Activation* own = activation_of(graph_.nodes[producer].op);
      if (own != nullptr) act = *own;
    }
    const auto [bounds, is_new] = bounds_.try_emplace(group, act);
    if (is_new) return;
    bounds->second.lo = std::min(bounds->second.lo, act.lo);
    bounds->second.hi = std::max(bounds->second.hi, act.hi);
  }

  [[nodiscard]] Quant chosen(TensorId group) const {
    const bool fixed = std::any_of(fixed_.begin(), fixed_.end(),
                                   [&](TensorId id) { return groups_.of(id) == group; });
    if (fixed) {
      Quant quant;
      quant.scale = {1.0F / 256};
      quant.zero_point = {min_of(options_.type)};
      return quant;
    }
    const auto bounds = bounds_.find(group);
    return choose_quant(values_.at(group), bounds == bounds_.end() ? Activation{} : bounds->second,
                        options_);
  }

  // Where inputs of a Concat have another scale than its output, they are requantized, which adds
  // an error. An input takes the output's scale if only the Concat reads it, or if the error of its
  // own scale is more than half of that. (Its other readers see one of these errors; the Concat
  // sees the output's error, and the input's own too if that has a scale of its own.)
  void share(const Node& concat) {
    const TensorId y = groups_.of(concat.output());
    for (const TensorId id : concat.inputs) {
      if (!scheme_.is_quantized(id)) continue;
      const TensorId x = groups_.of(id);
      if (x == y || !values_.contains(x) || quant_of_.at(x) == quant_of_.at(y)) continue;
      const double own = squared_error(values_.at(x), quant_of_.at(x), options_.type);
      const double shared = squared_error(values_.at(x), quant_of_.at(y), options_.type);
      if (!uses_.single_use(id) && shared > 2 * own) continue;
      const Quant quant = quant_of_.at(y);
      groups_.unite(x, y);
      quant_of_[groups_.of(x)] = quant;
    }
  }

  const Graph& graph_;
  const Scheme& scheme_;
  const RangeOptions& options_;
  Uses uses_;
  Groups groups_;
  std::set<TensorId> fixed_;
  std::map<TensorId, Histogram> values_;  // by group
  std::map<TensorId, Activation> bounds_;
  std::map<TensorId, Quant> quant_of_;
};

}  // namespace

Scheme::Scheme(const Graph& graph, const std::set<NodeId>& keep_float) : graph_(graph) {
  std::set<NodeId> edges;
  find_edges(edges);
  for (const NodeId i : graph.nodes.ids()) {
    const Node& node = graph.nodes[i];
    const bool has_form = traits_of(node.op).eight_bit != EightBit::kNone;
    if (has_form && reads_floats(graph, node) && !keep_float.contains(i) && !edges.contains(i)) {
      on_codes_.insert(i);
    }
  }
  std::set<TensorId> found;
  for (const NodeId i : on_codes_) {
    const Node& node = graph.nodes[i];
    found.insert(node.output());
    for (const std::size_t input : data_inputs(node)) {
      if (!graph.is_constant(node.inputs[input])) found.insert(node.inputs[input]);
    }
  }
  quantized_.assign(found.begin(), found.end());
}

// Nodes that only move data between an input of the model and the first real operator, or between
// the last one and an output.
void Scheme::find_edges(std::set<NodeId>& edges) const {
  std::set<TensorId> outer(graph_.inputs.begin(), graph_.inputs.end());
  const Uses uses(graph_);
  for (const NodeId i : graph_.nodes.ids()) {
    const Node& node = graph_.nodes[i];
    if (!only_moves(node) || !outer.contains(node.inputs[0]) || !uses.single_use(node.inputs[0])) {
      continue;
    }
    edges.insert(i);
    outer.insert(node.output());
  }
  std::set<TensorId> last(graph_.outputs.begin(), graph_.outputs.end());
  for (NodeId i = graph_.nodes.end_id(); i > NodeId(0);) {
    --i;
    const Node& node = graph_.nodes[i];
    if (!only_moves(node) || !last.contains(node.output())) continue;
    const std::vector<NodeId>& users = uses.users(node.output());
    const bool ends =
        std::all_of(users.begin(), users.end(), [&](NodeId user) { return edges.contains(user); });
    if (!ends) continue;
    edges.insert(i);
    last.insert(node.inputs[0]);
  }
}

bool Scheme::is_quantized(TensorId id) const {
  return std::binary_search(quantized_.begin(), quantized_.end(), id);
}

CalibrationWish Scheme::wish() const {
  CalibrationWish wish;
  wish.tensors = quantized_;
  for (const NodeId i : on_codes_) {
    if (traits_of(graph_.nodes[i].op).has_weights()) wish.nodes.push_back(i);
  }
  return wish;
}

std::map<TensorId, Quant> Scheme::choose(const Statistics& statistics,
                                         const RangeOptions& options) const {
  return Chooser(graph_, *this, statistics, options).run();
}

}  // namespace spindle
