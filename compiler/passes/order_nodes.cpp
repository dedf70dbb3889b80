#include "compiler/passes/order_nodes.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

// The search takes time quadratic in the number of units. With this many it takes a second;
// detectors with 96 heads have fewer.
constexpr std::size_t kMostUnits = 600;

using UnitId = Id<struct UnitTag>;
using StoreId = Id<struct StoreTag>;

// Bytes that units write and read: a tensor, with all tensors that only view it.
struct Store {
  std::int64_t bytes = 0;
  UnitId writer = {};                // none for inputs
  std::vector<UnitId> readers = {};  // other units, ascending, each once
};

struct Unit {
  std::vector<NodeId> nodes;    // in the graph's order
  std::vector<StoreId> reads;   // of other units
  std::vector<StoreId> writes;  // that other units read
  std::int64_t inner = 0;       // bytes that its inverted residuals need between them
  std::vector<UnitId> next;     // units that need its results or its views; each once
  int needs = 0;                // number of units whose results it reads
};

struct Units {
  IdVector<UnitId, Unit> units;
  IdVector<StoreId, Store> stores;
};

// Finds the units and what passes between them.
class UnitFinder {
 public:
  explicit UnitFinder(const Graph& graph)
      : graph_(graph), uses_(graph), first_(graph.nodes.size()), views_(graph.tensors.size()) {}

  Units find() {
    find_views();
    join_blocks();
    join_chains();
    return collect();
  }

 private:
  // The tensor whose bytes `id` shows in another shape, or `id` itself.
  [[nodiscard]] TensorId bytes_of(TensorId id) const { return views_[id]; }

  void find_views() {
    for (const TensorId id : graph_.tensors.ids()) views_[id] = id;
    for (const Node& node : graph_.nodes) {
      if (traits_of(node.op).same_elements()) views_[node.output()] = views_[node.inputs[0]];
    }
  }

  // The first node of the unit that `node` belongs to. Shortens the way there, so that long chains
  // take no more time a node than short ones.
  NodeId root(NodeId node) {
    while (first_[node] != node) node = first_[node] = first_[first_[node]];
    return node;
  }

  void join(NodeId a, NodeId b) {
    a = root(a);
    b = root(b);
    first_[std::max(a, b)] = std::min(a, b);
  }

  void join_blocks() {
    IdVector<BlockId, NodeId> block(graph_.blocks.size());
    for (const NodeId node : graph_.nodes.ids()) {
      first_[node] = node;
      const BlockId id = graph_.nodes[node].block;
      if (!id) continue;
      if (block[id]) join(node, block[id]);
      block[id] = node;
    }
  }

  // Joins a unit with the one before it if nothing else reads that one's results, and it reads
  // nothing else's.
  void join_chains() {
    std::unordered_map<NodeId, std::vector<NodeId>> before, behind;  // by root, roots
    const auto note = [](std::vector<NodeId>& list, NodeId id) {
      if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
    };
    for (const NodeId node : graph_.nodes.ids()) {
      for (const TensorId in : graph_.nodes[node].inputs) {
        const NodeId from = in == kNoTensor ? NodeId() : uses_.producer(in);
        if (!from || root(from) == root(node)) continue;
        note(before[root(node)], root(from));
        note(behind[root(from)], root(node));
      }
    }
    std::vector<std::pair<NodeId, NodeId>> joints;
    for (const auto& [unit, list] : before) {
      if (list.size() == 1 && behind[list[0]].size() == 1) joints.emplace_back(list[0], unit);
    }
    for (const auto& [a, b] : joints) join(a, b);
  }

