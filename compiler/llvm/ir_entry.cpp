#include "compiler/llvm/ir_context.h"

namespace spindle {
namespace {

using llvm::Value;

// Emits a function that the model's users call. Its first arguments are the arenas.
class EntryEmitter {
 public:
  EntryEmitter(IrContext& ir, const char* name, const char* comment,
               const std::vector<std::string>& more)
      : ir_(ir), builder_(ir.module.getContext()), arenas_(ir.program.arenas.size()) {
    std::vector<std::string> names;
    for (const ArenaId id : ir.program.arenas.ids()) names.push_back(ir.c.arena(id));
    names.insert(names.end(), more.begin(), more.end());
    const std::vector<llvm::Type*> types(names.size(), ir.pointer);
    function_ = llvm::Function::Create(llvm::FunctionType::get(ir.nothing, types, false),
                                       llvm::GlobalValue::ExternalLinkage, ir.c.model + "_" + name,
                                       ir.module);
    function_->addFnAttr(llvm::Attribute::NoUnwind);
    function_->setDSOLocal(true);
    ir.comments[function_] = comment;
    for (unsigned i = 0; i < names.size(); ++i) function_->getArg(i)->setName(names[i]);
    builder_.SetInsertPoint(llvm::BasicBlock::Create(ir.module.getContext(), "entry", function_));
    builder_.SetCurrentDebugLocation(ir.debug.enter(*function_, function_->getName().str()));
  }

  llvm::IRBuilder<>& builder() { return builder_; }

  Value* argument(std::size_t index) {  // after the arenas
    return function_->getArg(static_cast<unsigned>(arenas_ + index));
  }

  // Allocates a state with the arenas, all counters zero, and no inputs or outputs yet. The alloca
  // must be the first instruction, in the entry block.
  Value* state() {
    llvm::AllocaInst* s = builder_.CreateAlloca(ir_.state, nullptr, "state");
    const std::uint64_t bytes = ir_.module.getDataLayout().getTypeAllocSize(ir_.state);
    builder_.CreateMemSet(s, builder_.getInt8(0), bytes, s->getAlign());
    for (std::size_t i = 0; i < arenas_; ++i) {
      store(s, ir_.arena_field(ArenaId(i)), function_->getArg(static_cast<unsigned>(i)));
    }
    return s;
  }

  void store(Value* state, unsigned field, Value* pointer) {
    builder_.CreateStore(pointer, builder_.CreateStructGEP(ir_.state, state, field));
  }

  // Stores the output pointers and, if rows are handed out, the `user` pointer.
  void store_outputs(Value* state, std::size_t first_argument) {
    for (std::size_t i = 0; i < ir_.program.outputs.size(); ++i) {
      if (!has_buffer(ir_.program.outputs[i])) continue;
      store(state, ir_.output_field(OutputId(i)), argument(first_argument++));
    }
    if (ir_.c.hands_out_rows()) store(state, ir_.user_field(), argument(first_argument));
  }

  // The address where streamed input keeps its counters between rows.
  Value* kept_in_arena() {
    const Streaming& s = ir_.program.streaming;
    return builder_.CreateConstInBoundsGEP1_64(
        ir_.byte, function_->getArg(static_cast<unsigned>(s.state_arena.index())),
        static_cast<std::uint64_t>(s.state_offset), "kept");
  }

  void run(FunctionId function, Value* state) {
    builder_.CreateCall(ir_.functions[function], {state});
  }

  void finish() { builder_.CreateRetVoid(); }

