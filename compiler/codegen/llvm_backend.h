// Program -> LLVM IR, bitcode, assembly, objects, and code that runs in this process. What stands
// here names nothing of LLVM, so that Spindle builds without it: llvm/ implements it, or
// llvm/absent, which refuses.
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
  kIr,        // text, as emitted: one function per step; with the kernels, before optimization
  kBitcode,   // the same module, optimized
  kAssembly,  // of the target
  kObject,    // ELF, relocatable
};

enum class LlvmLevel : std::uint8_t { kO0, kO1, kO2, kO3, kOz };

// "-O2" and the like; nothing for other texts.
[[nodiscard]] std::optional<LlvmLevel> llvm_level(std::string_view text);

struct LlvmOptions {
  LlvmLevel level = LlvmLevel::kO2;
  std::string weights_section;  // of constants in no region of a memory map; empty: one by itself
  bool own_regions = true;      // a memory map's regions have sections; else `weights_section`
  bool traced = false;          // calls spindle_mark(step) where the C calls SPINDLE_TRACE(step)
};

// What one function of the emitted object takes from the stack and whom it calls.
struct LlvmFrame {
  std::int64_t bytes = 0;
  std::set<std::string> calls;  // names of functions, also of those defined elsewhere
  std::string assembly;         // within it, a quoted string a line, as in C
};

struct LlvmOutput {
  std::string data;                         // the file
  std::map<std::string, LlvmFrame> frames;  // by function; kAssembly and kObject only
};

// Whether this Spindle was built with LLVM.
[[nodiscard]] bool has_llvm();
// E0440: it was not.
void report_no_llvm(Diagnostics& diagnostics);

// The model as one self-contained file of the given form: its functions, its constants and the
// kernels it uses. Symbols that are not NAME_run (or NAME_begin and so on) are local. What LLVM
// refuses is reported (E0441), and so is an LLVM that is not there (E0440).
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

  // Calls NAME_run ("run") or one of its kind with the pointers that it takes.
  virtual void call(std::string_view entry, std::span<void* const> arguments) = 0;
};

// The program, lowered for the host, compiled for this very processor. Null and reported as by
// emit_llvm if that cannot be.
[[nodiscard]] std::unique_ptr<JitModel> jit_model(const Program& program, LlvmLevel level,
                                                  Diagnostics& diagnostics);

}  // namespace spindle
