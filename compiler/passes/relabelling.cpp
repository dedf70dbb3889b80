#include "compiler/passes/relabelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/passes/layout.h"

namespace spindle {
namespace {

bool contains(const LayoutRegion& region, TensorId id) {
  return region.is_member.contains(id);
}

// The permutation of a Transpose on the boundary after the region is relabelled.
Perm adjusted(const LayoutRegion& region, const Node& node, const Perm& q) {
  Perm perm = node.as<Transpose>()->perm;
  if (contains(region, node.inputs[0])) perm = then(inverse(q), perm);
  if (contains(region, node.output())) perm = then(perm, q);
  return perm;
}

std::int64_t cost_of(const Shape& shape, const Perm& perm, bool at_edge, bool beside_reshape) {
  if (is_identity(perm)) return 0;
  if (keeps_order(perm, shape)) return beside_reshape ? 0 : 1;
  return 4 * element_count(shape) + (at_edge ? 0 : 1);
}

class Cost {
 public:
  Cost(const Graph& graph, const Uses& uses, const LayoutRegion& region, const Perm& q)
      : graph_(graph), uses_(uses), region_(region), q_(q) {}

  std::int64_t total() {
    for (NodeId index : region_.transposes) add_transpose(graph_.nodes[index]);
    for (const auto& source : region_.sources) {
      const Shape& shape = graph_.tensor(source.first).shape;
      total_ += cost_of(shape, q_, graph_.is_input(source.first), is_reshape(source.first));
    }
    for (const NodeInput& port : region_.broadcasts) add_broadcast(port);
    add_exits();
    for (const auto& [id, index] : region_.droppers) add_dropper(graph_.nodes[index]);
    return total_;
  }

 private:
  [[nodiscard]] bool is_reshape(TensorId id) const {
    const NodeId writer = uses_.producer(id);
    return writer && graph_.nodes[writer].as<Reshape>() != nullptr;
  }

  [[nodiscard]] bool feeds_reshape(const std::vector<NodeId>& users) const {
    return users.size() == 1 && graph_.nodes[users[0]].as<Reshape>() != nullptr;
  }

  void add_transpose(const Node& node) {
    const TensorId in = node.inputs[0];
    const TensorId out = node.output();
    const Perm perm = adjusted(region_, node, q_);
    const bool relabelled_in = contains(region_, in);
    const Shape& old = graph_.tensor(in).shape;
    total_ += cost_of(relabelled_in ? permuted(old, q_) : old, perm,
                      graph_.is_input(in) || graph_.is_output(out),
                      is_reshape(in) || feeds_reshape(uses_.users(out)));
  }

  void add_broadcast(const NodeInput& port) {
    const Tensor& tensor = graph_.tensor(graph_.nodes[port.node].inputs[port.input]);
    if (tensor.elements() == 1 || is_identity(q_)) return;
    Shape shape(q_.size() - tensor.shape.size(), 1);
    shape.insert(shape.end(), tensor.shape.begin(), tensor.shape.end());
    total_ += 1 + cost_of(shape, q_, false, true);
  }

  void add_exits() {
    std::map<TensorId, std::vector<NodeId>> exits = region_.exits;
    for (const auto& [index, flattened] : region_.flattens) {
      const TensorId in = graph_.nodes[index].inputs[0];
      if (!absorbs(flattened, graph_.tensor(in).shape, q_)) exits[in].push_back(index);
    }
    for (const auto& [id, users] : exits) {
      total_ += cost_of(permuted(graph_.tensor(id).shape, q_), inverse(q_), graph_.is_output(id),
                        !graph_.is_output(id) && feeds_reshape(users));
    }
  }

  void add_dropper(const Node& node) {
    const Perm back = residual(node, q_);
    const Shape shape = permuted(graph_.tensor(node.output()).shape, inverse(back));
    total_ += cost_of(shape, back, graph_.is_output(node.output()),
                      feeds_reshape(uses_.users(node.output())));
  }

  const Graph& graph_;
  const Uses& uses_;
  const LayoutRegion& region_;
  const Perm& q_;
  std::int64_t total_ = 0;
};

class Relabeller {
 public:
  Relabeller(Graph& graph, const Uses& uses, const LayoutRegion& region, const Perm& q)
      : graph_(graph), uses_(uses), region_(region), q_(q), exits_(region.exits) {}

  void run() {
    for (NodeId index : region_.transposes) {
      const Perm perm = adjusted(region_, graph_.nodes[index], q_);
      graph_.nodes[index].op = Transpose{perm};
    }
    absorb_flattens();
    for (TensorId id : region_.members) relabel_tensor(graph_.tensor(id));
    for (NodeId index : region_.nodes) relabel(graph_.nodes[index], q_);
    for (const NodeInput& port : region_.constants) set_input(port, permuted_operand(port));
    for (const NodeInput& port : region_.broadcasts) set_input(port, permuted_operand(port));
    for (const auto& [id, ports] : region_.sources) enter(id, ports);
    for (const auto& [id, users] : exits_) leave(id, users);
    for (const auto& dropper : region_.droppers) drop(dropper.second);
  }

 private:
  void absorb_flattens() {
    for (const auto& [index, flattened] : region_.flattens) {
      const TensorId in = graph_.nodes[index].inputs[0];
      if (absorbs(flattened, graph_.tensor(in).shape, q_)) {
        absorb(graph_, uses_, flattened, q_);
      } else {
        exits_[in].push_back(index);
      }
    }
  }