 private:
  IrContext& ir_;
  llvm::IRBuilder<> builder_;
  std::size_t arenas_;
  llvm::Function* function_ = nullptr;
};

std::vector<std::string> names_of(const std::vector<ProgramIo>& list) {
  std::vector<std::string> names;
  for (const ProgramIo& io : list) {
    if (has_buffer(io)) names.push_back(io.name);
  }
  return names;
}

// The names of the output parameters, as in CSpelling::outputs.
std::vector<std::string> names_of_outputs(const IrContext& ir) {
  std::vector<std::string> names = names_of(ir.program.outputs);
  if (ir.c.hands_out_rows()) names.emplace_back("user");
  return names;
}

void emit_run(IrContext& ir) {
  std::vector<std::string> more;
  if (ir.program.input_mode == InputMode::kExternal) more = names_of(ir.program.inputs);
  const std::size_t inputs = more.size();
  for (const std::string& name : names_of_outputs(ir)) more.push_back(name);
  EntryEmitter entry(ir, "run", "Runs the model once.", more);
  Value* state = entry.state();
  for (std::size_t i = 0; i < inputs; ++i) {
    entry.store(state, ir.input_field(InputId(i)), entry.argument(i));
  }
  entry.store_outputs(state, inputs);
  entry.run(ir.program.whole(), state);
  entry.finish();
}

std::uint64_t kept_bytes(const IrContext& ir) {
  return ir.module.getDataLayout().getTypeAllocSize(ir.kept);
}

void emit_begin(IrContext& ir) {
  EntryEmitter entry(ir, "begin", "Before the first row of the input.", {});
  llvm::IRBuilder<>& b = entry.builder();
  b.CreateMemSet(entry.kept_in_arena(), b.getInt8(0), kept_bytes(ir), llvm::Align(4));
  entry.finish();
}

void emit_push_row(IrContext& ir) {
  const Streaming& s = ir.program.streaming;
  EntryEmitter entry(ir, "push_row", "Takes a row of the input.", {"row"});
  llvm::IRBuilder<>& b = entry.builder();
  llvm::Function* function = b.GetInsertBlock()->getParent();
  const auto block = [&](const char* name) {
    return llvm::BasicBlock::Create(ir.module.getContext(), name, function);
  };
  Value* state = entry.state();
  entry.store(state, ir.input_field(InputId(0)), entry.argument(0));
  Value* kept = b.CreateStructGEP(ir.state, state, ir.kept_field(), "state.kept");
  Value* home = entry.kept_in_arena();
  b.CreateMemCpy(kept, llvm::Align(4), home, llvm::Align(4), kept_bytes(ir));
  Value* counter = ir.counter(b, state, s.pushed);
  Value* pushed = b.CreateLoad(ir.word, counter, "pushed");
  llvm::BasicBlock* take = block("take");
  llvm::BasicBlock* done = block("done");
  Value* rows = b.getInt32(static_cast<std::uint32_t>(s.rows));
  b.CreateCondBr(b.CreateICmpSLT(pushed, rows), take, done);

  b.SetInsertPoint(take);
  if (s.receives) {
    IrVariables variables;
    variables.y = pushed;
    Value* to = emit_address(ir, b, state, s.receive, variables);
    b.CreateMemCpy(to, llvm::Align(1), entry.argument(0), llvm::Align(1),
                   static_cast<std::uint64_t>(s.row_bytes));
  }
  b.CreateStore(b.CreateNSWAdd(pushed, b.getInt32(1)), counter);
  entry.run(s.push, state);
  b.CreateMemCpy(home, llvm::Align(4), kept, llvm::Align(4), kept_bytes(ir));
  b.CreateBr(done);
  b.SetInsertPoint(done);
  entry.finish();
}

void emit_finish(IrContext& ir) {
  EntryEmitter entry(ir, "finish", "After the last row.", names_of_outputs(ir));
  Value* state = entry.state();
  entry.store_outputs(state, 0);
  entry.run(ir.program.whole(), state);
  entry.finish();
}

}  // namespace

void emit_entry_points(IrContext& ir) {
  if (!ir.c.streamed()) {
    emit_run(ir);
    return;
  }
  emit_begin(ir);
  emit_push_row(ir);
  emit_finish(ir);
}

}  // namespace spindle
