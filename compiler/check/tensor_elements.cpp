#include "compiler/check/tensor_elements.h"

#include <algorithm>
#include <span>

#include "compiler/ir/op_traits.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

// Whether the node is a function of one 8-bit value that leaves every stored byte as it is (uint8
// values are stored minus 128).
bool keeps_stored_values(const Graph& graph, const Node& node) {
  const OpTraits traits = traits_of(node.op);
  if (!traits.unary() || traits.eight_bit != EightBit::kOwnRule) return false;
  const Tensor& x = graph.tensor(node.inputs[0]);
  const Tensor& y = graph.tensor(node.output());
  const auto is_8bit = [](const Tensor& t) {
    return is_quantized_type(t.type) && t.quant && t.quant->per_tensor();
  };
  if (!is_8bit(x) || !is_8bit(y)) return false;
  const ConstantPtr result = evaluate_8bit(graph, node);
  for (int i = 0; i < 256; ++i) {
    if (result->as_int(i) != i + min_of(y.type)) return false;
  }
  return true;
}

bool parts_lie_in_order(const Concat& op, const Shape& shape) {
  return std::all_of(shape.begin(), shape.begin() + op.axis,
                     [](std::int64_t extent) { return extent == 1; });
}

}  // namespace

TensorElements::TensorElements(const Graph& graph) : pieces_(graph.tensors.size()) {
  for (const TensorId id : graph.tensors.ids()) {
    pieces_[id] = {{{0, graph.tensor(id).elements()}, id, 0}};
  }
  for (const Node& node : graph.nodes) {
    std::vector<Piece>& own = pieces_[node.output()];
    const auto* concat = node.as<Concat>();
    if (traits_of(node.op).same_elements() || keeps_stored_values(graph, node)) {
      own = pieces_[node.inputs[0]];
    } else if (concat != nullptr &&
               parts_lie_in_order(*concat, graph.tensor(node.output()).shape)) {
      std::int64_t begin = 0;
      own.clear();
      for (TensorId part : node.inputs) {
        for (Piece piece : pieces_[part]) {
          piece.of.begin += begin;
          piece.of.end += begin;
          own.push_back(piece);
        }
        begin += graph.tensor(part).elements();
      }
    }
  }
}

std::vector<TensorElements::Piece> TensorElements::pieces(TensorId tensor,
                                                          ElementRange range) const {
  std::vector<Piece> found;
  for (const Piece& piece : pieces_[tensor]) {
    const std::int64_t begin = std::max(range.begin, piece.of.begin);
    const std::int64_t end = std::min(range.end, piece.of.end);
    if (begin >= end) continue;
    found.push_back({{begin, end}, piece.tensor, piece.begin + begin - piece.of.begin});
  }
  return found;
}

std::vector<std::int64_t> TensorElements::find(TensorId tensor, TensorId origin,
                                               std::int64_t element) const {
  std::vector<std::int64_t> found;
  for (const Piece& piece : pieces_[tensor]) {
    const std::int64_t within = element - piece.begin;
    if (piece.tensor == origin && within >= 0 && within < piece.of.end - piece.of.begin) {
      found.push_back(piece.of.begin + within);
    }
  }
  return found;
}

bool TensorElements::repeats() const {
  return std::any_of(pieces_.begin(), pieces_.end(), [](std::vector<Piece> pieces) {
    std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
      return a.tensor != b.tensor ? a.tensor < b.tensor : a.begin < b.begin;
    });
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const Piece& before = pieces[i - 1];
      const std::int64_t end = before.begin + before.of.end - before.of.begin;
      if (pieces[i].tensor == before.tensor && pieces[i].begin < end) return true;
    }
    return false;
  });
}

void TensorElements::unite(TensorId from, std::int64_t from_begin, std::int64_t count, TensorId to,
                           std::int64_t to_begin) {
  for (std::vector<Piece>& pieces : pieces_) {
    std::vector<Piece> renamed;
    for (const Piece& piece : pieces) {
      const std::int64_t end = piece.begin + piece.of.end - piece.of.begin;
      const std::int64_t cuts[] = {piece.begin, std::clamp(from_begin, piece.begin, end),
                                   std::clamp(from_begin + count, piece.begin, end), end};
      for (int i = 0; i < 3; ++i) {  // before, within and after the renamed elements
        if (cuts[i] == cuts[i + 1]) continue;
        Piece part{
            {piece.of.begin + cuts[i] - piece.begin, piece.of.begin + cuts[i + 1] - piece.begin},
            piece.tensor,
            cuts[i]};
        if (i == 1 && piece.tensor == from) {
          part.tensor = to;
          part.begin += to_begin - from_begin;
        }
        renamed.push_back(part);
      }
    }
    pieces = std::move(renamed);
  }
}

}  // namespace spindle
