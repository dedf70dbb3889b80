// Shared by the parts of the IR emitter (ir_*.cpp) only.
#pragma once

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/IRBuilder.h>

#include <string>
#include <vector>

#include "compiler/llvm/ir_module.h"

namespace spindle {

// Debug information. Each function is a scope, and so is each layer inside of it, as if it were an
// inlined function. A profiler or debugger can then name the layer of any address. "Line numbers"
// are numbers of steps, from 1.
class IrDebug {
 public:
  IrDebug(llvm::Module& module, const CSpelling& c);
  // Gives `function` a scope. Returns the location for instructions that belong to no layer.
  llvm::DebugLoc enter(llvm::Function& function, const std::string& name);
  // The location for instructions of a layer, inside of `outer`, a location that enter() returned.
  llvm::DebugLoc layer(const Trace& trace, const llvm::DebugLoc& outer);
  void finish() { builder_.finalize(); }

 private:
  llvm::DISubprogram* subprogram(const std::string& name, unsigned line);

  const Program& program_;
  llvm::DIBuilder builder_;
  llvm::DIFile* file_;
  llvm::DICompileUnit* unit_;
  IdVector<StepId, llvm::DISubprogram*> layers_;  // null until it is used
};

struct IrContext {
  IrContext(const CSpelling& spelling, const LlvmOptions& llvm_options, IrModule& ir);

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

  // Members as in C: the arenas, the inputs, the outputs; `user`, if rows are handed out; `kept`,
  // with streamed input; `done`.
  llvm::StructType* state = nullptr;
  llvm::StructType* kept = nullptr;  // null without streamed input

  IdVector<ConstantId, llvm::GlobalVariable*> constants;
  IdVector<ParamsId, llvm::GlobalVariable*> params;
  IdVector<FunctionId, llvm::Function*> functions;  // of the program

  // The indices of the members of `state`.
  [[nodiscard]] unsigned arena_field(ArenaId arena) const {
    return static_cast<unsigned>(arena.index());
  }
  [[nodiscard]] unsigned input_field(InputId input) const;
  [[nodiscard]] unsigned output_field(OutputId output) const;
  [[nodiscard]] unsigned user_field() const;
  [[nodiscard]] unsigned kept_field() const;
  // The address of a counter, given that of the state.
  llvm::Value* counter(llvm::IRBuilder<>& builder, llvm::Value* state, CounterId id) const;
};

// ir_data.cpp: fills `constants` and `params`.
void emit_data(IrContext& ir);
// ir_function.cpp: fills `functions`.
void emit_functions(IrContext& ir);
// ir_entry.cpp: the functions that the model's users call.
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

// ir_expr.cpp: the value of an expression, an int32.
llvm::Value* emit_expr(IrContext& ir, llvm::IRBuilder<>& builder, const Expr& expr,
                       const IrVariables& variables);
// ir_function.cpp: an address, as a pointer.
llvm::Value* emit_address(IrContext& ir, llvm::IRBuilder<>& builder, llvm::Value* state,
                          const Address& address, const IrVariables& variables);

}  // namespace spindle
