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

class Recorder : public ProgramObserver {
 public:
  Recorder(const Graph& graph, const Program& program,
           std::span<const std::vector<std::byte>> inputs)
      : graph_(graph), machine_(program, inputs, kPaint), tensors_(graph.tensors.size()) {}

  void on_call(const TracedStep&, const Call& call, std::span<const ArgValue> args,
               std::span<const CheckedWrite> writes) override {
    machine_.on_call(0, call, args);
    for (const CheckedWrite& write : writes) record(write);
  }
  void on_push(std::int64_t y, const ArgValue* receive) override { machine_.on_push(y, receive); }
  void on_rest(std::span<const std::int32_t> counters) override { machine_.on_rest(counters); }

  [[nodiscard]] const Recorded& of(TensorId id) const {
    return tensors_[static_cast<std::size_t>(id)];
  }

 private:
  void record(const CheckedWrite& write) {
    const Tensor& t = graph_.tensor(write.tensor);
    Recorded& recorded = tensors_[static_cast<std::size_t>(write.tensor)];
    recorded.bytes.resize(static_cast<std::size_t>(t.bytes()));
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
  std::vector<Recorded> tensors_;
};

// Assembles the tensor from the tensors that its elements come from; nullptr if some were not
// recorded.
ConstantPtr assembled(const Graph& graph, TensorId id, const TensorElements& same,
                      const Recorder& recorder) {
  const Tensor& t = graph.tensor(id);
  const auto element = static_cast<std::int64_t>(size_of(t.type));
  std::vector<std::byte> bytes(static_cast<std::size_t>(t.bytes()));
  for (const TensorElements::Piece& piece : same.pieces(id, {0, t.elements()})) {
    const Recorded& from = recorder.of(piece.tensor);
    const std::int64_t count = piece.of.end - piece.of.begin;
    const bool all = std::any_of(from.written.begin(), from.written.end(), [&](ElementRange r) {
      return r.begin <= piece.begin && piece.begin + count <= r.end;
    });
    if (!all) return nullptr;
    std::copy_n(from.bytes.begin() + piece.begin * element, count * element,
                bytes.begin() + piece.of.begin * element);
    // An 8-bit function that changes no stored byte may change the type between int8 and uint8,
    // which are stored with bit 7 inverted against each other.
    if (graph.tensor(piece.tensor).type == t.type) continue;
    for (std::int64_t i = piece.of.begin; i < piece.of.end; ++i) {
      bytes[static_cast<std::size_t>(i)] ^= kSignBit;
    }
  }
  return std::make_shared<const Constant>(t.type, t.shape, std::move(bytes));
}

}  // namespace

std::vector<ConstantPtr> computed_tensors(const Graph& graph, const Program& program,
                                          std::span<const ConstantPtr> inputs) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  Recorder recorder(graph, program, bytes);
  const std::string fault = check_program(graph, program, &recorder);
  check_internal(fault.empty(), "the program is wrong: " + fault);
  const TensorElements same(graph);
  std::vector<ConstantPtr> result(graph.tensors.size());
  for (const Node& node : graph.nodes) {
    result[static_cast<std::size_t>(node.output())] =
        assembled(graph, node.output(), same, recorder);
  }
  return result;
}

}  // namespace spindle