  void relabel_tensor(Tensor& tensor) const {
    tensor.shape = permuted(tensor.shape, q_);
    tensor.quant = permuted(tensor.quant, q_);
    tensor.origins = permuted(std::move(tensor.origins), q_);
  }

  void set_input(const NodeInput& port, TensorId id) {
    graph_.nodes[port.node].inputs[port.input] = id;
  }

  // The operand at `port` with dimensions of 1 put before it up to full rank, and relabelled.
  TensorId permuted_operand(const NodeInput& port) {
    const TensorId id = graph_.nodes[port.node].inputs[port.input];
    const Tensor tensor = graph_.tensor(id);
    if (tensor.elements() == 1 && tensor.shape.size() < q_.size()) return id;
    Shape shape(q_.size() - tensor.shape.size(), 1);
    shape.insert(shape.end(), tensor.shape.begin(), tensor.shape.end());
    if (graph_.is_constant(id)) return permuted_constant(id, shape);
    if (const NodeId writer = constant_dequantize(graph_, uses_, id); writer) {
      const TensorId source = permuted_constant(graph_.nodes[writer].inputs[0], shape);
      return graph_.append(tensor.name, Dequantize{}, {source});
    }
    return append_transpose(graph_, tensor.name, append_reshape(graph_, tensor.name, id, shape),
                            q_);
  }

  TensorId permuted_constant(TensorId id, const Shape& shape) {
    const Tensor tensor = graph_.tensor(id);
    std::optional<Quant> quant;
    if (tensor.quant) quant = permuted(reshaped(*tensor.quant, tensor.shape, shape), q_);
    return graph_.add_constant(tensor.name, permuted(*reshaped(*tensor.constant, shape), q_),
                               std::move(quant));
  }

  // Puts a Transpose between a tensor outside of the region and the nodes that read it.
  void enter(TensorId id, const std::vector<NodeInput>& ports) {
    const TensorId moved = append_transpose(graph_, graph_.tensor(id).name, id, q_);
    for (const NodeInput& port : ports) set_input(port, moved);
  }

  // Puts a Transpose back to the old layout between a member and the operators of fixed layout that
  // read it. If the member is a graph output, the Transpose's result takes its place and its name.
  void leave(TensorId id, const std::vector<NodeId>& users) {
    const TensorId old = append_transpose(graph_, graph_.tensor(id).name, id, inverse(q_));
    for (NodeId user : users) {
      auto& inputs = graph_.nodes[user].inputs;
      std::replace(inputs.begin(), inputs.end(), id, old);
    }
    if (!graph_.is_output(id)) return;
    Tensor& inside = graph_.tensor(id);
    Tensor& outside = graph_.tensor(old);
    std::replace(graph_.outputs.begin(), graph_.outputs.end(), id, old);
    std::swap(inside.name, outside.name);
    outside.origins = permuted(std::move(inside.origins), inverse(q_));
    inside.origins.clear();
  }

  // Relabels an operator that drops dimensions. If the remaining dimensions change their order, a
  // Transpose behind it restores it.
  void drop(NodeId index) {
    Node& node = graph_.nodes[index];
    const Perm back = residual(node, q_);
    relabel(node, q_);
    if (is_identity(back)) return;
    const TensorId old = node.output();
    Tensor moved = graph_.tensor(old);
    moved.shape = permuted(moved.shape, inverse(back));
    moved.quant = permuted(moved.quant, inverse(back));
    moved.origins.clear();
    const std::string name = node.name;
    node.outputs[0] = graph_.add_tensor(std::move(moved));
    graph_.nodes.push_back({.name = name,
                            .onnx_type = {},
                            .op = Transpose{back},
                            .inputs = {node.output()},
                            .outputs = {old}});
  }

  Graph& graph_;
  const Uses& uses_;
  const LayoutRegion& region_;
  const Perm& q_;
  std::map<TensorId, std::vector<NodeId>> exits_;
};

}  // namespace

std::int64_t relabelling_cost(const Graph& graph, const Uses& uses, const LayoutRegion& region,
                              const Perm& q) {
  return Cost(graph, uses, region, q).total();
}

std::vector<Perm> relabelling_candidates(const Graph& graph, const LayoutRegion& region) {
  std::set<Perm> candidates;
  for (NodeId index : region.transposes) {
    const Node& node = graph.nodes[index];
    const Perm& perm = node.as<Transpose>()->perm;
    const bool before = contains(region, node.inputs[0]);
    const bool behind = contains(region, node.output());
    if (before && !behind) candidates.insert(perm);
    if (behind && !before) candidates.insert(inverse(perm));
  }
  return {candidates.begin(), candidates.end()};
}

std::vector<NodeId> touched_nodes(const Uses& uses, const LayoutRegion& region) {
  std::vector<NodeId> nodes = region.nodes;
  const auto add_tensor = [&](TensorId id) {
    if (const NodeId writer = uses.producer(id); writer) nodes.push_back(writer);
    nodes.insert(nodes.end(), uses.users(id).begin(), uses.users(id).end());
  };
  nodes.insert(nodes.end(), region.transposes.begin(), region.transposes.end());
  for (TensorId id : region.members) add_tensor(id);
  for (const auto& source : region.sources) {
    if (const NodeId writer = uses.producer(source.first); writer) nodes.push_back(writer);
  }
  for (const auto& [index, flattened] : region.flattens) {
    for (TensorId id : flattened.between) add_tensor(id);
  }
  return nodes;
}

void relabel_region(Graph& graph, const Uses& uses, const LayoutRegion& region, const Perm& q) {
  Relabeller(graph, uses, region, q).run();
}

}  // namespace spindle
