// A Program's memory and kernels in this process: what a schedule (schedule.h) calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/execute/schedule.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// What a memory is filled with before a Program runs in it, where one such byte is enough.
constexpr std::byte kPaint{0xA5};

// Watches a schedule and does what generated code does: runs the kernels, keeps rows of outputs
// that are handed out, copies rows that are pushed, keeps the counters of streamed input in the
// arena.
class Machine : public ScheduleWatcher {
 public:
  // `inputs` hold the bytes of each model input and must live as long as the machine. Arenas and
  // outputs are filled with `paint`.
  Machine(const Program& program, std::span<const std::vector<std::byte>> inputs, std::byte paint);

  void on_call(int step, const Call& call, std::span<const ArgValue> args) override;
  void on_push(std::int64_t y, const ArgValue* receive) override;
  void on_rest(std::span<const std::int32_t> counters) override;

  // The memory that an address argument points to.
  [[nodiscard]] std::byte* at(const ArgValue& address);

  // Internal error if a kernel wrote behind an arena or an output.
  void check_guards() const;

  [[nodiscard]] std::vector<std::vector<std::byte>> outputs() const;
  // The bytes of an arena.
  [[nodiscard]] std::span<const std::byte> arena(std::size_t index) const;

 private:
  [[nodiscard]] std::vector<std::byte> lay_out(const ParamBlock& block) const;

  const Program& program_;
  std::span<const std::vector<std::byte>> inputs_;
  std::byte paint_;
  std::vector<std::vector<std::byte>> arenas_, outputs_;  // a guard behind each
  std::vector<const std::byte*> input_at_;      // what the generated code's input pointers point to
  std::vector<std::vector<std::byte>> params_;  // by Program::params, as structs
  std::vector<std::byte> rested_;               // the counters as they were left in the arena
};

}  // namespace spindle
