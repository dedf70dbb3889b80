// Compiles a Program with LLVM: to IR, bitcode, assembly, objects, or code in this process. This
// header uses nothing of LLVM, so that Spindle can be built without it. llvm/ implements it;
// without LLVM, llvm/absent does, which reports E0440.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/codegen/c_emitter.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/lower/program/program.h"
#include "compiler/target/target.h"

namespace spindle {

enum class LlvmForm : std::uint8_t {
  kIr,        // text, as emitted, with the kernels, before optimization
  kBitcode,   // the optimized module
  kAssembly,  // text for the target's assembler
  kObject,    // relocatable ELF file
};

enum class LlvmLevel : std::uint8_t { kO0, kO1, kO2, kO3, kOz };

// The level for "-O2" and the like; nothing for other texts.
[[nodiscard]] std::optional<LlvmLevel> llvm_level(std::string_view text);

struct LlvmOptions {
  LlvmLevel level = LlvmLevel::kO2;
  std::string weights_section;  // section of constants outside of regions; empty: the model's own
  bool own_regions = true;      // regions have sections of their own; false: `weights_section`
  bool traced = false;          // calls spindle_mark(step) where the C code has SPINDLE_TRACE(step)
};

// The stack that one function of the emitted object uses, and the functions that it calls.
struct LlvmFrame {
  std::int64_t bytes = 0;
  std::set<std::string> calls;  // names of functions, defined here or elsewhere
  std::string assembly;         // its inline assembly: one quoted string per line, as in C
};

struct LlvmOutput {
  std::string data;                         // the file
  std::map<std::string, LlvmFrame> frames;  // by function; kAssembly and kObject only
};

// Whether this build has LLVM.
[[nodiscard]] bool has_llvm();
// Reports E0440: this build has no LLVM.
void report_no_llvm(Diagnostics& diagnostics);

// Compiles the model to one self-contained file of the given form: its functions, its constants and
// the kernels it uses. All symbols are local except NAME_run (or NAME_begin and so on) and outputs
// that are constants. Reports errors of LLVM (E0441) and a build without LLVM (E0440).
[[nodiscard]] std::optional<LlvmOutput> emit_llvm(const Program& program, const CNames& names,
                                                  const Target& target, LlvmForm form,
                                                  const LlvmOptions& options,
                                                  Diagnostics& diagnostics);

// A model compiled into this process.
class JitModel {
 public:
  JitModel() = default;
  virtual ~JitModel() = default;
  JitModel(const JitModel&) = delete;
  JitModel& operator=(const JitModel&) = delete;

  // Calls NAME_run (entry "run") or another entry point, with the pointers that it takes.
  virtual void call(std::string_view entry, std::span<void* const> arguments) = 0;
};

// Compiles a program whose target is the host for the processor it runs on. Returns null and
// reports like emit_llvm if that is not possible.
[[nodiscard]] std::unique_ptr<JitModel> jit_model(const Program& program, LlvmLevel level,
                                                  Diagnostics& diagnostics);

}  // namespace spindle
