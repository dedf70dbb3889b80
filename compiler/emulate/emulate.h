// Builds a generated model, runs it natively or under QEMU, and measures it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/codegen/llvm_harness.h"
#include "compiler/lower/program/program.h"
#include "compiler/stack/stack_bound.h"

namespace spindle {

struct EmulatedTensor {
  std::string c_type;      // element type as C spells it: "int8_t", "float"
  std::int64_t bytes = 0;  // of the whole tensor; a multiple of the type's size, > 0
  // > 0: an output that comes in so many rows, each to NAME_<row_name>_row(user, y, row).
  std::int64_t rows = 0;
  std::string row_name = {};
};

using TensorBytes = std::vector<std::byte>;

// A model and the program around it, compiled.
struct EmulationObjects {
  LlvmOutput model, harness;
};

// With LLVM: `traced` is empty if steps are not counted.
struct EmulationObjectPair {
  EmulationObjects plain, traced;
};

// A generated model to build for a target and to run on given inputs.
//
// The folder holds NAME.h, which declares NAME_ARENA_BYTES and NAME_ARENA_ALIGN (upper case; a
// power of two up to 512, 16 if absent) and
//   void NAME_run(void *arena, const T0 *input0, ..., U0 *output0, ...);
// or, by input_mode, NAME_run without inputs and NAME_<input>(arena) for each, or NAME_begin,
// NAME_push_row and NAME_finish. With several arenas each has a name A: NAME_ARENA_A_BYTES, and a
// parameter each, in order.
struct EmulationJob {
  std::filesystem::path generated;   // flat and self-contained
  std::string model_name;            // NAME, a C identifier
  std::vector<std::string> sources;  // .c, .S, .o in `generated`, relative to it
  std::vector<EmulatedTensor> inputs;
  std::vector<EmulatedTensor> outputs;
  std::vector<std::string> arenas{""};  // their names; a single one need not have any
  InputMode input_mode = InputMode::kExternal;
  std::vector<ArenaPlace> input_places;        // kArena: by input
  std::int64_t input_rows = 0;                 // kStreamed: rows to push
  std::string target;                          // see target/emulator.h
  std::vector<std::vector<TensorBytes>> runs;  // [run][input]; at least one run

  bool count = true;  // count instructions of the first run, where the target can
  int steps = 0;      // > 0: also per SPINDLE_TRACE step 1..steps, in a second, traced build
  std::string optimize = "-O2";            // compiler flags, separated by spaces
  std::vector<std::string> compile_flags;  // more of them, e.g. definitions
  bool strict = false;                     // warnings are errors in `sources`
  // Instead of `generated`, `sources` and flags: no C compiler takes part.
  std::optional<EmulationObjectPair> objects;
  std::chrono::seconds timeout{600};  // for each run of the emulator; all runs together
};

struct EmulationResult {
  std::vector<std::vector<TensorBytes>> outputs;  // [run][output]

  // Of one NAME_run, from the build without trace hooks. A handful belong to the call itself.
  // 0: not counted.
  std::uint64_t instructions = 0;
  std::string why_not_counted;  // though it was asked for; what the emulator says
  // [step - 1]; empty unless asked for. The hooks' calls are included, the hook itself is not; what
  // ran before the first hook or after step 0 is in no step.
  std::vector<std::uint64_t> step_instructions;

  std::int64_t arena_touched_bytes = 0;     // how many bytes of the arenas were written
  std::int64_t arena_extent_bytes = 0;      // offset of the last of them, plus one; summed up
  std::vector<std::int64_t> touched_bytes;  // of each arena
  std::int64_t stack_bytes = 0;             // deepest byte written below NAME_run's caller
  // The most it can be; with a reason and no bound where the compiler cannot tell.
  StackBound stack_bound;
  // The model's own sections that NAME_run reaches, without libc, libm and libgcc.
  std::int64_t text_bytes = 0;
  std::int64_t rodata_bytes = 0;
};

struct EmulationError {
  // Whose fault it is: `setup` is the user's machine (tool missing, no such target), `build` the C
  // compiler's verdict on the generated code, `run` a crash, a timeout, or a write where none is
  // allowed.
  enum class Kind { setup, build, run };
  Kind kind = Kind::setup;
  std::string message;             // one line
  std::vector<std::string> notes;  // what the tool said, what to install
};

using EmulationOutcome = std::variant<EmulationResult, EmulationError>;

// Builds and runs `job` in a temporary folder, which is gone afterwards. Refuses results that
// cannot be trusted: a write before or after the arena or an output, a changed input, an output
// that depends on what memory held before.
EmulationOutcome emulate(const EmulationJob& job);

}  // namespace spindle
