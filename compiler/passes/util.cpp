#include "compiler/passes/util.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/reference/interpreter.h"

namespace spindle {

Perm identity_perm(std::size_t rank) {
  Perm perm(rank);
  std::iota(perm.begin(), perm.end(), 0);
  return perm;
}

bool is_identity(const Perm& perm) {
  return perm == identity_perm(perm.size());
}

Perm inverse(const Perm& perm) {
  Perm result(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) {
    result[perm[i]] = static_cast<int>(i);
  }
  return result;
}

Perm then(const Perm& first, const Perm& second) {
  return permuted(first, second);
}

bool keeps_order(const Perm& perm, const Shape& shape) {
  int last = -1;
  for (int p : perm) {
    if (shape[p] == 1) continue;
    if (p < last) return false;
    last = p;
  }
  return true;
}

int permute_axis(const Perm& perm, int axis) {
  return static_cast<int>(std::find(perm.begin(), perm.end(), axis) - perm.begin());
}

ConstantPtr permuted(const Constant& constant, const Perm& perm) {
  const std::size_t rank = perm.size();
  const std::size_t size = size_of(constant.type());
  Shape stride(rank, 1);
  for (std::size_t i = rank; i-- > 1;) stride[i - 1] = stride[i] * constant.shape()[i];
  const Shape shape = permuted(constant.shape(), perm);
  const Shape step = permuted(stride, perm);

  std::vector<std::byte> bytes(constant.bytes().size());
  const std::byte* source = constant.bytes().data();
  Shape index(rank, 0);
  std::int64_t from = 0;
  for (std::size_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(bytes.data() + to, source + from * size, size);
    for (std::size_t d = rank; d-- > 0;) {
      from += step[d];
      if (++index[d] < shape[d]) break;
      from -= step[d] * shape[d];
      index[d] = 0;
    }
  }
  return std::make_shared<const Constant>(constant.type(), shape, std::move(bytes));
}

std::optional<Quant> permuted(const std::optional<Quant>& quant, const Perm& perm) {
  std::optional<Quant> result = quant;
  if (result && result->axis >= 0) result->axis = permute_axis(perm, result->axis);
  return result;
}

bool holds_indices(DType type, std::int64_t classes) {
  switch (type) {
    case DType::kBool:
      return classes <= 2;
    case DType::kI8:
      return classes <= 1 << 7;
    case DType::kU8:
      return classes <= 1 << 8;
    case DType::kI16:
      return classes <= 1 << 15;
    case DType::kF32:
      return classes <= 1 << 24;
    case DType::kI32:
    case DType::kI64:
      return true;
  }
  throw InternalError("a type of unknown range");
}

ConstantPtr reshaped(const Constant& constant, Shape shape) {
  const auto bytes = constant.bytes();
  return std::make_shared<const Constant>(constant.type(), std::move(shape),
                                          std::vector<std::byte>(bytes.begin(), bytes.end()));
}

std::optional<Quant> reshaped(const Quant& quant, const Shape& from, const Shape& to) {
  Quant result = quant;
  if (quant.axis < 0) return result;
  if (quant.per_tensor()) {
    result.axis = -1;
    return result;
  }
  const auto outer_of = [](const Shape& shape, std::size_t axis) {
    return element_count(Shape(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis)));
  };
  const std::size_t axis = quant.axis;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == from[axis] && outer_of(to, i) == outer_of(from, axis)) {
      result.axis = static_cast<int>(i);
      return result;
    }
  }
  return std::nullopt;
}

std::vector<Origin> permuted(std::vector<Origin> origins, const Perm& perm) {
  const Perm back = inverse(perm);
  for (Origin& origin : origins) {
    origin.perm = origin.perm.empty() ? back : then(back, origin.perm);
    if (is_identity(origin.perm)) origin.perm.clear();
  }
  return origins;
}

TensorId append_transpose(Graph& graph, std::string name, TensorId x, const Perm& perm) {
  const TensorId result = graph.append(std::move(name), Transpose{perm}, {x});
  graph.tensor(result).quant = permuted(graph.tensor(x).quant, perm);
  return result;
}

