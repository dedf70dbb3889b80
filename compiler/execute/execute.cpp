#include "compiler/execute/execute.h"

#include <utility>

#include "compiler/execute/machine.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

void run(const Program& program, Machine& machine) {
  try {
    run_schedule(program, machine);
  } catch (const WrongProgram& fault) {
    throw InternalError("the program is wrong: " + fault.what);
  }
  machine.check_guards();
}

}  // namespace

Execution execute(const Program& program, std::span<const std::vector<std::byte>> inputs) {
  Machine machine(program, inputs, std::byte{0});
  run(program, machine);
  return {machine.outputs(), 0, {}};
}

Execution execute_painted(const Program& program, std::span<const std::vector<std::byte>> inputs) {
  constexpr std::byte kPaints[] = {kPaint, std::byte{0x5A}};
  Machine first(program, inputs, kPaints[0]);
  Machine second(program, inputs, kPaints[1]);
  run(program, first);
  run(program, second);
  Execution result{first.outputs(), 0, {}};
  check_internal(result.outputs == second.outputs(),
                 "results depend on what the arena held before");
  for (const ArenaId arena : program.arenas.ids()) {
    const std::span<const std::byte> one = first.arena(arena);
    const std::span<const std::byte> two = second.arena(arena);
    std::int64_t touched = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
      if (one[i] != kPaints[0] || two[i] != kPaints[1]) ++touched;
    }
    result.touched_bytes.push_back(touched);
    result.arena_touched_bytes += touched;
  }
  return result;
}

}  // namespace spindle
