#include "compiler/passes/split_channels.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/passes/qdq_util.h"

namespace spindle {
namespace {

// The convolutions; none where a part is absent.
struct Parts {
  NodeId expand, depthwise, project;

  [[nodiscard]] bool has(NodeId node) const {
    return node && (node == expand || node == depthwise || node == project);
  }
};

Parts parts_of(const Graph& graph, BlockId block) {
  Parts parts;
  for (const NodeId i : graph.nodes.ids()) {
    const Node& node = graph.nodes[i];
    if (node.block != block || node.group >= 0 || node.as<Conv>() == nullptr) continue;
    if (node.role == Role::kExpand) parts.expand = i;
    if (node.role == Role::kDepthwise) parts.depthwise = i;
    if (node.role == Role::kProject) parts.project = i;
  }
  return parts;
}

// True for an 8-bit Conv whose weights and bias are constants, so that they can be sliced at
// compile time.
bool is_8bit_conv(const Graph& graph, const Node& node) {
  const TensorId bias = node.optional_input(2);
  const Tensor& w = graph.tensor(node.inputs[1]);
  return is_per_tensor_8bit(graph.tensor(node.inputs[0])) &&
         is_per_tensor_8bit(graph.tensor(node.output())) && w.constant != nullptr &&
         is_quantized_type(w.type) && w.quant && (w.quant->per_tensor() || w.quant->axis == 0) &&
         (bias == kNoTensor || (graph.is_constant(bias) && graph.tensor(bias).type == DType::kI32));
}

// The Quant of the projection's accumulator: scales sx * sw[o], zero point 0.
Quant sum_quant(const Graph& graph, const Node& project) {
  const Quant& w = *graph.tensor(project.inputs[1]).quant;
  const float sx = graph.tensor(project.inputs[0]).quant->scale[0];
  Quant sum;
  for (float sw : w.scale) sum.scale.push_back(sx * sw);
  sum.zero_point.assign(sum.scale.size(), 0);
  sum.axis = w.per_tensor() ? -1 : 3;
  return sum;
}

bool is_valid(const Quant& quant) {
  for (float scale : quant.scale) {
    if (!std::isfinite(scale) || !(scale > 0)) return false;
  }
  return true;
}

// Channels [begin, end).
struct Range {
  std::int64_t begin, end;

  [[nodiscard]] std::int64_t count() const { return end - begin; }
};

Range range_of(std::int64_t channels, int groups, int group) {
  const std::int64_t size = channels / groups;
  const std::int64_t unit = size >= 32 ? 8 : size >= 8 ? 4 : 1;
  const auto bound = [&](std::int64_t i) {
    const std::int64_t exact = i * channels;  // times `groups`
    const std::int64_t step = unit * groups;
    return i == groups ? channels : (exact + step / 2) / step * unit;
  };
  return {bound(group), bound(group + 1)};
}

// The part of `constant` with indices `range` in dimension `axis`.
ConstantPtr sliced(const Constant& constant, std::size_t axis, Range range) {
  Shape shape = constant.shape();
  std::int64_t outer = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= shape[i];
  const std::int64_t extent = shape[axis];
  const auto all = constant.bytes();
  const std::int64_t inner = static_cast<std::int64_t>(all.size()) / outer / extent;
  std::vector<std::byte> bytes;
  for (std::int64_t i = 0; i < outer; ++i) {
    const auto first = all.begin() + (i * extent + range.begin) * inner;
    bytes.insert(bytes.end(), first, first + range.count() * inner);
  }
  shape[axis] = range.count();
  return std::make_shared<const Constant>(constant.type(), std::move(shape), std::move(bytes));
}

// The Quant of that part. It differs only if the scales run along `axis`.
Quant sliced(const Quant& quant, std::size_t axis, Range range) {
  if (quant.per_tensor() || quant.axis != static_cast<int>(axis)) return quant;
  Quant part{{}, {}, quant.axis};
  part.scale.assign(quant.scale.begin() + range.begin, quant.scale.begin() + range.end);
  part.zero_point.assign(quant.zero_point.begin() + range.begin,
                         quant.zero_point.begin() + range.end);
  return part;
}

class Splitter {
 public:
  Splitter(Graph& graph, BlockId block, int groups)
      : graph_(graph), groups_(groups), parts_(parts_of(graph, block)) {}

  void run() {
    const StableVector<NodeId, Node> before = std::exchange(graph_.nodes, {});
    for (const NodeId index : before.ids()) {
      if (index == parts_.project) {
        add_groups(before);
      } else if (!parts_.has(index)) {
        graph_.nodes.push_back(before[index]);
      }
    }
  }

