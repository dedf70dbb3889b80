#include "compiler/passes/layout_region.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "compiler/passes/layout.h"

namespace spindle {
namespace {

class RegionFinder {
 public:
  RegionFinder(const Graph& graph, const Uses& uses)
      : graph_(graph), uses_(uses), parent_(graph.tensors.size()) {
    std::iota(parent_.begin(), parent_.end(), TensorId(0));
  }

  std::vector<LayoutRegion> run() {
    for (const Node& node : graph_.nodes) {
      if (!follows(node)) continue;
      for (std::size_t i : layout_inputs(graph_, node)) {
        if (is_member(node.inputs[i])) join(node.inputs[i], node.output());
      }
    }
    collect_members();
    for (LayoutRegion& region : regions_) {
      for (TensorId id : region.members) add_boundary(region, id);
    }
    std::erase_if(regions_, [](const LayoutRegion& region) { return region.transposes.empty(); });
    return std::move(regions_);
  }

 private:
  [[nodiscard]] const Node& node(NodeId index) const { return graph_.nodes[index]; }

  [[nodiscard]] bool is_leaf(TensorId id) const {
    return graph_.is_constant(id) || bool(constant_dequantize(graph_, uses_, id));
  }

  // Dequantized constants count as constants.
  [[nodiscard]] bool follows(const Node& node) const {
    return follows_layout(graph_, node) && !is_leaf(node.output());
  }

  [[nodiscard]] bool is_member(TensorId id) const {
    const NodeId producer = uses_.producer(id);
    return producer && (node(producer).as<Transpose>() != nullptr || follows(node(producer)));
  }

  TensorId root(TensorId id) {
    while (parent_[id] != id) id = parent_[id] = parent_[parent_[id]];  // path halving
    return id;
  }
  void join(TensorId a, TensorId b) { parent_[root(a)] = root(b); }

  void collect_members() {
    std::map<TensorId, std::size_t> region_of;
    for (const NodeId i : graph_.nodes.ids()) {
      const Node& writer = graph_.nodes[i];
      if (!is_member(writer.output())) continue;
      const auto [place, is_new] = region_of.emplace(root(writer.output()), regions_.size());
      if (is_new) regions_.emplace_back();
      LayoutRegion& region = regions_[place->second];
      region.members.push_back(writer.output());
      region.is_member.insert(writer.output());
      if (writer.as<Transpose>() == nullptr) {
        region.nodes.push_back(i);
      } else {
        add_transpose(region, i);
      }
    }
  }

  void add_transpose(LayoutRegion& region, NodeId index) {
    const std::size_t number = &region - regions_.data();
    if (listed_.emplace(number, index).second) region.transposes.push_back(index);
  }

  void add_boundary(LayoutRegion& region, TensorId id) {
    const NodeId writer = uses_.producer(id);
    if (node(writer).as<Transpose>() == nullptr) add_inputs(region, writer);
    for (NodeId user : uses_.users(id)) add_reader(region, id, user);
    if (graph_.is_output(id)) region.exits[id];
  }

  void add_inputs(LayoutRegion& region, NodeId index) {
    const Node& reader = node(index);
    for (std::size_t i : layout_inputs(graph_, reader)) {
      const TensorId id = reader.inputs[i];
      if (is_leaf(id)) {
        region.constants.push_back({index, i});
      } else if (!is_member(id)) {
        region.sources[id].push_back({index, i});
      }
    }
    for (std::size_t i : broadcast_inputs(graph_, reader)) {
      auto& list = is_leaf(reader.inputs[i]) ? region.constants : region.broadcasts;
      list.push_back({index, i});
    }
  }

  void add_reader(LayoutRegion& region, TensorId id, NodeId index) {
    const Node& reader = node(index);
    if (reader.as<Transpose>() != nullptr) {
      add_transpose(region, index);
    } else if (drops_dimensions(reader)) {
      region.droppers.emplace_back(id, index);
    } else if (!reads_in_layout(reader, id)) {
      if (auto flattened = find_flattened_dense(graph_, uses_, reader)) {
        region.flattens.emplace_back(index, std::move(*flattened));
      } else {
        region.exits[id].push_back(index);
      }
    }
  }

  [[nodiscard]] bool reads_in_layout(const Node& reader, TensorId id) const {
    if (!follows(reader)) return false;
    const auto inputs = layout_inputs(graph_, reader);
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](std::size_t i) { return reader.inputs[i] == id; });
  }

  const Graph& graph_;
  const Uses& uses_;
  IdVector<TensorId, TensorId> parent_;  // union-find over tensors
  std::vector<LayoutRegion> regions_;
  // Pairs of region and Transpose that are listed already.
  std::set<std::pair<std::size_t, NodeId>> listed_;
};

}  // namespace

std::vector<LayoutRegion> find_layout_regions(const Graph& graph, const Uses& uses) {
  return RegionFinder(graph, uses).run();
}

}  // namespace spindle
