// Shared by the parts of the IR emitter (ir_*.cpp); for nobody else.
#pragma once

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/IRBuilder.h>

#include <string>
#include <vector>

#include "compiler/llvm/ir_module.h"

namespace spindle {

// Debug scopes: each function is one, and so is each layer inside of it, as if it were inlined; a
// profiler or debugger then names the layer of any address. "Lines" are the numbers of steps.
class IrDebug {
 public:
  IrDebug(llvm::Module& module, const CSpelling& c);
  // Gives `function` a scope. Returns the location of what belongs to no layer.
  llvm::DebugLoc enter(llvm::Function& function, const std::string& name);
  // The location of a layer's work within `outer`, a location that enter() gave; step from 1.
  llvm::DebugLoc layer(int step, const llvm::DebugLoc& outer);
  void finish() { builder_.finalize(); }

 private:
  llvm::DISubprogram* subprogram(const std::string& name, unsigned line);

  const Program& program_;
  llvm::DIBuilder builder_;
  llvm::DIFile* file_;
  llvm::DICompileUnit* unit_;
  std::vector<llvm::DISubprogram*> layers_;  // by step minus 1; null until used
};

struct IrContext {
  IrContext(const CSpelling& c, const LlvmOptions& options, IrModule& ir);

  const CSpelling& c;
  const Program& program;
  const LlvmOptions& options;
  llvm::Module& module;
  IrComments& comments;
  std::vector<IrModule::KernelCall>& calls;
  IrDebug debug;

  llvm::Type* nothing;
  llvm::IntegerType* bit;
  llvm::IntegerType* byte;
  llvm::IntegerType* word;
  llvm::IntegerType* address;  // as wide as a pointer
  llvm::PointerType* pointer;

  // As in C: the arenas, inputs, outputs, then user (where rows are handed out), then kept (with
  // streamed input), then done.
  llvm::StructType* state = nullptr;
  llvm::StructType* kept = nullptr;  // null without streamed input

  std::vector<llvm::GlobalVariable*> constants, params;
  std::vector<llvm::Function*> functions;  // of the program

  // Fields of `state`.
  [[nodiscard]] unsigned arena_field(int index) const { return static_cast<unsigned>(index); }
  [[nodiscard]] unsigned input_field(int index) const;
  [[nodiscard]] unsigned output_field(int index) const;
  [[nodiscard]] unsigned user_field() const;
  [[nodiscard]] unsigned kept_field() const;
  // The counter's address, from that of the state.
  llvm::Value* counter(llvm::IRBuilder<>& builder, llvm::Value* state, int index) const;
};

// ---- ir_data.cpp: `constants` and `params`.
void emit_data(IrContext& ir);
// ---- ir_function.cpp: `functions`.
void emit_functions(IrContext& ir);
// ---- ir_entry.cpp: what the model's users call.
void emit_entry_points(IrContext& ir);

// The variables of expressions, as in c_expr.h.
struct IrVariables {
  llvm::Value* y = nullptr;
  llvm::Value* end = nullptr;
  llvm::Value* i = nullptr;
  llvm::Value* x = nullptr;
  llvm::Value* n = nullptr;
  llvm::Value* r = nullptr;
  llvm::Value* c = nullptr;
  llvm::Value* m = nullptr;
};

// ---- ir_expr.cpp: an int32.
llvm::Value* emit_expr(IrContext& ir, llvm::IRBuilder<>& builder, const Expr& expr,
                       const IrVariables& variables);
// ---- ir_function.cpp: a pointer.
llvm::Value* emit_address(IrContext& ir, llvm::IRBuilder<>& builder, llvm::Value* state,
                          const Address& address, const IrVariables& variables);

}  // namespace spindle