TensorId append_reshape(Graph& graph, std::string name, TensorId x, const Shape& shape) {
  const TensorId result = graph.append(std::move(name), Reshape{shape}, {x});
  const Tensor& from = graph.tensor(x);
  if (from.quant) graph.tensor(result).quant = reshaped(*from.quant, from.shape, shape);
  return result;
}

namespace {

// Moves the origins of `from` to `to`. An origin with a permutation refers to the dimensions of its
// tensor, so it is dropped if the shapes differ.
void move_origins(Tensor& from, Tensor& to) {
  for (Origin& origin : from.origins) {
    if (origin.perm.empty() || from.shape == to.shape) to.origins.push_back(std::move(origin));
  }
  from.origins.clear();
}

// True if the tensor's name must stay: that of an input, an output or a constant.
bool is_given(const Graph& graph, TensorId id) {
  return graph.is_input(id) || graph.is_constant(id) || graph.is_output(id);
}

// Merges name and origins of `from`, which is removed, into `to`. Names of the ONNX file are
// preferred, because users know them.
void adopt(Graph& graph, TensorId from, TensorId to) {
  Tensor& gone = graph.tensor(from);
  Tensor& kept = graph.tensor(to);
  if (!is_given(graph, to) && !is_given(graph, from) && kept.origins.empty() &&
      !gone.origins.empty()) {
    std::swap(gone.name, kept.name);
  }
  move_origins(gone, kept);
}

}  // namespace

TensorId Aliases::of(TensorId id) const {
  for (auto found = to_.find(id); found != to_.end(); found = to_.find(id)) id = found->second;
  return id;
}

bool Aliases::replace(TensorId from, TensorId to) {
  if (graph_.is_output(from)) {
    if (is_given(graph_, to)) return false;
    std::swap(graph_.tensor(from).name, graph_.tensor(to).name);
  }
  adopt(graph_, from, to);
  std::replace(graph_.outputs.begin(), graph_.outputs.end(), from, to);
  to_[from] = to;
  return true;
}

void Aliases::apply() {
  if (to_.empty()) return;
  for (Node& node : graph_.nodes) {
    for (TensorId& id : node.inputs) id = of(id);
  }
}

void merge_reshapes(Graph& graph) {
  const Uses uses(graph);
  for (Node& node : graph.nodes) {
    if (node.as<Reshape>() == nullptr) continue;
    const TensorId middle = node.inputs[0];
    const NodeId before = uses.producer(middle);
    if (!before || graph.nodes[before].as<Reshape>() == nullptr) continue;
    const TensorId x = graph.nodes[before].inputs[0];
    if (graph.tensor(x).quant.has_value() != graph.tensor(middle).quant.has_value()) continue;
    if (graph.tensor(x).quant &&
        (!graph.tensor(x).quant->per_tensor() ||
         graph.tensor(x).quant->scale != graph.tensor(middle).quant->scale ||
         graph.tensor(x).quant->zero_point != graph.tensor(middle).quant->zero_point)) {
      continue;
    }
    node.inputs[0] = x;
    if (uses.single_use(middle)) adopt(graph, middle, x);
  }
}

bool is_scalar_constant(const Graph& graph, TensorId id) {
  return graph.is_constant(id) && graph.tensor(id).elements() == 1;
}

NodeId constant_dequantize(const Graph& graph, const Uses& uses, TensorId id) {
  if (id == kNoTensor) return {};
  const NodeId index = uses.producer(id);
  if (!index) return {};
  const Node& node = graph.nodes[index];
  return node.as<Dequantize>() != nullptr && graph.is_constant(node.inputs[0]) ? index : NodeId();
}

bool has_known_value(const Graph& graph, const Uses& uses, TensorId id) {
  return graph.is_constant(id) || bool(constant_dequantize(graph, uses, id));
}

ConstantPtr known_value(const Graph& graph, const Uses& uses, TensorId id) {
  if (graph.is_constant(id)) return graph.tensor(id).constant;
  const Node& dequantize = graph.nodes[constant_dequantize(graph, uses, id)];
  const ConstantPtr& source = graph.tensor(dequantize.inputs[0]).constant;
  return evaluate(graph, dequantize, std::span(&source, 1));
}

}  // namespace spindle
