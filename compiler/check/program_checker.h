// Proves that a Program computes its graph. It runs the Program's schedule on a shadow of all
// memory and compares, call by call, what the kernel reads and writes (kernel_access.h) with what
// the operator needs (operator_needs.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "compiler/check/operator_needs.h"
#include "compiler/check/tensor_elements.h"
#include "compiler/execute/schedule.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Consecutive elements of a tensor that a call writes.
struct CheckedWrite {
  TensorId tensor = kNoTensor;
  ElementRange elements;
  ArgValue to;           // address of the first of them
  bool flipped = false;  // bit 7 of each byte is inverted: uint8 values are held as int8, minus 128
};

constexpr std::byte kSignBit{0x80};  // the bit that CheckedWrite::flipped is about

// Is called for every call that was found right, before the next one is checked, and may execute
// it.
class ProgramObserver {
 public:
  virtual ~ProgramObserver() = default;
  // `writes` is empty for partial sums, and for rows of an output that are passed to the user's
  // function.
  virtual void on_call(const TracedStep& step, const Call& call, std::span<const ArgValue> args,
                       std::span<const CheckedWrite> writes) = 0;
  // As in ScheduleWatcher.
  virtual void on_push(std::int64_t y, const ArgValue* receive) = 0;
  virtual void on_rest(std::span<const std::int32_t> counters) = 0;
};

// Returns an empty string if the Program is right, else the first fault found. Shares no code with
// the planner or with lowering, and takes nothing from them but which step computes which tensor
// (TracedStep). It proves that
//
// - every element that an operator needs for what a call computes is, when the call runs, at the
//   address where the kernel reads it, and no other element is read in its place,
// - no call overwrites what it reads, except where the kernel allows it in place,
// - nothing outside of arenas, inputs, outputs and constants is read or written, and inputs are
//   never written,
// - every element of every output is written exactly once, and every byte planned in every arena is
//   used,
// - expressions use only variables that are defined, stay within int32 and never take the modulo of
//   a negative number, and every loop ends.
//
// `observer` may throw WrongProgram, which becomes the fault. `same`, if given, receives the
// elements that were found to be equal: if a tensor has an element twice, then so does what is
// computed from it.
[[nodiscard]] std::string check_program(const Graph& graph, const Program& program,
                                        ProgramObserver* observer = nullptr,
                                        TensorElements* same = nullptr);

}  // namespace spindle
