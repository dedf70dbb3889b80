// Proves that a Program computes its graph: runs its schedule on a shadow of all memory and
// compares, call by call, what the kernel reads and writes (kernel_access.h) with what the operator
// needs (operator_needs.h).
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

// Elements of a tensor that a call writes, one after the other.
struct CheckedWrite {
  TensorId tensor = kNoTensor;
  ElementRange elements;
  ArgValue to;           // where the first of them goes
  bool flipped = false;  // the sign bit of each byte is not that of its value: uint8 held less 128
};

constexpr std::byte kSignBit{0x80};  // what CheckedWrite::flipped says of a byte

// Is told of every call after it was found right, before anything else happens, and may run it.
class ProgramObserver {
 public:
  virtual ~ProgramObserver() = default;
  // `writes` are empty for sums that are not complete and rows that are handed out.
  virtual void on_call(const TracedStep& step, const Call& call, std::span<const ArgValue> args,
                       std::span<const CheckedWrite> writes) = 0;
  // As in ScheduleWatcher.
  virtual void on_push(std::int64_t y, const ArgValue* receive) = 0;
  virtual void on_rest(std::span<const std::int32_t> counters) = 0;
};

// Empty if the Program is right, else what is wrong first. Shares no code with the planner and with
// lowering, and takes nothing from them but which step makes which tensor (TracedStep). It proves
// - that every element that an operator needs for what a call makes of its output is, when the call
//   runs, at the address where the kernel reads it, and no other element is taken for it,
// - that no call writes what it reads, except where the kernel allows it in place,
// - that nothing is read or written outside of arenas, inputs, outputs and constants, and inputs
// are
//   never written,
// - that every element of every output is written once, and every byte planned in every arena is
//   touched,
// - that expressions use variables where these are defined, stay within int32 and never take the
//   modulo of a negative number, and that every loop ends.
// `observer` may throw WrongProgram. `same`, if given, becomes what the check has found to be one
// and the same: what is made of an element that a tensor has twice is so, too.
[[nodiscard]] std::string check_program(const Graph& graph, const Program& program,
                                        ProgramObserver* observer = nullptr,
                                        TensorElements* same = nullptr);

}  // namespace spindle
