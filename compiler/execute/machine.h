// The memory and the kernels of a Program in this process. A schedule (schedule.h) calls it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/execute/schedule.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Memory is filled with this byte before a Program runs.
constexpr std::byte kPaint{0xA5};

// Watches a schedule and does what generated code does: runs the kernels, keeps the rows of outputs
// that are handed out, copies rows that are pushed, and keeps the counters of streamed input in the
// arena.
class Machine : public ScheduleWatcher {
 public:
  // `inputs` hold the bytes of each model input and must live as long as the machine. Arenas and
  // outputs are filled with `paint`.
  Machine(const Program& program, std::span<const std::vector<std::byte>> inputs, std::byte paint);

  void on_call(StepId step, const Call& call, std::span<const ArgValue> args) override;
  void on_push(std::int64_t y, const ArgValue* receive) override;
  void on_rest(std::span<const std::int32_t> counters) override;

  // The memory that an address argument points to.
  [[nodiscard]] std::byte* at(const ArgValue& address);

  // Internal error if a kernel wrote beyond the end of an arena or an output.
  void check_guards() const;

  [[nodiscard]] std::vector<std::vector<std::byte>> outputs() const;
  // The bytes of an arena.
  [[nodiscard]] std::span<const std::byte> arena(ArenaId id) const;

 private:
  [[nodiscard]] std::vector<std::byte> lay_out(const ParamBlock& block) const;

  const Program& program_;
  std::span<const std::vector<std::byte>> inputs_;
  std::byte paint_;
  // Each is followed by a guard.
  IdVector<ArenaId, std::vector<std::byte>> arenas_;
  std::vector<std::vector<std::byte>> outputs_;
  std::vector<const std::byte*> input_at_;  // where the input pointers of the generated code
                                            // point
  IdVector<ParamsId, std::vector<std::byte>> params_;  // the bytes of the structs
  std::vector<std::byte> rested_;  // the counters, as they were stored in the arena
};

}  // namespace spindle
