// Normalizations over parts of a tensor, whose statistics are computed at run time. They become
// means, differences and products.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "frontend/op_table.h"
#include "frontend/scalars.h"

namespace spindle::frontend {
namespace {

TensorId binary(NodeContext& node, BinaryKind kind, TensorId a, TensorId b,
                std::string_view suffix) {
  return node.emit(Binary{kind, {}}, {a, b}, suffix);
}

TensorId mean(NodeContext& node, TensorId x, const std::vector<int>& axes,
              std::string_view suffix) {
  Reduce op{.kind = ReduceKind::kMean, .axes = axes};
  op.float_sum = true;
  return node.emit(std::move(op), {x}, suffix);
}

std::vector<int> axes_from(int first, int rank) {
  std::vector<int> axes(std::max(rank - first, 0));
  std::iota(axes.begin(), axes.end(), first);
  return axes;
}

float read_epsilon(NodeContext& node) {
  const float epsilon = node.attributes().real("epsilon", 1e-5F);
  if (!(epsilon >= 0)) malformed(fmt::format("attribute 'epsilon' is {}", epsilon));
  return epsilon;
}

// A normalized tensor, and what it was normalized by.
struct Normalized {
  TensorId x;
  TensorId mean;       // kNoTensor if there is none
  TensorId deviation;  // sqrt(variance + epsilon)
};

// x / sqrt(mean(x^2) + epsilon) over `axes`.
Normalized divided_by_spread(NodeContext& node, TensorId x, const std::vector<int>& axes,
                             float epsilon) {
  const TensorId squares = binary(node, BinaryKind::kMul, x, x, "/squares");
  TensorId spread = mean(node, squares, axes, "/variance");
  spread = binary(node, BinaryKind::kAdd, spread, scalar(node, epsilon), "/variance_epsilon");
  spread = node.emit(Unary{UnaryKind::kSqrt, 0, 0}, {spread}, "/deviation");
  return {binary(node, BinaryKind::kDiv, x, spread, "/normalized"), kNoTensor, spread};
}

// (x - mean(x)) / sqrt(variance(x) + epsilon) over `axes`.
Normalized normalized(NodeContext& node, TensorId x, const std::vector<int>& axes, float epsilon) {
  const TensorId middle = mean(node, x, axes, "/mean");
  const TensorId centered = binary(node, BinaryKind::kSub, x, middle, "/centered");
  Normalized result = divided_by_spread(node, centered, axes, epsilon);
  result.mean = middle;
  return result;
}

// Binds x * scale + bias; `bias` may be kNoTensor. E0104 if they do not broadcast to x.
void bind_scaled(NodeContext& node, TensorId x, TensorId scale, TensorId bias) {
  const Shape shape = node.graph().tensor(x).shape;
  TensorId y = binary(node, BinaryKind::kMul, x, scale, bias != kNoTensor ? "/scaled" : "");
  if (bias != kNoTensor) y = binary(node, BinaryKind::kAdd, y, bias, {});
  if (node.graph().tensor(y).shape != shape) mismatch("scale or bias do not fit the input");
  node.bind(y);
}

// A vector of one value for each channel (dimension 1 of `rank`), shaped to broadcast.
TensorId channel_vector(NodeContext& node, int index, std::int64_t channels, int rank,
                        std::string_view suffix) {
  if (node.shape(index) != Shape{channels}) {
    mismatch(fmt::format("input {} has shape {}, {} is needed", index, to_string(node.shape(index)),
                         channels));
  }
  Shape shape(rank - 1, 1);
  shape[0] = channels;
  return node.emit(Reshape{std::move(shape)}, {node.input(index)}, suffix);
}

void convert_layer_norm(NodeContext& node) {
  const int axis = NodeContext::from_front(node.attributes().integer("axis", -1), node.rank(0));
  const float epsilon = read_epsilon(node);
  node.attributes().ignore({"stash_type"});
  const Normalized result = normalized(node, node.input(0), axes_from(axis, node.rank(0)), epsilon);
  bind_scaled(node, result.x, node.input(1), node.input_or_none(2));
  // the statistics, which inference rarely reads
  if (node.wants(1)) node.bind(node.emit(Identity{}, {result.mean}, {}, 1), 1);
  if (node.wants(2)) {
    node.bind(node.emit(Unary{UnaryKind::kReciprocal, 0, 0}, {result.deviation}, {}, 2), 2);
  }
}

void convert_rms_norm(NodeContext& node) {
  const int axis = NodeContext::from_front(node.attributes().integer("axis", -1), node.rank(0));
  const float epsilon = read_epsilon(node);
  node.attributes().ignore({"stash_type"});
  const Normalized result =
      divided_by_spread(node, node.input(0), axes_from(axis, node.rank(0)), epsilon);
  bind_scaled(node, result.x, node.input(1), kNoTensor);
}

void convert_instance_norm(NodeContext& node) {
  const float epsilon = read_epsilon(node);
  const int rank = node.rank(0);
  if (rank < 3) mismatch(fmt::format("the input has shape {}", to_string(node.shape(0))));
  const std::int64_t channels = node.shape(0)[1];
  const TensorId x = normalized(node, node.input(0), axes_from(2, rank), epsilon).x;
  bind_scaled(node, x, channel_vector(node, 1, channels, rank, "/scale"),
              channel_vector(node, 2, channels, rank, "/bias"));
}

// Up to opset 20 there is one scale and one bias for each group, then one for each channel.
void convert_group_norm(NodeContext& node) {
  const float epsilon = read_epsilon(node);
  const std::int64_t groups = node.attributes().integer("num_groups", 0, 1);
  node.attributes().ignore({"stash_type"});
  const Shape shape = node.shape(0);
  const int rank = node.rank(0);
  if (rank < 3 || shape[1] % groups != 0) {
    mismatch(fmt::format("{} groups for shape {}", groups, to_string(shape)));
  }
  const std::int64_t rest = element_count(shape) / std::max<std::int64_t>(shape[0] * groups, 1);
  TensorId x = node.emit(Reshape{{shape[0], groups, rest}}, {node.input(0)}, "/groups");
  x = normalized(node, x, {2}, epsilon).x;
  if (node.opset() < 21) {
    x = binary(node, BinaryKind::kMul, x, channel_vector(node, 1, groups, 3, "/scale"), "/scaled");
    x = binary(node, BinaryKind::kAdd, x, channel_vector(node, 2, groups, 3, "/bias"), "/shifted");
    node.bind(node.emit(Reshape{shape}, {x}));
    return;
  }
  x = node.emit(Reshape{shape}, {x}, "/channels");
  bind_scaled(node, x, channel_vector(node, 1, shape[1], rank, "/scale"),
              channel_vector(node, 2, shape[1], rank, "/bias"));
}

// x divided by the sum of magnitudes (p = 1) or the Euclidean length (p = 2) along one axis.
void convert_lp_norm(NodeContext& node) {
  const int axis = NodeContext::from_front(node.attributes().integer("axis", -1), node.rank(0));
  const std::int64_t p = node.attributes().integer("p", 2, 1, 2);
  const TensorId x = node.input(0);
  TensorId length = p == 1 ? node.emit(Unary{UnaryKind::kAbs, 0, 0}, {x}, "/magnitudes")
                           : binary(node, BinaryKind::kMul, x, x, "/squares");
  length = node.emit(Reduce{.kind = ReduceKind::kSum, .axes = {axis}}, {length}, "/sum");
  if (p == 2) length = node.emit(Unary{UnaryKind::kSqrt, 0, 0}, {length}, "/length");
  node.bind(binary(node, BinaryKind::kDiv, x, length, {}));
}

constexpr OpEntry kNormOperators[] = {
    {.type = "LayerNormalization", .since = 17, .inputs = {2, 3}, .convert = convert_layer_norm},
    {.type = "RMSNormalization", .since = 23, .inputs = {2, 2}, .convert = convert_rms_norm},
    {.type = "InstanceNormalization",
     .since = 6,
     .inputs = {3, 3},
     .convert = convert_instance_norm},
    {.type = "GroupNormalization", .since = 18, .inputs = {3, 3}, .convert = convert_group_norm},
    {.type = "LpNormalization", .since = 1, .inputs = {1, 1}, .convert = convert_lp_norm},
};

}  // namespace

std::span<const OpEntry> norm_operators() {
  return kNormOperators;
}

}  // namespace spindle::frontend
