#include "frontend/node_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <unordered_map>

#include "frontend/node_context.h"

namespace spindle::frontend {
namespace {

void add_captures(const onnx::GraphProto& graph, std::vector<std::string>& names);

// Adds the names of what the node reads.
void add_reads(const onnx::NodeProto& node, std::vector<std::string>& names) {
  for (const std::string& input : node.input()) {
    if (!input.empty()) names.push_back(input);
  }
  for (const auto& attribute : node.attribute()) {
    if (attribute.has_g()) add_captures(attribute.g(), names);
    for (const auto& graph : attribute.graphs()) add_captures(graph, names);
  }
}

// Adds the names of what a subgraph reads and does not define. The file's parser limits how deep
// subgraphs may be nested.
void add_captures(const onnx::GraphProto& graph, std::vector<std::string>& names) {
  std::unordered_set<std::string> own;
  for (const auto& input : graph.input()) own.insert(input.name());
  for (const auto& tensor : graph.initializer()) own.insert(tensor.name());
  for (const auto& tensor : graph.sparse_initializer()) own.insert(tensor.values().name());
  std::vector<std::string> read;
  for (const auto& node : graph.node()) {
    own.insert(node.output().begin(), node.output().end());
    add_reads(node, read);
  }
  for (const auto& output : graph.output()) read.push_back(output.name());
  for (std::string& name : read) {
    if (!own.contains(name)) names.push_back(std::move(name));
  }
}

class Sorter {
 public:
  Sorter(const onnx::GraphProto& graph, Report& report, GraphLevel level)
      : graph_(graph), report_(report), level_(level) {
    for (const auto& node : graph.node()) add_reads(node, reads_.emplace_back());
  }

  NodeOrder run() {
    find_sources();
    find_writers();
    mark_live();
    sort();
    return std::move(order_);
  }

 private:
  static constexpr int kNoNode = -1;

  const onnx::NodeProto& node(int index) const { return graph_.node(index); }

  void claim(const std::string& name, int writer, const std::string& place) {
    if (!writers_.emplace(name, writer).second) {
      report_.error("E0105", fmt::format("tensor '{}' is defined twice", printable(name)), place);
    }
  }

  // Initializers and run-time inputs. An initializer may be listed as an input, too.
  void find_sources() {
    for (const auto& tensor : graph_.initializer()) {
      claim(tensor.name(), kNoNode, report_.place("constant", tensor.name()));
    }
    for (const auto& tensor : graph_.sparse_initializer()) {
      claim(tensor.values().name(), kNoNode, report_.place("constant", tensor.values().name()));
    }
    const auto constants = writers_;
    for (const auto& input : graph_.input()) {
      if (constants.contains(input.name())) continue;
      claim(input.name(), kNoNode, report_.place("input", input.name()));
    }
  }

  void find_writers() {
    for (int i = 0; i < graph_.node_size(); ++i) {
      for (const std::string& output : node(i).output()) {
        if (!output.empty()) claim(output, i, report_.place(node(i)));
      }
    }
  }

  // Marks the nodes that the outputs depend on, directly or not.
  void mark_live() {
    live_.assign(graph_.node_size(), false);
    std::vector<int> open;
    const auto read = [&](const std::string& name, const std::string& place) {
      if (!order_.used.insert(name).second) return;
      const auto writer = writers_.find(name);
      if (writer == writers_.end() && level_ == GraphLevel::kSubgraph) return;
      if (writer == writers_.end()) {
        report_.error("E0105", fmt::format("nothing defines tensor '{}'", printable(name)), place);
      } else if (writer->second != kNoNode && !live_[writer->second]) {
        live_[writer->second] = true;
        open.push_back(writer->second);
      }
    };
    for (const auto& output : graph_.output()) {
      read(output.name(), report_.place("output", output.name()));
    }
    while (!open.empty()) {
      const int index = open.back();
      open.pop_back();
      for (const std::string& input : reads_[index]) {
        read(input, report_.place(node(index)));
      }
    }
  }

  int writer_of(const std::string& name) const {
    const auto writer = writers_.find(name);
    return writer == writers_.end() ? kNoNode : writer->second;
  }

  // Kahn's algorithm. Of the nodes that are ready, the first in the file goes first.
  void sort() {
    const std::size_t count = graph_.node_size();
    std::vector<int> missing(count, 0);
    std::vector<std::vector<int>> readers(count);
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < graph_.node_size(); ++i) {
      if (!live_[i]) continue;
      for (const std::string& input : reads_[i]) {
        const int writer = writer_of(input);
        if (writer == kNoNode) continue;
        readers[writer].push_back(i);
        ++missing[i];
      }
      if (missing[i] == 0) ready.push(i);
    }
    while (!ready.empty()) {
      const int index = ready.top();
      ready.pop();
      order_.nodes.push_back(&node(index));
      for (int reader : readers[index]) {
        if (--missing[reader] == 0) ready.push(reader);
      }
    }
    report_cycle(missing);
  }

  // Reports a cycle among the nodes that sort() left over. Each of these reads from another one of
  // them, so that a walk from reader to writer must come to some node twice.
  void report_cycle(const std::vector<int>& missing) {
    const auto first = std::find_if(missing.begin(), missing.end(), [](int m) { return m > 0; });
    if (first == missing.end()) return;
    const auto writer_left = [&](int index) {
      for (const std::string& input : reads_[index]) {
        const int writer = writer_of(input);
        if (writer != kNoNode && missing[writer] > 0) return writer;
      }
      return kNoNode;
    };
    std::vector<int> path;
    std::vector<bool> seen(missing.size(), false);
    int at = static_cast<int>(first - missing.begin());
    while (!seen[at]) {
      seen[at] = true;
      path.push_back(at);
      at = writer_left(at);
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), at));
    constexpr std::size_t kMostNamed = 8;
    std::string names;
    for (std::size_t i = path.size(); i-- > 0;) {
      if (path.size() - i > kMostNamed) {
        names += "... -> ";
        break;
      }
      names += fmt::format("'{}' -> ", name_of(node(path[i])));
    }
    names += fmt::format("'{}'", name_of(node(path.back())));
    report_.error("E0105", "the graph has a cycle", report_.place(node(path.back())))
        .notes.push_back(names);
  }

  const onnx::GraphProto& graph_;
  Report& report_;
  GraphLevel level_;
  std::vector<std::vector<std::string>> reads_;  // by node
  NodeOrder order_;
  // node that writes it; kNoNode: input or initializer
  std::unordered_map<std::string, int> writers_;
  std::vector<bool> live_;
};

}  // namespace

NodeOrder order_nodes(const onnx::GraphProto& graph, Report& report, GraphLevel level) {
  return Sorter(graph, report, level).run();
}

}  // namespace spindle::frontend
