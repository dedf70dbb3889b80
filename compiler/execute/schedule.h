// Runs the statements of a Program without its kernels: who is called when, and with what.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

// Something that no right Program does. Thrown by Schedule and by who watches it; caught by
// check_program.
struct WrongProgram {
  std::string what;
};

// The value of an argument of a call.
struct ArgValue {
  enum class Kind : std::uint8_t { kParams, kAddress, kInteger };
  Kind kind = Kind::kInteger;
  const ParamBlock* params = nullptr;          // kParams
  Address::Base base = Address::Base::kArena;  // kAddress
  int index = 0;                               // kAddress: which arena, input, ...
  std::int64_t value = 0;                      // kInteger; kAddress: bytes from the base
};

// Watches a run.
class ScheduleWatcher {
 public:
  virtual ~ScheduleWatcher() = default;
  // A kernel, or the user's function for rows of an output, is called in step `step` (from 0; -1 if
  // it is in none).
  virtual void on_call(int step, const Call& call, std::span<const ArgValue> args) = 0;
  // The user pushes row `y`; it lies at the beginning of input 0 until the next, and `receive` says
  // where the generated code copies it, if it does.
  virtual void on_push(std::int64_t y, const ArgValue* receive) = 0;
  // Streamed input: before the first row and after each, `counters` go to where they rest.
  virtual void on_rest(std::span<const std::int32_t> counters) = 0;
};

struct ScheduleEnd {
  std::vector<std::int32_t> counters;
  bool complete = true;  // no function was left, by an Await, when all rows had come
};

// Throws WrongProgram if an expression uses a variable that is not defined where it stands, leaves
// int32 or takes a quotient or remainder that C and mathematics disagree about, or if a loop does
// not end.
ScheduleEnd run_schedule(const Program& program, ScheduleWatcher& watcher);

}  // namespace spindle