  Units collect() {
    Units all;
    IdVector<NodeId, UnitId> unit_of(graph_.nodes.size());
    for (const NodeId node : graph_.nodes.ids()) {
      UnitId& unit = unit_of[root(node)];
      if (!unit) unit = all.units.push_back({});
      unit_of[node] = unit;
      all.units[unit].nodes.push_back(node);
    }
    IdVector<TensorId, StoreId> store_of(graph_.tensors.size());
    const auto store = [&](TensorId id) {
      StoreId& found = store_of[bytes_of(id)];
      if (!found) found = all.stores.push_back({.bytes = graph_.tensor(bytes_of(id)).bytes()});
      return found;
    };
    for (const NodeId node : graph_.nodes.ids()) {
      const Node& n = graph_.nodes[node];
      const UnitId unit = unit_of[node];
      if (!traits_of(n.op).same_elements()) all.stores[store(n.output())].writer = unit;
      for (const TensorId in : n.inputs) {
        if (in == kNoTensor || graph_.is_constant(in)) continue;
        all.stores[store(in)].readers.push_back(unit);
        if (const NodeId from = uses_.producer(in)) all.units[unit_of[from]].next.push_back(unit);
      }
      if (n.as<Concat>() != nullptr && leaves(n.output())) {
        for (const TensorId in : n.inputs) all.stores[store(in)].bytes = 0;
      }
    }
    for (const TensorId in : graph_.inputs) all.stores[store(in)].bytes = 0;
    for (const TensorId out : graph_.outputs) {
      if (!graph_.is_constant(out)) all.stores[store(out)].bytes = 0;
    }
    connect(all);
    for (Unit& unit : all.units) unit.inner = inner_bytes(unit);
    return all;
  }

  // The most bytes that pass into and out of one inverted residual of the unit. What the unit reads
  // from others is counted elsewhere, and a residual's output takes the place of its input.
  [[nodiscard]] std::int64_t inner_bytes(const Unit& unit) {
    std::int64_t most = 0;
    std::int64_t in = 0;
    BlockId block;
    for (const NodeId id : unit.nodes) {
      const Node& node = graph_.nodes[id];
      if (!node.block) continue;
      const NodeId before = node.inputs[0] == kNoTensor ? NodeId() : uses_.producer(node.inputs[0]);
      if (node.block != block) {
        const bool inside = before && root(before) == root(id);
        in = inside ? graph_.tensor(node.inputs[0]).bytes() : 0;
      }
      block = node.block;
      if (node.role == Role::kAdd) most = std::max(most, in);
      if (node.role == Role::kProject && !graph_.blocks[block].residual) {
        most = std::max(most, in + graph_.tensor(node.output()).bytes());
      }
    }
    return most;
  }

  [[nodiscard]] bool leaves(TensorId id) const {
    return std::any_of(graph_.outputs.begin(), graph_.outputs.end(),
                       [&](TensorId out) { return bytes_of(out) == bytes_of(id); });
  }

  static void connect(Units& all) {
    for (const StoreId id : all.stores.ids()) {
      Store& store = all.stores[id];
      each_once(store.readers, store.writer);
      if (store.writer && !store.readers.empty()) all.units[store.writer].writes.push_back(id);
      for (const UnitId reader : store.readers) all.units[reader].reads.push_back(id);
    }
    for (const UnitId id : all.units.ids()) {
      each_once(all.units[id].next, id);
      for (const UnitId next : all.units[id].next) ++all.units[next].needs;
    }
  }

  // Sorts the units and leaves each of them once, and `self` not at all.
  static void each_once(std::vector<UnitId>& units, UnitId self) {
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    std::erase(units, self);
  }

  const Graph& graph_;
  Uses uses_;
  IdVector<NodeId, NodeId> first_;  // a node of its unit that stands before it, or itself
  IdVector<TensorId, TensorId> views_;
};

// How good it is to have run some units in some order. Less is better.
struct OrderCost {
  std::int64_t peak = 0;  // most bytes alive
  std::int64_t area = 0;  // bytes alive, summed over the nodes

  auto operator<=>(const OrderCost&) const = default;
};

// What has run, and what that leaves alive.
struct State {
  OrderCost cost;
  std::int64_t alive = 0;
  std::uint64_t hash = 0;  // of the set of units that have run
  std::vector<UnitId> order;
  std::vector<UnitId> ready;
  IdVector<UnitId, int> missing;  // by unit: units before it that have not run
  IdVector<StoreId, int> unread;  // by store: readers that have not run
};

class Search {
 public:
  explicit Search(const Units& all) : all_(all) {}

  [[nodiscard]] State best() const {
    std::vector<State> beam{begin()};
    for (std::size_t n = 0; n < all_.units.size(); ++n) beam = next(beam);
    return beam.front();
  }

  // The units in the order of their first nodes.
  [[nodiscard]] State as_given() const {
    State state = begin();
    for (const UnitId unit : all_.units.ids()) run(state, unit);
    return state;
  }

 private:
  static constexpr std::size_t kBeam = 24;  // more found nothing better on detectors and pyramids

