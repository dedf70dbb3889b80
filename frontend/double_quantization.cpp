#include "frontend/double_quantization.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle::frontend {
namespace {

// The quantization of the range that `a` and `b` have in common, with ONNX Runtime's float32
// operations.
std::optional<Quant> common_range(const Quant& a, const Quant& b, DType type) {
  if (a == b) return a;
  const std::int32_t least = type == DType::kU8 ? 0 : -128;
  const std::int32_t most = type == DType::kU8 ? 255 : 127;
  const auto real = [](const Quant& quant, std::int32_t code) {
    return static_cast<float>(code - quant.zero_point[0]) * quant.scale[0];
  };
  const float low = std::max(real(a, least), real(b, least));
  const float high = std::min(real(a, most), real(b, most));
  const float scale = (high - low) / static_cast<float>(most - least);
  if (!(scale > 0)) return std::nullopt;
  const float zero = std::round(static_cast<float>(least) - low / scale);
  const float limited = std::clamp(zero, static_cast<float>(least), static_cast<float>(most));
  return Quant{{scale}, {static_cast<std::int32_t>(limited)}, -1};
}

class Merger {
 public:
  explicit Merger(ImportContext& context) : context_(context), graph_(context.graph) {
    const Uses uses(graph_);
    for (const TensorId id : graph_.tensors.ids()) readers_.push_back(uses.users(id));
  }

  void run() {
    // A chain of several is merged from its beginning.
    for (const NodeId first : graph_.nodes.ids()) {
      while (merge(first)) {
      }
    }
  }

 private:
  template <typename T>
  [[nodiscard]] bool is(NodeId node, std::string_view type) const {
    const Node& n = graph_.nodes[node];
    return n.as<T>() != nullptr && n.onnx_type == type && !context_.no_zero_point.contains(node);
  }

  // The only reader of `id`, which must be a node of the type; none if there is no such node.
  template <typename T>
  [[nodiscard]] NodeId only_reader(TensorId id, std::string_view type) const {
    if (graph_.is_output(id)) return {};
    const std::vector<NodeId>& readers = readers_of(id);
    return readers.size() == 1 && is<T>(readers[0], type) ? readers[0] : NodeId();
  }

  // Merges the quantization that node `first` makes with the one behind it.
  bool merge(NodeId first) {
    if (!is<Quantize>(first, "QuantizeLinear")) return false;
    const TensorId codes = node(first).output();
    const NodeId back = only_reader<Dequantize>(codes, "DequantizeLinear");
    if (!back) return false;
    const NodeId second = only_reader<Quantize>(node(back).output(), "QuantizeLinear");
    if (!second) return false;
    const TensorId again = node(second).output();
    const std::vector<NodeId> readers = readers_of(again);
    const bool only_dequantized = std::all_of(readers.begin(), readers.end(), [&](NodeId reader) {
      return is<Dequantize>(reader, "DequantizeLinear");
    });
    if (graph_.is_output(again) || readers.empty() || !only_dequantized) return false;
    Tensor& kept = graph_.tensor(codes);
    const Tensor& dropped = graph_.tensor(again);
    if (kept.type != dropped.type || !is_per_tensor_8bit(kept) || !is_per_tensor_8bit(dropped)) {
      return false;
    }
    const auto merged = common_range(*kept.quant, *dropped.quant, kept.type);
    if (!merged) return false;
    // With another Quant, it no longer holds the codes of the file's tensor.
    if (kept.quant != merged) kept.origins.clear();
    kept.quant = merged;
    for (const NodeId reader : readers) node(reader).inputs[0] = codes;
    readers_[codes] = readers;
    readers_[again].clear();  // so that node `second` merges with none
    return true;
  }

  [[nodiscard]] const std::vector<NodeId>& readers_of(TensorId id) const { return readers_[id]; }
  [[nodiscard]] Node& node(NodeId id) { return graph_.nodes[id]; }

  ImportContext& context_;
  Graph& graph_;
  IdVector<TensorId, std::vector<NodeId>> readers_;
};

}  // namespace

void merge_double_quantization(ImportContext& context) {
  Merger(context).run();
}

}  // namespace spindle::frontend
