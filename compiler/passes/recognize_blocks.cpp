#include "compiler/passes/recognize_blocks.h"

#include <fmt/format.h>

#include <vector>

#include "compiler/passes/qdq_util.h"

namespace spindle {
namespace {

// Node indices of one block; -1 where a part is absent.
struct Match {
  int expand = -1, depthwise = -1, project = -1, add = -1;
};

class Recognizer {
 public:
  explicit Recognizer(Graph& graph) : graph_(graph), uses_(graph) { find_gathered(); }

  void run() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (!is_block_depthwise(graph_.nodes[i])) continue;
      Match match;
      match.depthwise = static_cast<int>(i);
      match.project = find_project(graph_.nodes[i]);
      if (match.project < 0) continue;
      match.expand = find_expand(graph_.nodes[i]);
      match.add = find_add(match);
      if (match.expand < 0 && match.add < 0 && is_head(node(match.project).output())) continue;
      mark(match);
    }
  }

 private:
  [[nodiscard]] Node& node(int index) { return graph_.nodes[static_cast<std::size_t>(index)]; }
  [[nodiscard]] const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }

  [[nodiscard]] bool is_block_depthwise(const Node& n) const {
    const auto* conv = n.as<Conv>();
    if (conv == nullptr || n.block >= 0 || !is_depthwise(graph_, n)) return false;
    const Shape& w = shape(n.inputs[1]);
    const bool kernel = w[1] == w[2] && (w[1] == 3 || w[1] == 5 || w[1] == 7);
    const bool stride = conv->stride[0] == conv->stride[1] && conv->stride[0] <= 2;
    return kernel && stride && w[0] == conv->groups;
  }

  [[nodiscard]] bool is_free_pointwise(const Node& n) const {
    return n.block < 0 && n.as<Conv>() != nullptr && is_pointwise(graph_, n);
  }

  [[nodiscard]] bool is_linear(const Node& n) const {
    if (!n.as<Conv>()->act.none()) return false;
    const Tensor& out = graph_.tensor(n.output());
    return !is_per_tensor_8bit(out) || out.quant->zero_point[0] > min_of(out.type);
  }

  // The only user of the depthwise result if it is a linear pointwise convolution, else -1.
  int find_project(const Node& depthwise) {
    if (!uses_.single_use(depthwise.output())) return -1;
    const int user = uses_.users(depthwise.output())[0];
    const Node& n = node(user);
    const bool reads_it = n.inputs[0] == depthwise.output();
    return reads_it && is_free_pointwise(n) && is_linear(n) ? user : -1;
  }

  // The pointwise convolution that writes the depthwise input, if nothing else reads it, else -1.
  int find_expand(const Node& depthwise) {
    const TensorId wide = depthwise.inputs[0];
    const int producer = uses_.producer(wide);
    if (producer < 0 || !uses_.single_use(wide)) return -1;
    const Node& n = node(producer);
    if (!is_free_pointwise(n)) return -1;
    return shape(wide)[3] >= shape(n.inputs[0])[3] ? producer : -1;
  }

  [[nodiscard]] TensorId input_of(const Match& match) {
    return node(match.expand >= 0 ? match.expand : match.depthwise).inputs[0];
  }

  int find_add(const Match& match) {
    const TensorId narrow = node(match.project).output();
    if (!uses_.single_use(narrow)) return -1;
    const int user = uses_.users(narrow)[0];
    const Node& n = node(user);
    const auto* binary = n.as<Binary>();
    if (binary == nullptr || binary->kind != BinaryKind::kAdd || !binary->act.none()) return -1;
    const TensorId other = n.inputs[n.inputs[0] == narrow ? 1 : 0];
    const bool residual = other == input_of(match) && shape(other) == shape(narrow);
    return residual ? user : -1;
  }

  // True if `id` only becomes part of outputs (class scores, boxes) and no further layer reads it.
  [[nodiscard]] bool is_head(TensorId id) const {
    return !graph_.is_output(id) && gathered_[static_cast<std::size_t>(id)];
  }

  // Goes through the nodes backwards, so that each is visited once.
  void find_gathered() {
    gathered_.assign(graph_.tensors.size(), true);
    std::vector<bool> output(graph_.tensors.size(), false);
    for (TensorId id : graph_.outputs) output[static_cast<std::size_t>(id)] = true;
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
      const Node& n = graph_.nodes[i];
      const auto out = static_cast<std::size_t>(n.output());
      if (gathers(n) && (output[out] || gathered_[out])) continue;
      for (TensorId id : n.inputs) {
        if (id != kNoTensor) gathered_[static_cast<std::size_t>(id)] = false;
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
    const int index = static_cast<int>(graph_.blocks.size());
    const auto assign = [&](int n, Role role) {
      if (n < 0) return;
      node(n).block = index;
      node(n).role = role;
    };
    assign(match.expand, Role::kExpand);
    assign(match.depthwise, Role::kDepthwise);
    assign(match.project, Role::kProject);
    assign(match.add, Role::kAdd);
    Block block;
    block.name = fmt::format("block_{}", index + 1);
    block.stride = node(match.depthwise).as<Conv>()->stride[0];
    block.residual = match.add >= 0;
    if (match.expand >= 0) {
      const Shape& w = shape(node(match.expand).inputs[1]);
      block.expand = static_cast<int>(w[0] / w[3]);
    }
    graph_.blocks.push_back(std::move(block));
  }

  Graph& graph_;
  const Uses uses_;
  std::vector<bool> gathered_;  // by tensor: whether all its readers only gather it into outputs
};

}  // namespace

void recognize_blocks(Graph& graph) {
  graph.blocks = {};
  for (Node& node : graph.nodes) {
    node.block = -1;
    node.role = Role::kNone;
  }
  Recognizer(graph).run();
}

}  // namespace spindle
