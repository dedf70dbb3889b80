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
  // > 0: an output that the model hands out in this many rows, each to NAME_<row_name>_row(user, y,
  // row).
  std::int64_t rows = 0;
  std::string row_name = {};
};

using TensorBytes = std::vector<std::byte>;

// A compiled model and the compiled program that runs it.
struct EmulationObjects {
  LlvmOutput model, harness;
};

// Objects from LLVM without and with trace hooks. `traced` is empty if steps are not counted.
struct EmulationObjectPair {
  EmulationObjects plain, traced;
};

// A generated model to build for a target and to run on given inputs.
//
// The folder holds NAME.h, which declares NAME_ARENA_BYTES and NAME_ARENA_ALIGN (a power of two up
// to 512; 16 if absent), both in upper case, and
//   void NAME_run(void *arena, const T0 *input0, ..., U0 *output0, ...);
// With InputMode::kArena, NAME_run has no input parameters, and inputs are copied to
// `input_places`. With kStreamed there are NAME_begin, NAME_push_row and NAME_finish instead. With
// several arenas, each has a name A, a size NAME_ARENA_A_BYTES and a parameter, in the order of
// `arenas`.
struct EmulationJob {
  std::filesystem::path generated;   // folder with all files, without subfolders
  std::string model_name;            // NAME, a C identifier
  std::vector<std::string> sources;  // .c, .S, .o in `generated`, relative to it
  std::vector<EmulatedTensor> inputs;
  std::vector<EmulatedTensor> outputs;
  std::vector<std::string> arenas{""};  // names of the arenas; a single one may have no name
  InputMode input_mode = InputMode::kExternal;
  std::vector<ArenaPlace> input_places;        // for kArena: where each input is
  std::int64_t input_rows = 0;                 // for kStreamed: number of rows to push
  std::string target;                          // see target/emulator.h
  std::vector<std::vector<TensorBytes>> runs;  // [run][input]; at least one run

  bool count = true;  // count the instructions of the first run, if the target can
  // > 0: also count each SPINDLE_TRACE step from 1 to steps, in a second build with hooks.
  int steps = 0;
  std::string optimize = "-O2";            // compiler flags, separated by spaces
  std::vector<std::string> compile_flags;  // more compiler flags, e.g. definitions
  bool strict = false;                     // warnings are errors in `sources`
  // If set, these are linked instead of compiling `generated` and `sources`. No C compiler is
  // needed.
  std::optional<EmulationObjectPair> objects;
  std::chrono::seconds timeout{600};  // limit for one start of the emulator, which does all runs
};

struct EmulationResult {
  std::vector<std::vector<TensorBytes>> outputs;  // [run][output]

  // Instructions of one NAME_run, from the build without trace hooks; a few of them belong to the
  // call itself. 0 if they were not counted.
  std::uint64_t instructions = 0;
  std::string why_not_counted;  // why `count` had no effect: the emulator's message
  // Instructions of each step, at index step - 1; empty unless asked for. The calls of the hooks
  // are included, the hook itself is not. Instructions before the first hook and after step 0
  // belong to no step.
  std::vector<std::uint64_t> step_instructions;

  std::int64_t arena_touched_bytes = 0;  // bytes of all arenas that were written
  // Offset of the last written byte plus one, summed over all arenas.
  std::int64_t arena_extent_bytes = 0;
  std::vector<std::int64_t> touched_bytes;  // bytes that were written, for each arena
  // Bytes from the frame of NAME_run's caller down to the deepest byte that was written on the
  // stack.
  std::int64_t stack_bytes = 0;
  // Upper bound of the stack. It has a reason instead of a bound if the compiler cannot tell.
  StackBound stack_bound;
  // Bytes of the model's own sections that NAME_run reaches, without libc, libm and libgcc.
  std::int64_t text_bytes = 0;
  std::int64_t rodata_bytes = 0;
};

struct EmulationError {
  // The cause: `setup` is the user's machine (a tool is missing, the target is unknown), `build`
  // means that the C compiler rejects the generated code, `run` is a crash, a timeout, or a write
  // to memory that is not the model's.
  enum class Kind { setup, build, run };
  Kind kind = Kind::setup;
  std::string message;             // one line
  std::vector<std::string> notes;  // the tool's output, or what to install
};

using EmulationOutcome = std::variant<EmulationResult, EmulationError>;

// Builds and runs `job` in a temporary folder, which is removed afterwards. Returns an error if the
// results cannot be trusted: there was a write before or behind an arena or an output, an input has
// changed, or an output depends on the former contents of memory.
EmulationOutcome emulate(const EmulationJob& job);

}  // namespace spindle
