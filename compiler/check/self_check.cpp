#include "compiler/check/self_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "compiler/check/exercised_values.h"
#include "compiler/check/program_checker.h"
#include "compiler/check/seeded_input.h"
#include "compiler/execute/machine.h"
#include "compiler/ir/op_traits.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

constexpr float kFloatTolerance = 1e-4F;  // of the tensor's largest value

// The reference's value of a tensor.
struct Expected {
  explicit Expected(ConstantPtr v) : value(std::move(v)) {}
  ConstantPtr value;
  std::optional<float> largest;  // the largest finite magnitude; floats only
};

float largest_of(const Constant& value) {
  float largest = 0;
  for (float v : value.as<float>()) {
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  }
  return largest;
}

bool close(float got, float want, float tolerance) {
  if (std::isnan(want)) return std::isnan(got);
  if (std::isinf(want)) return got == want;
  return std::abs(got - want) <= tolerance;
}

float float_at(const std::byte* at) {
  float value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// The index of the first of `count` elements that differs from those of `want` from `first` on.
std::optional<std::int64_t> first_difference(const std::byte* got, Expected& want,
                                             std::int64_t first, std::int64_t count, bool flipped) {
  const Constant& value = *want.value;
  const auto element = static_cast<std::int64_t>(size_of(value.type()));
  const std::byte* expected = value.bytes().data() + first * element;
  if (value.type() == DType::kF32) {
    if (!want.largest) want.largest = largest_of(value);
    const float tolerance = kFloatTolerance * *want.largest;
    for (std::int64_t i = 0; i < count; ++i) {
      if (!close(float_at(got + i * 4), float_at(expected + i * 4), tolerance)) return i;
    }
    return std::nullopt;
  }
  if (flipped) {
    for (std::int64_t i = 0; i < count; ++i) {
      if ((got[i] ^ kSignBit) != expected[i]) return i;
    }
    return std::nullopt;
  }
  for (std::int64_t i = 0; i < count * element; ++i) {
    if (got[i] != expected[i]) return i / element;
  }
  return std::nullopt;
}

ConstantPtr magnitudes(const Constant& value) {
  const auto floats = value.as<float>();
  std::vector<float> result(floats.begin(), floats.end());
  for (float& v : result) v = std::abs(v);
  return Constant::floats(value.shape(), std::move(result));
}

// The result of the operator for the magnitudes of all its operands, which is the sum of the
// magnitudes of its terms. The rounding error of a sum, in any order, is relative to that. nullptr
// for operators that are not sums of products.
ConstantPtr term_magnitudes(const Graph& graph, Node node,
                            const IdVector<TensorId, ConstantPtr>& held) {
  if (auto* unary = node.as<Unary>()) {
    if (unary->kind == UnaryKind::kHardSwish || unary->kind == UnaryKind::kGelu ||
        unary->kind == UnaryKind::kGeluTanh || unary->kind == UnaryKind::kMish) {
      // x times a factor between 0 and 1 that is itself a sum: x / 6 + 1 / 2, 1 + erf(...). No term
      // is larger than |x|.
      *unary = {UnaryKind::kAffine, 1, 0};
    } else if (unary->kind == UnaryKind::kHardSigmoid || unary->kind == UnaryKind::kAffine) {
      *unary = {UnaryKind::kAffine, std::abs(unary->alpha), std::abs(unary->beta)};
    } else {
      return nullptr;
    }
  } else if (traits_of(node.op).accumulates == Accumulation::kNone) {
    return nullptr;
  }
  Activation* act = activation_of(node.op);
  if (act != nullptr && traits_of(node.op).has_weights()) *act = {};
  std::vector<ConstantPtr> operands;
  for (TensorId id : node.inputs) {
    if (id == kNoTensor) {
      operands.push_back(nullptr);
      continue;
    }
    const ConstantPtr value = graph.is_constant(id) ? graph.tensor(id).constant : held[id];
    if (value == nullptr || value->type() != DType::kF32) return nullptr;
    operands.push_back(magnitudes(*value));
  }
  return evaluate(graph, node, operands);
}

// Writes `count` elements of `value`, from `first` on, to where the Program holds them.
void put(std::byte* to, const Constant& value, std::int64_t first, std::int64_t count,
         bool flipped) {
  const auto element = static_cast<std::int64_t>(size_of(value.type()));
  const std::byte* from = value.bytes().data() + first * element;
  const std::byte flip = flipped ? kSignBit : std::byte{0};
  std::transform(from, from + count * element, to, [flip](std::byte b) { return b ^ flip; });
}

class Comparison : public ProgramObserver {
 public:
  Comparison(const Graph& graph, const Program& program,
             std::span<const std::vector<std::byte>> inputs,
             const IdVector<TensorId, ExercisedValue>& values)
      : graph_(graph), machine_(program, inputs, kPaint) {
    for (const TensorId id : values.ids()) {
      // A step may copy a constant, for instance as a part of a Concat.
      const ConstantPtr& constant = graph.tensor(id).constant;
      computed_.push_back(Expected(constant == nullptr ? values[id].computed : constant));
      held_.push_back(Expected(constant == nullptr ? values[id].held : constant));
    }
  }

  void on_call(const TracedStep& step, const Call& call, std::span<const ArgValue> args,
               std::span<const CheckedWrite> writes) override {
    machine_.on_call({}, call, args);
    for (const CheckedWrite& write : writes) compare(step, call, write);
  }
  void on_push(std::int64_t y, const ArgValue* receive) override { machine_.on_push(y, receive); }
  void on_rest(std::span<const std::int32_t> counters) override { machine_.on_rest(counters); }

  [[nodiscard]] const Machine& machine() const { return machine_; }

 private:
  void compare(const TracedStep& step, const Call& call, const CheckedWrite& write) {
    // If the step only copies elements of another tensor, those are the ones put in place before.
    Expected& want = computes(step, write) ? computed_[write.tensor] : held_[write.tensor];
    if (want.value == nullptr) {
      throw WrongProgram{fmt::format("step '{}' computes '{}', which the reference does not",
                                     step.name, graph_.tensor(write.tensor).name)};
    }
    std::byte* got = machine_.at(write.to);
    const std::int64_t first = write.elements.begin;
    const std::int64_t count = write.elements.end - first;
    const auto bad = first_difference(got, want, first, count, write.flipped);
    if (bad && !is_rounding(step, write, got)) {
      throw WrongProgram{
          fmt::format("step '{}' ({}) computes another value than the reference for "
                      "element {} of '{}'",
                      step.name, call.symbol, first + *bad, graph_.tensor(write.tensor).name)};
    }
    const Constant& held = *held_[write.tensor].value;
    if (held.type() == DType::kF32 || &held != want.value.get()) {
      put(got, held, first, count, write.flipped);
    }
  }

  // Whether the step computes what it writes, and does not only copy it.
  [[nodiscard]] bool computes(const TracedStep& step, const CheckedWrite& write) const {
    return step.node && graph_.nodes[step.node].output() == write.tensor;
  }

  // Whether floats that are not within the usual tolerance differ only because of the order of a
  // sum: its large terms cancel each other, or they overflow.
  [[nodiscard]] bool is_rounding(const TracedStep& step, const CheckedWrite& write,
                                 const std::byte* got) const {
    constexpr float kOfTerms = 1e-5F;
    const Expected& want = computed_[write.tensor];
    if (!computes(step, write) || want.value->type() != DType::kF32) return false;
    const Node& node = graph_.nodes[step.node];
    IdVector<TensorId, ConstantPtr> held;
    for (const Expected& value : held_) held.push_back(value.value);
    const ConstantPtr terms = term_magnitudes(graph_, node, held);
    if (terms == nullptr) return false;
    const auto magnitude = terms->as<float>();
    const auto wanted = want.value->as<float>();
    for (std::int64_t e = write.elements.begin; e < write.elements.end; ++e) {
      const std::size_t i = e;
      // If the terms of a sum overflow, the result depends on their order. A function has no such
      // order.
      const bool overflows = !std::isfinite(magnitude[i]);
      if (overflows && node.as<Unary>() == nullptr) continue;
      const float tolerance =
          kFloatTolerance * *want.largest + (overflows ? 0 : kOfTerms * magnitude[i]);
      if (!close(float_at(got + (e - write.elements.begin) * 4), wanted[i], tolerance))
        return false;
    }
    return true;
  }

  const Graph& graph_;
  Machine machine_;
  IdVector<TensorId, Expected> computed_, held_;
};

// The tensors that the Program's steps write.
IdVector<TensorId, bool> written_tensors(const Graph& graph, const Program& program) {
  IdVector<TensorId, bool> written(graph.tensors.size(), false);
  for (const TracedStep& step : program.steps) {
    if (step.tensor != kNoTensor) written[step.tensor] = true;
  }
  return written;
}

}  // namespace

