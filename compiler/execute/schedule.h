// Runs the statements of a Program without its kernels: tells a watcher which kernel is called
// when, and with which arguments.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

// Thrown when a Program does something that no correct Program does, by the schedule or by its
// watcher. Caught by check_program.
struct WrongProgram {
  std::string what;
};

// The value of an argument of a call.
struct ArgValue {
  enum class Kind : std::uint8_t { kParams, kAddress, kInteger };
  Kind kind = Kind::kInteger;
  const ParamBlock* params = nullptr;  // kParams
  AddressBase base = ArenaId(0);       // kAddress
  std::int64_t value = 0;              // kInteger; kAddress: bytes from the base
};

// Is told what happens in a run.
class ScheduleWatcher {
 public:
  virtual ~ScheduleWatcher() = default;
  // A kernel, or the user's function for rows of an output, is called in step `step` (none:
  // outside of any step).
  virtual void on_call(StepId step, const Call& call, std::span<const ArgValue> args) = 0;
  // The user pushes row `y`. It is at the beginning of input 0 until the next row comes. If the
  // generated code copies it, `receive` is the address to which; otherwise null.
  virtual void on_push(std::int64_t y, const ArgValue* receive) = 0;
  // Streamed input: `counters` are stored in the arena, before the first row and after each row.
  virtual void on_rest(std::span<const std::int32_t> counters) = 0;
};

struct ScheduleEnd {
  IdVector<CounterId, std::int32_t> counters;
  bool complete = true;  // no Await was left waiting after all rows had come
};

// Runs the program. Throws WrongProgram if a loop does not end, or if an expression uses a variable
// that is not defined there, overflows int32, divides by a number that is not positive, or takes
// the remainder of a negative number.
ScheduleEnd run_schedule(const Program& program, ScheduleWatcher& watcher);

}  // namespace spindle
