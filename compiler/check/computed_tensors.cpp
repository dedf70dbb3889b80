#include "compiler/check/computed_tensors.h"

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/check/program_checker.h"
#include "compiler/check/tensor_elements.h"
#include "compiler/execute/machine.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

// The elements of a tensor that have been recorded.
struct Recorded {
  std::vector<std::byte> bytes;
  ElementRanges written;
};

struct Element {
  TensorId tensor = kNoTensor;
  std::int64_t index = 0;
};

// Copies `count` elements. An 8-bit function that changes no stored byte may change the type
// between int8 and uint8, which are stored with bit 7 inverted against each other.
void copy(const Graph& graph, Element from, const std::vector<std::byte>& source, Element to,
          std::vector<std::byte>& target, std::int64_t count) {
  const DType type = graph.tensor(to.tensor).type;
  const auto size = static_cast<std::int64_t>(size_of(type));
  const std::byte flip = graph.tensor(from.tensor).type == type ? std::byte{0} : kSignBit;
  const auto begin = source.begin() + from.index * size;
  std::transform(begin, begin + count * size, target.begin() + to.index * size,
                 [&](std::byte b) { return b ^ flip; });
}

class Recorder : public ProgramObserver {
 public:
  Recorder(const Graph& graph, const Program& program,
           std::span<const std::vector<std::byte>> inputs)
      : graph_(graph), machine_(program, inputs, kPaint), tensors_(graph.tensors.size()) {}

  void on_call(const TracedStep&, const Call& call, std::span<const ArgValue> args,
               std::span<const CheckedWrite> writes) override {
    machine_.on_call({}, call, args);
    for (const CheckedWrite& write : writes) record(write);
  }
  void on_push(std::int64_t y, const ArgValue* receive) override { machine_.on_push(y, receive); }
  void on_rest(std::span<const std::int32_t> counters) override { machine_.on_rest(counters); }

  // What was recorded, by tensor, each element under the tensor and place that stand for it in
  // `same`: a call is recorded for one of several tensors that turn out to have the same elements.
  [[nodiscard]] IdVector<TensorId, Recorded> united(const TensorElements& same) const {
    IdVector<TensorId, Recorded> result(tensors_.size());
    for (const TensorId id : tensors_.ids()) {
      for (const ElementRange& range : tensors_[id].written) {
        for (const TensorElements::Piece& piece : same.pieces(id, range)) {
          const std::int64_t count = piece.of.end - piece.of.begin;
          Recorded& into = result[piece.tensor];
          into.bytes.resize(graph_.tensor(piece.tensor).bytes());
          copy(graph_, {id, piece.of.begin}, tensors_[id].bytes, {piece.tensor, piece.begin},
               into.bytes, count);
          into.written.push_back({piece.begin, piece.begin + count});
          normalize(into.written);
        }
      }
    }
    return result;
  }

 private:
  void record(const CheckedWrite& write) {
    const Tensor& t = graph_.tensor(write.tensor);
    Recorded& recorded = tensors_[write.tensor];
    recorded.bytes.resize(t.bytes());
    const auto element = static_cast<std::int64_t>(size_of(t.type));
    const std::byte flip = write.flipped ? kSignBit : std::byte{0};
    const std::byte* from = machine_.at(write.to);
    std::transform(from, from + (write.elements.end - write.elements.begin) * element,
                   recorded.bytes.begin() + write.elements.begin * element,
                   [&](std::byte b) { return b ^ flip; });
    recorded.written.push_back(write.elements);
    normalize(recorded.written);
  }

  const Graph& graph_;
  Machine machine_;
  IdVector<TensorId, Recorded> tensors_;
};

// Assembles the tensor from the tensors that its elements come from; nullptr if some were not
// recorded.
ConstantPtr assembled(const Graph& graph, TensorId id, const TensorElements& same,
                      const IdVector<TensorId, Recorded>& recorded) {
  const Tensor& t = graph.tensor(id);
  std::vector<std::byte> bytes(t.bytes());
  for (const TensorElements::Piece& piece : same.pieces(id, {0, t.elements()})) {
    const Recorded& from = recorded[piece.tensor];
    const std::int64_t count = piece.of.end - piece.of.begin;
    const bool all = std::any_of(from.written.begin(), from.written.end(), [&](ElementRange r) {
      return r.begin <= piece.begin && piece.begin + count <= r.end;
    });
    if (!all) return nullptr;
    copy(graph, {piece.tensor, piece.begin}, from.bytes, {id, piece.of.begin}, bytes, count);
  }
  return std::make_shared<const Constant>(t.type, t.shape, std::move(bytes));
}

}  // namespace

IdVector<TensorId, ConstantPtr> computed_tensors(const Graph& graph, const Program& program,
                                                 std::span<const ConstantPtr> inputs) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  Recorder recorder(graph, program, bytes);
  TensorElements same(graph);
  const std::string fault = check_program(graph, program, &recorder, &same);
  check_internal(fault.empty(), "the program is wrong: " + fault);
  const IdVector<TensorId, Recorded> recorded = recorder.united(same);
  IdVector<TensorId, ConstantPtr> result(graph.tensors.size());
  for (const Node& node : graph.nodes) {
    result[node.output()] = assembled(graph, node.output(), same, recorded);
  }
  return result;
}

}  // namespace spindle