  struct Move {
    OrderCost cost;
    std::uint64_t hash;
    std::size_t state;
    UnitId unit;
  };

  [[nodiscard]] State begin() const {
    State state;
    for (const UnitId unit : all_.units.ids()) {
      state.missing.push_back(all_.units[unit].needs);
      if (all_.units[unit].needs == 0) state.ready.push_back(unit);
    }
    for (const Store& store : all_.stores) {
      state.unread.push_back(static_cast<int>(store.readers.size()));
    }
    return state;
  }

  // Bytes that come to life when the unit runs, and bytes that die after it.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> change(const State& state, UnitId id) const {
    std::int64_t born = 0;
    std::int64_t dead = 0;
    for (const StoreId store : all_.units[id].writes) born += all_.stores[store].bytes;
    for (const StoreId store : all_.units[id].reads) {
      if (state.unread[store] == 1) dead += all_.stores[store].bytes;
    }
    return {born, dead};
  }

  [[nodiscard]] OrderCost cost_after(const State& state, UnitId id) const {
    const Unit& unit = all_.units[id];
    const auto [born, dead] = change(state, id);
    const auto later = static_cast<std::int64_t>(unit.nodes.size()) - 1;
    // While the first node runs, all inputs are alive; after it, those that others still read.
    const std::int64_t first = state.alive + (later == 0 ? born : 0);
    const std::int64_t then = state.alive - dead + std::max(unit.inner, born);
    return {.peak = std::max({state.cost.peak, first, later > 0 ? then : 0}),
            .area = state.cost.area + first + then * later};
  }

  // Splitmix64's mixing function, so that the sum over a set of units tells sets apart.
  [[nodiscard]] static std::uint64_t mixed(UnitId unit) {
    std::uint64_t x = (unit.index() + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

  void run(State& state, UnitId id) const {
    const auto [born, dead] = change(state, id);
    state.cost = cost_after(state, id);
    state.alive += born - dead;
    state.hash += mixed(id);
    state.order.push_back(id);
    std::erase(state.ready, id);
    for (const StoreId store : all_.units[id].reads) --state.unread[store];
    for (const UnitId next : all_.units[id].next) {
      if (--state.missing[next] == 0) state.ready.push_back(next);
    }
  }

  [[nodiscard]] std::vector<State> next(const std::vector<State>& beam) const {
    std::vector<Move> moves;
    for (std::size_t i = 0; i < beam.size(); ++i) {
      for (const UnitId unit : beam[i].ready) {
        moves.push_back({.cost = cost_after(beam[i], unit),
                         .hash = beam[i].hash + mixed(unit),
                         .state = i,
                         .unit = unit});
      }
    }
    // Of two ways to run the same units only the better one is worth going on with. Among equals,
    // the unit that stands first in the graph runs first.
    std::sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) {
      return std::tie(a.hash, a.cost, a.state, a.unit) < std::tie(b.hash, b.cost, b.state, b.unit);
    });
    moves.erase(std::unique(moves.begin(), moves.end(),
                            [](const Move& a, const Move& b) { return a.hash == b.hash; }),
                moves.end());
    const auto better = [](const Move& a, const Move& b) {
      return std::tie(a.cost, a.state, a.unit) < std::tie(b.cost, b.state, b.unit);
    };
    const std::size_t kept = std::min(kBeam, moves.size());
    std::partial_sort(moves.begin(), moves.begin() + static_cast<std::ptrdiff_t>(kept), moves.end(),
                      better);
    std::vector<State> result;
    result.reserve(kept);
    for (std::size_t i = 0; i < kept; ++i) {
      result.push_back(beam[moves[i].state]);
      run(result.back(), moves[i].unit);
    }
    return result;
  }

  const Units& all_;
};

}  // namespace

std::optional<std::vector<NodeId>> order_with_less_alive(const Graph& graph) {
  const Units all = UnitFinder(graph).find();
  if (all.units.size() > kMostUnits) return std::nullopt;
  const Search search(all);
  State best = search.best();
  if (State given = search.as_given(); given.cost <= best.cost) best = std::move(given);
  std::vector<NodeId> order;
  for (const UnitId unit : best.order) {
    order.insert(order.end(), all.units[unit].nodes.begin(), all.units[unit].nodes.end());
  }
  if (std::is_sorted(order.begin(), order.end())) return std::nullopt;  // nothing has changed
  return order;
}

}  // namespace spindle
