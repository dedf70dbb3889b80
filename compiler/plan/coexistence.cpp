#include "compiler/plan/coexistence.h"

#include <algorithm>
#include <limits>
#include <queue>

namespace spindle {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max() / 4;

// A flow network. After max_flow, before_cut tells the sides of a minimum cut apart.
class FlowNetwork {
 public:
  explicit FlowNetwork(std::size_t nodes) : edges_of_(nodes) {}

  void connect(std::size_t from, std::size_t to, std::int64_t capacity) {
    edges_of_[from].push_back(edges_.size());
    edges_.push_back({to, capacity});
    edges_of_[to].push_back(edges_.size());
    edges_.push_back({from, 0});
  }

  std::int64_t max_flow(std::size_t source, std::size_t sink) {
    std::int64_t total = 0;
    while (search(source), reached_by_[sink] != kNone) {
      std::int64_t most = kNoLimit;
      for (std::size_t at = sink; at != source; at = edges_[reached_by_[at] ^ 1U].to) {
        most = std::min(most, edges_[reached_by_[at]].capacity);
      }
      for (std::size_t at = sink; at != source; at = edges_[reached_by_[at] ^ 1U].to) {
        edges_[reached_by_[at]].capacity -= most;
        edges_[reached_by_[at] ^ 1U].capacity += most;
      }
      total += most;
    }
    return total;
  }

  // Whether the node is on the source's side of the cut. Valid after max_flow.
  [[nodiscard]] bool before_cut(std::size_t node) const { return reached_by_[node] != kNone; }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  struct Edge {  // its reverse edge has the index that differs in the lowest bit
    std::size_t to;
    std::int64_t capacity;
  };

  // Breadth-first search over edges with capacity left; notes by which edge each node is reached.
  void search(std::size_t source) {
    reached_by_.assign(edges_of_.size(), kNone);
    reached_by_[source] = kNone - 1;
    std::queue<std::size_t> open({source});
    for (; !open.empty(); open.pop()) {
      for (std::size_t edge : edges_of_[open.front()]) {
        const std::size_t to = edges_[edge].to;
        if (edges_[edge].capacity == 0 || reached_by_[to] != kNone) continue;
        reached_by_[to] = edge;
        open.push(to);
      }
    }
  }

  std::vector<Edge> edges_;
  std::vector<std::vector<std::size_t>> edges_of_;
  std::vector<std::size_t> reached_by_;
};

class CoexistenceSearch {
 public:
  explicit CoexistenceSearch(const StepGraph& graph) : graph_(graph) {}

  Coexistence at(StepId id) {
    const Step& step = graph_.step(id);
    find_before(id);
    find_after(id);
    const std::size_t source = 2 * graph_.values.size();
    const std::size_t sink = source + 1;
    FlowNetwork network = build(source, sink);
    Coexistence result;
    result.bytes = network.max_flow(source, sink);
    if (result.bytes == 0) return result;
    result.step = id;
    for (const ValueId value : graph_.values.ids()) {
      if (network.before_cut(begin_of(value)) && !network.before_cut(end_of(value)) &&
          weight(value) > 0) {
        result.values.push_back(value);
      }
    }
    const Value& output = graph_.value(step.output);
    if (output.storage == Storage::kArena) result.bytes += output.row_bytes;
    return result;
  }

  // Whether the step needs all rows of some input before it can compute its first row.
  [[nodiscard]] bool waits(StepId id) const {
    const std::vector<StepInput>& inputs = graph_.step(id).inputs;
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](const StepInput& input) { return waits_for(input); });
  }

 private:
  // Rows are computed in order, so an input is complete once its last row exists.
  [[nodiscard]] bool waits_for(const StepInput& input) const {
    const std::int64_t rows = graph_.value(input.value).rows;
    return rows > 1 && input.access.end(0, rows) == rows;
  }

  // Whether the step reads every row of the input.
  [[nodiscard]] bool reads_all(StepId id, const StepInput& input) const {
    const RowAccess& access = input.access;
    const std::int64_t rows = graph_.value(input.value).rows;
    std::int64_t reached = 0;
    for (std::int64_t y = 0; y < graph_.rows(id); ++y) {
      if (access.first(y, rows) > reached) return false;
      reached = std::max(reached, access.end(y, rows));
    }
    return reached == rows;
  }

  [[nodiscard]] bool needed_for_first_row(const StepInput& input) const {
    const std::int64_t rows = graph_.value(input.value).rows;
    return input.access.first(0, rows) < input.access.end(0, rows);
  }

  // Sets before_: values that are complete once the step has computed its first row.
  void find_before(StepId id) {
    before_.assign(graph_.values.size(), false);
    for (const StepInput& input : graph_.step(id).inputs) {
      if (waits_for(input)) before_[input.value] = true;
    }
    for (StepId i = id - 1; i; --i) {
      if (!before_[graph_.step(i).output]) continue;
      for (const StepInput& input : graph_.step(i).inputs) {
        if (reads_all(i, input)) before_[input.value] = true;
      }
    }
  }

  // Sets after_: values of which no row can exist before the step has computed its first row.
  void find_after(StepId id) {
    after_.assign(graph_.values.size(), false);
    after_[graph_.step(id).output] = true;
    for (StepId i = id + 1; i < graph_.steps.end_id(); ++i) {
      for (const StepInput& input : graph_.steps[i].inputs) {
        if (after_[input.value] && needed_for_first_row(input)) {
          after_[graph_.steps[i].output] = true;
        }
      }
    }
  }

  [[nodiscard]] std::int64_t weight(ValueId id) const {
    const Value& value = graph_.values[id];
    if (value.storage != Storage::kArena && value.storage != Storage::kStream) return 0;
    return value.accumulator ? value.row_bytes : value.bytes();
  }

  // A value is an edge of the network between two nodes of its own, and its capacity is its bytes.
  static std::size_t begin_of(ValueId id) { return 2 * id.index(); }
  static std::size_t end_of(ValueId id) { return 2 * id.index() + 1; }

  [[nodiscard]] FlowNetwork build(std::size_t source, std::size_t sink) const {
    FlowNetwork network(sink + 1);
    for (const ValueId id : graph_.values.ids()) {
      network.connect(begin_of(id), end_of(id), weight(id));
      if (before_[id]) network.connect(source, begin_of(id), kNoLimit);
    }
    for (const StepId id : graph_.steps.ids()) {
      const ValueId output = graph_.step(id).output;
      if (before_[output]) continue;
      for (const StepInput& input : graph_.step(id).inputs) {
        if (after_[input.value] || !reads_all(id, input)) continue;
        network.connect(end_of(input.value), after_[output] ? sink : begin_of(output), kNoLimit);
      }
    }
    return network;
  }

  const StepGraph& graph_;
  IdVector<ValueId, bool> before_, after_;
};

}  // namespace

Coexistence largest_coexistence(const StepGraph& graph) {
  CoexistenceSearch search(graph);
  Coexistence largest;
  for (const StepId id : graph.steps.ids()) {
    if (!search.waits(id)) continue;
    Coexistence found = search.at(id);
    if (found.step && found.bytes > largest.bytes) largest = std::move(found);
  }
  return largest;
}

}  // namespace spindle