IdVector<TensorId, ExercisedValue> self_check_values(const Graph& graph, const Program& program,
                                                     std::span<const ConstantPtr> inputs) {
  TensorElements same(graph);
  // A fault that is found here will be found and reported again later.
  if (same.repeats()) (void)check_program(graph, program, nullptr, &same);
  return exercised_values(graph, same, inputs, written_tensors(graph, program));
}

std::string self_check(const Graph& graph, const Program& program, std::uint64_t seed) {
  const std::vector<ConstantPtr> inputs = seeded_inputs(graph, seed);
  const IdVector<TensorId, ExercisedValue> values = self_check_values(graph, program, inputs);
  std::vector<std::vector<std::byte>> bytes;
  for (TensorId input : graph.inputs) {
    const auto given = values[input].held->bytes();
    bytes.emplace_back(given.begin(), given.end());
  }
  Comparison comparison(graph, program, bytes, values);
  std::string fault = check_program(graph, program, &comparison);
  if (!fault.empty()) return fault;
  comparison.machine().check_guards();
  const std::vector<std::vector<std::byte>> computed = comparison.machine().outputs();
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorId id = graph.outputs[i];
    Expected want(graph.is_constant(id) ? graph.tensor(id).constant : values[id].held);
    const auto bad = first_difference(computed[i].data(), want, 0, want.value->size(), false);
    if (bad) {
      return fmt::format("output '{}' has another value than the reference at element {}",
                         program.outputs[i].onnx_name, *bad);
    }
  }
  return {};
}

}  // namespace spindle
