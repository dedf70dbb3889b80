#include "compiler/passes/recognize_blocks.h"

#include <fmt/format.h>

#include <vector>

#include "compiler/passes/qdq_util.h"

namespace spindle {
namespace {

// The nodes of one block; none where a part is absent.
struct Match {
  NodeId expand, depthwise, project, add;
};

class Recognizer {
 public:
  explicit Recognizer(Graph& graph) : graph_(graph), uses_(graph) { find_gathered(); }

  void run() {
    for (const NodeId i : graph_.nodes.ids()) {
      if (!is_block_depthwise(graph_.nodes[i])) continue;
      Match match;
      match.depthwise = i;
      match.project = find_project(graph_.nodes[i]);
      if (!match.project) continue;
      match.expand = find_expand(graph_.nodes[i]);
      match.add = find_add(match);
      if (!match.expand && !match.add && is_head(node(match.project).output())) continue;
      mark(match);
    }
  }

 private:
  [[nodiscard]] Node& node(NodeId index) { return graph_.nodes[index]; }
  [[nodiscard]] const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }

  [[nodiscard]] bool is_block_depthwise(const Node& n) const {
    const auto* conv = n.as<Conv>();
    if (conv == nullptr || n.block || !is_depthwise(graph_, n)) return false;
    const Shape& w = shape(n.inputs[1]);
    const bool kernel = w[1] == w[2] && (w[1] == 3 || w[1] == 5 || w[1] == 7);
    const bool stride = conv->stride[0] == conv->stride[1] && conv->stride[0] <= 2;
    return kernel && stride && w[0] == conv->groups;
  }

  [[nodiscard]] bool is_free_pointwise(const Node& n) const {
    return !n.block && n.as<Conv>() != nullptr && is_pointwise(graph_, n);
  }

  [[nodiscard]] bool is_linear(const Node& n) const {
    if (!n.as<Conv>()->act.none()) return false;
    const Tensor& out = graph_.tensor(n.output());
    return !is_per_tensor_8bit(out) || out.quant->zero_point[0] > min_of(out.type);
  }

  // The only user of the depthwise result if it is a linear pointwise convolution, else none.
  NodeId find_project(const Node& depthwise) {
    if (!uses_.single_use(depthwise.output())) return {};
    const NodeId user = uses_.users(depthwise.output())[0];
    const Node& n = node(user);
    const bool reads_it = n.inputs[0] == depthwise.output();
    return reads_it && is_free_pointwise(n) && is_linear(n) ? user : NodeId();
  }

  // The pointwise convolution that writes the depthwise input, if nothing else reads it, else none.
  NodeId find_expand(const Node& depthwise) {
    const TensorId wide = depthwise.inputs[0];
    const NodeId producer = uses_.producer(wide);
    if (!producer || !uses_.single_use(wide)) return {};
    const Node& n = node(producer);
    if (!is_free_pointwise(n)) return {};
    return shape(wide)[3] >= shape(n.inputs[0])[3] ? producer : NodeId();
  }

  [[nodiscard]] TensorId input_of(const Match& match) {
    return node(match.expand ? match.expand : match.depthwise).inputs[0];
  }

  NodeId find_add(const Match& match) {
    const TensorId narrow = node(match.project).output();
    if (!uses_.single_use(narrow)) return {};
    const NodeId user = uses_.users(narrow)[0];
    const Node& n = node(user);
    const auto* binary = n.as<Binary>();
    if (binary == nullptr || binary->kind != BinaryKind::kAdd || !binary->act.none()) return {};
    const TensorId other = n.inputs[n.inputs[0] == narrow ? 1 : 0];
    const bool residual = other == input_of(match) && shape(other) == shape(narrow);
    return residual ? user : NodeId();
  }

  // True if `id` only becomes part of outputs (class scores, boxes) and no further layer reads it.
  [[nodiscard]] bool is_head(TensorId id) const { return !graph_.is_output(id) && gathered_[id]; }

  // Goes through the nodes backwards, so that each is visited once.
  void find_gathered() {
    gathered_.assign(graph_.tensors.size(), true);
    IdVector<TensorId, bool> output(graph_.tensors.size(), false);
    for (TensorId id : graph_.outputs) output[id] = true;
    for (auto n = graph_.nodes.rbegin(); n != graph_.nodes.rend(); ++n) {
      const TensorId out = n->output();
      if (gathers(*n) && (output[out] || gathered_[out])) continue;
      for (TensorId id : n->inputs) {
        if (id != kNoTensor) gathered_[id] = false;
      }
    }
  }

  // Whether the node only moves scores and boxes or changes each of them by itself. Resizing an
  // image does not count, because further layers follow it.
  static bool gathers(const Node& n) {
    const OpTraits traits = traits_of(n.op);
    return (traits.moves() && !traits.image) || traits.unary() || n.as<Softmax>() != nullptr;
  }

  void mark(const Match& match) {
    const BlockId id = graph_.blocks.end_id();
    const auto assign = [&](NodeId n, Role role) {
      if (!n) return;
      node(n).block = id;
      node(n).role = role;
    };
    assign(match.expand, Role::kExpand);
    assign(match.depthwise, Role::kDepthwise);
    assign(match.project, Role::kProject);
    assign(match.add, Role::kAdd);
    Block block;
    block.name = fmt::format("block_{}", id.number() + 1);
    block.stride = node(match.depthwise).as<Conv>()->stride[0];
    block.residual = bool(match.add);
    if (match.expand) {
      const Shape& w = shape(node(match.expand).inputs[1]);
      block.expand = static_cast<int>(w[0] / w[3]);
    }
    graph_.blocks.push_back(std::move(block));
  }

  Graph& graph_;
  const Uses uses_;
  // Whether all readers of a tensor only gather it into outputs.
  IdVector<TensorId, bool> gathered_;
};

}  // namespace

void recognize_blocks(Graph& graph) {
  graph.blocks = {};
  for (Node& node : graph.nodes) {
    node.block = {};
    node.role = Role::kNone;
  }
  Recognizer(graph).run();
}

}  // namespace spindle
