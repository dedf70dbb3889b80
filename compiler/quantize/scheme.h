// Which tensors of a float graph become 8-bit, with which scales.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/quantize/calibrate.h"
#include "compiler/quantize/ranges.h"

namespace spindle {

// What each node and tensor of the float graph becomes, before anything is known about values.
class Scheme {
 public:
  // `keep_float` are nodes that stay in float.
  Scheme(const Graph& graph, const std::set<NodeId>& keep_float);

  // Whether the node is computed on 8-bit codes. Otherwise it stays in float: the user wants it, it
  // has no 8-bit form, or it only moves data next to an input or output of the model.
  [[nodiscard]] bool on_codes(NodeId node) const { return on_codes_.contains(node); }
  // The tensors that become 8-bit, ascending.
  [[nodiscard]] const std::vector<TensorId>& quantized() const { return quantized_; }
  [[nodiscard]] bool is_quantized(TensorId id) const;

  // What calibrate() must collect.
  [[nodiscard]] CalibrationWish wish() const;

  // The Quant of each quantized tensor.
  [[nodiscard]] std::map<TensorId, Quant> choose(const Statistics& statistics,
                                                 const RangeOptions& options) const;

 private:
  void find_edges(std::set<NodeId>& edges) const;

  const Graph& graph_;
  std::set<NodeId> on_codes_;
  std::vector<TensorId> quantized_;
};

}  // namespace spindle
