#include "frontend/export/exporter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "compiler/ir/diagnostics.h"

namespace spindle::frontend {
namespace {

// The permutation that makes order `to` of a tensor that is there in order `from`.
Order between(const Order& from, const Order& to) {
  Order result;
  for (const int dimension : to) {
    result.push_back(
        static_cast<int>(std::find(from.begin(), from.end(), dimension) - from.begin()));
  }
  return result;
}

}  // namespace

Order same_order(std::size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order image_order(std::size_t rank) {
  return rank == 4 ? Order{0, 3, 1, 2} : same_order(rank);
}

Shape reordered(const Shape& shape, const Order& order) {
  Shape result;
  for (const int dimension : order) result.push_back(shape[dimension]);
  return result;
}

std::int64_t place_in(const Order& order, int axis) {
  return std::find(order.begin(), order.end(), axis) - order.begin();
}

ConstantPtr reordered(const Constant& data, const Order& order) {
  const std::size_t rank = order.size();
  if (order == same_order(rank)) {
    return std::make_shared<const Constant>(
        data.type(), data.shape(),
        std::vector<std::byte>(data.bytes().begin(), data.bytes().end()));
  }
  std::vector<std::int64_t> strides(rank, 1);  // of the data, in elements
  for (std::size_t i = rank - 1; i > 0; --i) strides[i - 1] = strides[i] * data.shape()[i];
  const Shape shape = reordered(data.shape(), order);
  const std::size_t size = size_of(data.type());
  std::vector<std::byte> bytes(data.bytes().size());
  Shape at(rank, 0);
  for (std::size_t to = 0; to < bytes.size(); to += size) {
    std::int64_t from = 0;
    for (std::size_t i = 0; i < rank; ++i) from += at[i] * strides[order[i]];
    std::memcpy(bytes.data() + to, data.bytes().data() + static_cast<std::size_t>(from) * size,
                size);
    for (std::size_t i = rank; i-- > 0 && ++at[i] == shape[i];) at[i] = 0;
  }
  return std::make_shared<const Constant>(data.type(), shape, std::move(bytes));
}

std::string Exporter::in(TensorId id, const Order& order) {
  if (id == kNoTensor) return {};
  const Tensor& tensor = graph_.tensor(id);
  if (tensor.constant != nullptr) {
    const auto known = also_in_.find({id, order});
    if (known != also_in_.end()) return known->second;
    const std::string name =
        writer_.constant(tensor.origins.empty() ? tensor.name : tensor.origins.front().name,
                         *reordered(*tensor.constant, order));
    also_in_[{id, order}] = name;
    return name;
  }
  const Held& held = held_.at(id);
  if (held.order == order) return held.name;
  std::string& other = also_in_[{id, order}];
  if (other.empty()) {
    const Order perm = between(held.order, order);
    other = writer_.unique(held.name + "/transposed");
    writer_.node("Transpose", {held.name}, other)
        .set("perm", std::vector<std::int64_t>(perm.begin(), perm.end()));
    written_.insert(other);
  }
  return other;
}

Order Exporter::order_of(TensorId id) const {
  const Tensor& tensor = graph_.tensor(id);
  if (tensor.constant != nullptr) return image_order(tensor.shape.size());
  return held_.at(id).order;
}

std::string Exporter::fresh(TensorId id) {
  return fresh(id, {});
}

std::string Exporter::fresh(TensorId id, std::string_view suffix) {
  const Tensor& tensor = graph_.tensor(id);
  const std::string& stem = tensor.origins.empty() ? tensor.name : tensor.origins.front().name;
  return writer_.unique(stem + std::string(suffix));
}

void Exporter::define(TensorId id, std::string name, Order order) {
  held_[id] = {std::move(name), std::move(order)};
}

void Exporter::define_activated(TensorId id, const std::string& before, const Activation& act,
                                Order order) {
  if (act.none()) {
    define(id, before, std::move(order));
    return;
  }
  const std::string after = fresh(id);
  written_.insert(after);
  if (act.lo == 0 && std::isinf(act.hi)) {
    writer_.node("Relu", {before}, after);
  } else {
    std::vector<std::string> inputs{before, {}};
    if (!std::isinf(act.lo)) inputs[1] = writer_.scalar("clip_min", act.lo);
    if (!std::isinf(act.hi)) inputs.push_back(writer_.scalar("clip_max", act.hi));
    writer_.node("Clip", inputs, after);
  }
  define(id, after, std::move(order));
}

void Exporter::renamed(const std::string& from, const std::string& to) {
  writer_.rename(from, to);
  for (auto& [id, held] : held_) {
    if (held.name == from) held.name = to;
  }
  for (auto& [key, name] : also_in_) {
    if (name == from) name = to;
  }
  written_.erase(from);
}

std::pair<std::string, NodeWriter> Exporter::emit(std::string_view type,
                                                  const std::vector<std::string>& inputs,
                                                  TensorId id, std::string_view suffix, int since) {
  std::string name = fresh(id, suffix);
  written_.insert(name);
  NodeWriter node = writer_.node(type, inputs, name, since);
  return {std::move(name), node};
}

std::string Exporter::reshape(const std::string& name, const Shape& shape, TensorId id,
                              std::string_view suffix) {
  return emit("Reshape", {name, writer_.integers("shape", shape)}, id, suffix).first;
}

}  // namespace spindle::frontend