 private:
  void add_groups(const StableVector<NodeId, Node>& nodes) {
    const Node& depthwise = nodes[parts_.depthwise];
    const Node& project = nodes[parts_.project];
    const std::int64_t channels = graph_.tensor(project.inputs[0]).shape[3];
    TensorId sum = kNoTensor;
    for (group_ = 0; group_ < groups_; ++group_) {
      const Range range = range_of(channels, groups_, group_);
      TensorId x = kNoTensor;
      if (parts_.expand) {
        const Node& expand = nodes[parts_.expand];
        x = add_conv(expand, expand.inputs[0], range);
      } else {
        x = add_slice(depthwise, range);
      }
      sum = add_sum(project, add_conv(depthwise, x, range), sum, range);
    }
    Node last = project;
    last.op = RequantizeSum{project.as<Conv>()->act};
    last.inputs = {sum};
    graph_.nodes.push_back(std::move(last));
  }

  [[nodiscard]] std::string group_name(const std::string& name) const {
    return fmt::format("{}_group_{}", name, group_);
  }

  // Appends a node that does the work of `from` for this group. Returns its output.
  TensorId add(const Node& from, Op op, std::vector<TensorId> inputs, Tensor out) {
    out.name = group_name(out.name);
    out.origins.clear();
    const TensorId id = graph_.add_tensor(std::move(out));
    graph_.nodes.push_back({.name = group_name(from.name),
                            .onnx_type = {},
                            .op = std::move(op),
                            .inputs = std::move(inputs),
                            .outputs = {id},
                            .block = from.block,
                            .role = from.role,
                            .group = group_});
    return id;
  }

  TensorId add_part(TensorId constant, std::size_t axis, Range range) {
    if (constant == kNoTensor) return kNoTensor;
    const Tensor whole = graph_.tensor(constant);
    std::optional<Quant> quant;
    if (whole.quant) quant = sliced(*whole.quant, axis, range);
    return graph_.add_constant(group_name(whole.name), sliced(*whole.constant, axis, range),
                               std::move(quant));
  }

  // Appends the part of a convolution that computes output channels `range`. A depthwise one also
  // has only these input channels.
  TensorId add_conv(const Node& from, TensorId x, Range range) {
    Conv op = *from.as<Conv>();
    if (from.role == Role::kDepthwise) op.groups = static_cast<int>(range.count());
    std::vector<TensorId> inputs{x, add_part(from.inputs[1], 0, range)};
    if (from.optional_input(2) != kNoTensor)
      inputs.push_back(add_part(from.optional_input(2), 0, range));
    Tensor out = graph_.tensor(from.output());
    out.shape[3] = range.count();
    return add(from, op, std::move(inputs), std::move(out));
  }

  TensorId add_slice(const Node& depthwise, Range range) {
    Tensor out = graph_.tensor(depthwise.inputs[0]);
    out.constant = nullptr;
    out.shape[3] = range.count();
    const Slice op{{0, 0, 0, range.begin}, {1, 1, 1, 1}, out.shape};
    return add(depthwise, op, {depthwise.inputs[0]}, std::move(out));
  }

  TensorId add_sum(const Node& project, TensorId x, TensorId previous, Range range) {
    Tensor out = graph_.tensor(project.output());
    out.name += "_sum";
    out.type = DType::kI32;
    out.quant = sum_quant(graph_, project);
    std::vector<TensorId> inputs{x, add_part(project.inputs[1], 3, range)};
    if (previous != kNoTensor) {
      inputs.insert(inputs.end(), {kNoTensor, previous});
    } else if (project.optional_input(2) != kNoTensor) {
      inputs.push_back(project.optional_input(2));
    }
    return add(project, PartialSum{}, std::move(inputs), std::move(out));
  }

  Graph& graph_;
  int groups_;
  int group_ = 0;
  Parts parts_;
};

}  // namespace

int most_channel_groups(const Graph& graph, BlockId block) {
  const Parts parts = parts_of(graph, block);
  if (!parts.depthwise || !parts.project) return 1;
  for (NodeId index : {parts.expand, parts.depthwise, parts.project}) {
    if (index && !is_8bit_conv(graph, graph.nodes[index])) return 1;
  }
  const Node& project = graph.nodes[parts.project];
  if (!is_valid(sum_quant(graph, project))) return 1;
  return static_cast<int>(graph.tensor(project.inputs[0]).shape[3]);
}

void split_channels(Graph& graph, BlockId block, int groups) {
  check_internal(groups >= 1 && groups <= most_channel_groups(graph, block),
                 fmt::format("split_channels: block {} in {} groups", block.number(), groups));
  if (groups > 1) Splitter(graph, block, groups).run();
}

}  // namespace spindle
