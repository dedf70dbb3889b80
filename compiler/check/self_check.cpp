#include "compiler/check/self_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "compiler/check/program_checker.h"
#include "compiler/check/seeded_input.h"
#include "compiler/execute/machine.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

constexpr float kFloatTolerance = 1e-4F;  // of the tensor's largest value
constexpr std::byte kPaint{0xA5};
constexpr std::byte kSignBit{0x80};  // uint8 is held less 128

// The reference's value of a tensor.
struct Expected {
  ConstantPtr value;
  std::optional<float> largest;  // finite magnitude, of floats
};

float largest_of(const Constant& value) {
  float largest = 0;
  for (float v : value.as<float>()) {
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  }
  return largest;
}

bool close(float got, float want, float largest) {
  if (std::isnan(want)) return std::isnan(got);
  if (std::isinf(want)) return got == want;
  return std::abs(got - want) <= kFloatTolerance * largest;
}

float float_at(const std::byte* at) {
  float value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// The first element of `count` that differs from `value`'s from `first` on.
std::optional<std::int64_t> first_difference(const std::byte* got, Expected& want,
                                             std::int64_t first, std::int64_t count, bool held) {
  const Constant& value = *want.value;
  const auto element = static_cast<std::int64_t>(size_of(value.type()));
  const std::byte* expected = value.bytes().data() + first * element;
  if (value.type() == DType::kF32) {
    if (!want.largest) want.largest = largest_of(value);
    for (std::int64_t i = 0; i < count; ++i) {
      if (!close(float_at(got + i * 4), float_at(expected + i * 4), *want.largest)) return i;
    }
    return std::nullopt;
  }
  if (held && value.type() == DType::kU8) {
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

class Comparison : public ProgramObserver {
 public:
  Comparison(const Graph& graph, const Program& program,
             std::span<const std::vector<std::byte>> inputs, std::vector<Expected>& expected)
      : graph_(graph), machine_(program, inputs, kPaint), expected_(expected) {}

  void on_call(const TracedStep& step, const Call& call, std::span<const ArgValue> args,
               std::span<const CheckedWrite> writes) override {
    machine_.on_call(0, call, args);
    for (const CheckedWrite& write : writes) compare(step, call, write);
  }
  void on_push(std::int64_t y, const ArgValue* receive) override { machine_.on_push(y, receive); }
  void on_rest(std::span<const std::int32_t> counters) override { machine_.on_rest(counters); }

  [[nodiscard]] const Machine& machine() const { return machine_; }

 private:
  void compare(const TracedStep& step, const Call& call, const CheckedWrite& write) {
    Expected& want = expected_[static_cast<std::size_t>(write.tensor)];
    if (want.value == nullptr) {
      throw WrongProgram{fmt::format("step '{}' computes '{}', which the reference does not",
                                     step.name, graph_.tensor(write.tensor).name)};
    }
    std::byte* got = machine_.at(write.to);
    const std::int64_t first = write.elements.begin;
    const std::int64_t count = write.elements.end - first;
    if (const auto bad = first_difference(got, want, first, count, !write.as_seen)) {
      throw WrongProgram{
          fmt::format("step '{}' ({}) computes another value than the reference for "
                      "element {} of '{}'",
                      step.name, call.symbol, first + *bad, graph_.tensor(write.tensor).name)};
    }
    if (want.value->type() == DType::kF32) {
      std::memcpy(got, want.value->bytes().data() + first * 4, static_cast<std::size_t>(count) * 4);
    }
  }

  const Graph& graph_;
  Machine machine_;
  std::vector<Expected>& expected_;
};

}  // namespace

std::string self_check(const Graph& graph, const Program& program, std::uint64_t seed) {
  const std::vector<ConstantPtr> inputs = seeded_inputs(graph, seed);
  std::vector<Expected> expected(graph.tensors.size());
  const std::vector<ConstantPtr> outputs =
      interpret(graph, inputs, [&](TensorId id, const ConstantPtr& value) {
        expected[static_cast<std::size_t>(id)].value = value;
      });
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  Comparison comparison(graph, program, bytes, expected);
  std::string fault = check_program(graph, program, &comparison);
  if (!fault.empty()) return fault;
  comparison.machine().check_guards();
  const std::vector<std::vector<std::byte>> computed = comparison.machine().outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Expected want{outputs[i], std::nullopt};
    const auto bad = first_difference(computed[i].data(), want, 0, outputs[i]->size(), false);
    if (bad) {
      return fmt::format("output '{}' has another value than the reference at element {}",
                         program.outputs[i].onnx_name, *bad);
    }
  }
  return {};
}

}  // namespace spindle
