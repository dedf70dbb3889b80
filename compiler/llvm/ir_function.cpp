#include <functional>

#include "compiler/codegen/variables.h"
#include "compiler/llvm/ir_context.h"

namespace spindle {
namespace {

using llvm::BasicBlock;
using llvm::Value;

// Emits one function of the program. Its blocks correspond to the statements of c_code.cpp.
class FunctionEmitter {
 public:
  FunctionEmitter(IrContext& ir, const Function& function, llvm::Function& into)
      : ir_(ir), function_(function), into_(into), builder_(ir.module.getContext()) {
    builder_.SetInsertPoint(block("entry"));
    outside_ = ir.debug.enter(into, into.getName().str());
    builder_.SetCurrentDebugLocation(outside_);
    state_ = into.getArg(0);
  }

  void emit() {
    if (function_.counter) v_.y = load_counter(function_.counter, "y");
    if (reads_band_end(function_)) {
      check_internal(v_.y != nullptr, "a function without rows reads its row");
      Value* all = builder_.getInt32(static_cast<std::uint32_t>(function_.rows));
      Value* end = builder_.CreateNSWAdd(
          v_.y, builder_.getInt32(static_cast<std::uint32_t>(function_.band)));
      v_.end = builder_.CreateSelect(builder_.CreateICmpSLT(end, all), end, all, "end");
    }
    for (const Stmt& stmt : function_.body) {
      std::visit([&](const auto& s) { put(s); }, stmt);
    }
    builder_.SetCurrentDebugLocation(outside_);
    if (function_.resumable) {
      builder_.CreateRet(builder_.getTrue());
    } else {
      builder_.CreateRetVoid();
    }
  }

 private:
  BasicBlock* block(const char* name) {
    return BasicBlock::Create(ir_.module.getContext(), name, &into_);
  }

  Value* load_counter(CounterId id, const llvm::Twine& name) {
    return builder_.CreateLoad(ir_.word, ir_.counter(builder_, state_, id), name);
  }

  // Returns false from the function unless `ready` is true.
  void leave_unless(Value* ready) {
    BasicBlock* wait = block("wait");
    BasicBlock* go_on = block("ready");
    builder_.CreateCondBr(ready, go_on, wait);
    builder_.SetInsertPoint(wait);
    builder_.CreateRet(builder_.getFalse());
    builder_.SetInsertPoint(go_on);
  }

  // for (v = first; v < end; v += step) body(v)
  void loop(const char* name, Value* first, Value* end, std::int64_t step,
            const std::function<void(Value*)>& body) {
    BasicBlock* before = builder_.GetInsertBlock();
    BasicBlock* head = block(name);
    BasicBlock* inside = block("body");
    BasicBlock* after = BasicBlock::Create(ir_.module.getContext(), "after");
    builder_.CreateBr(head);
    builder_.SetInsertPoint(head);
    llvm::PHINode* variable = builder_.CreatePHI(ir_.word, 2, name);
    variable->addIncoming(first, before);
    builder_.CreateCondBr(builder_.CreateICmpSLT(variable, end), inside, after);
    builder_.SetInsertPoint(inside);
    body(variable);
    Value* next = builder_.CreateNSWAdd(
        variable, builder_.getInt32(static_cast<std::uint32_t>(step)), "next");
    variable->addIncoming(next, builder_.GetInsertBlock());
    builder_.CreateBr(head);
    after->insertInto(&into_);
    builder_.SetInsertPoint(after);
  }

  Value* value(const Expr& expr) { return emit_expr(ir_, builder_, expr, v_); }

  void put(const Pull& pull) {
    Value* need = value(pull.need);
    BasicBlock* head = block("pull");
    BasicBlock* inside = block("body");
    BasicBlock* after = BasicBlock::Create(ir_.module.getContext(), "after");
    builder_.CreateBr(head);
    builder_.SetInsertPoint(head);
    builder_.CreateCondBr(builder_.CreateICmpSLT(load_counter(pull.counter, "rows"), need), inside,
                          after);
    builder_.SetInsertPoint(inside);
    Value* went = call_program(pull.function);
    if (callee_may_wait(pull.function)) leave_unless(went);
    builder_.CreateBr(head);
    after->insertInto(&into_);
    builder_.SetInsertPoint(after);
  }

  void put(const Await& await) {
    Value* need = value(await.need);
    leave_unless(builder_.CreateICmpSGE(load_counter(await.counter, "rows"), need));
  }

  // The instructions that follow belong to this layer, until the next Trace.
  void put(const Trace& trace) {
    builder_.SetCurrentDebugLocation(ir_.debug.layer(trace, outside_));
    const TracedStep& step = ir_.program.steps[trace.step];
    step_ = trace.step;
    note_ = fmt::format("step {}, {}: {} MACs", trace.number(), step.name, step.macs);
    if (!ir_.options.traced) return;
    const llvm::FunctionCallee mark =
        ir_.module.getOrInsertFunction("spindle_mark", ir_.nothing, ir_.word);
    builder_.CreateCall(mark, {builder_.getInt32(static_cast<std::uint32_t>(trace.number()))});
  }

  void put(const Call& call) {
    const bool row = bool{call.output_row};
    std::vector<Value*> values;
    std::vector<llvm::Type*> types;
    llvm::Instruction* last =
        builder_.GetInsertBlock()->empty() ? nullptr : &builder_.GetInsertBlock()->back();
    if (row) values.push_back(load_user());
    for (const ProgramArg& arg : call.args) values.push_back(argument(arg));
    for (const Value* value : values) types.push_back(value->getType());
    const llvm::FunctionCallee callee =
        ir_.module.getOrInsertFunction(row ? row_function(call.output_row) : call.symbol,
                                       llvm::FunctionType::get(ir_.nothing, types, false));
    llvm::CallInst* made = builder_.CreateCall(callee, values);
    if (!row) ir_.calls.push_back({made, step_});
    if (note_.empty()) return;
    // The comment goes before the instructions that compute the arguments.
    llvm::Instruction* first = last != nullptr && last->getParent() == made->getParent()
                                   ? last->getNextNode()
                                   : &made->getParent()->front();
    ir_.comments[first] = note_;
    note_.clear();
  }

  // The name of the user's function for rows of the output.
  [[nodiscard]] std::string row_function(OutputId output) const {
    return ir_.c.model + "_" + ir_.program.outputs[output.index()].name + "_row";
  }

  Value* load_user() {
    Value* at = builder_.CreateStructGEP(ir_.state, state_, ir_.user_field(), "user.at");
    return builder_.CreateLoad(ir_.pointer, at, "user");
  }

  void put(const Advance& advance) {
    builder_.SetCurrentDebugLocation(outside_);
    Value* counter = ir_.counter(builder_, state_, advance.counter);
    if (function_.band > 1) {
      builder_.CreateStore(v_.end, counter);
      return;
    }
    Value* before = advance.counter == function_.counter
                        ? v_.y
                        : builder_.CreateLoad(ir_.word, counter, "rows");
    builder_.CreateStore(builder_.CreateNSWAdd(before, builder_.getInt32(1), "next"), counter);
  }

  void put(const Run& run) { call_program(run.function); }

  void put(const Tiles& tiles) {
    const bool even = tiles.columns % tiles.tile == 0;
    const auto number = [&](std::int64_t n) {
      return builder_.getInt32(static_cast<std::uint32_t>(n));
    };
    loop("x", number(0), number(tiles.columns), tiles.tile, [&](Value* x) {
      v_.x = x;
      v_.n = number(tiles.tile);
      if (!even) {
        Value* left = builder_.CreateNSWSub(number(tiles.columns), x);
        v_.n = builder_.CreateSelect(builder_.CreateICmpSLT(left, v_.n), left, v_.n, "n");
      }
      if (loops_over_band(function_, tiles)) {
        loop("i", v_.y, v_.end, 1, [&](Value* i) {
          v_.i = i;
          put_tile_body(tiles);
        });
      } else {
        v_.i = v_.y;
        put_tile_body(tiles);
      }
    });
    v_.x = v_.n = v_.i = nullptr;  // out of scope
  }

  void put_tile_body(const Tiles& tiles) {
    for (const auto& stmt : tiles.body) {
      std::visit([&](const auto& s) { put(s); }, stmt);
    }
    builder_.SetCurrentDebugLocation(outside_);
  }

  void put(const MemberRows& rows) {
    v_.c = value(rows.column);
    v_.m = value(rows.columns);
    Value* end = value(rows.end);
    loop("r", value(rows.first), end, 1, [&](Value* r) {
      v_.r = r;
      for (const auto& stmt : rows.body) {
        std::visit([&](const auto& s) { put(s); }, stmt);
      }
    });
    v_.r = v_.c = v_.m = nullptr;
  }

  [[nodiscard]] bool callee_may_wait(FunctionId id) const {
    return ir_.program.functions[id].resumable;
  }

  Value* call_program(FunctionId id) { return builder_.CreateCall(ir_.functions[id], {state_}); }

  Value* argument(const ProgramArg& argument) {
    if (const auto* params = std::get_if<ParamsId>(&argument)) {
      return ir_.params[*params];
    }
    if (const auto* expr = std::get_if<Expr>(&argument)) return value(*expr);
    return emit_address(ir_, builder_, state_, std::get<Address>(argument), v_);
  }

  IrContext& ir_;
  const Function& function_;
  llvm::Function& into_;
  llvm::IRBuilder<> builder_;
  llvm::DebugLoc outside_;
  Value* state_ = nullptr;
  IrVariables v_;
  StepId step_;       // the step that is being emitted
  std::string note_;  // comment on the layer, for its first call
};

// The address where a piece of memory begins.
llvm::Value* emit_base(IrContext& ir, llvm::IRBuilder<>& b, llvm::Value* state,
                       const AddressBase& base) {
  const auto load = [&](unsigned field, const std::string& name) {
    llvm::Value* at = b.CreateStructGEP(ir.state, state, field, name + ".at");
    return b.CreateLoad(ir.pointer, at, name);
  };
  if (const auto* arena = std::get_if<ArenaId>(&base)) {
    return load(ir.arena_field(*arena), ir.c.arena(*arena));
  }
  if (const auto* input = std::get_if<InputId>(&base)) {
    return load(ir.input_field(*input), fmt::format("in{}", input->number()));
  }
  if (const auto* output = std::get_if<OutputId>(&base)) {
    return load(ir.output_field(*output), fmt::format("out{}", output->number()));
  }
  return ir.constants[std::get<ConstantId>(base)];
}

// Declares a function that only the model's own functions call, so that the attributes of its
// argument are known.
llvm::Function* declare(IrContext& ir, const Function& function) {
  llvm::Type* result = function.resumable ? static_cast<llvm::Type*>(ir.bit) : ir.nothing;
  auto* type = llvm::FunctionType::get(result, {ir.pointer}, false);
  llvm::Function* made = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage,
                                                ir.c.model + "_" + function.name, ir.module);
  made->setDSOLocal(true);
  made->addFnAttr(llvm::Attribute::NoUnwind);
  made->getArg(0)->setName("s");
  // Kernels write to arenas and outputs, never to the state, whose address they do not get.
  made->addParamAttr(0, llvm::Attribute::NoAlias);
  made->addParamAttr(0, llvm::Attribute::NonNull);
  ir.comments[made] = function.comment;
  if (function.resumable) ir.comments[made] += " Returns false if it must wait for input.";
  return made;
}

}  // namespace

llvm::Value* emit_address(IrContext& ir, llvm::IRBuilder<>& b, llvm::Value* state,
                          const Address& address, const IrVariables& variables) {
  llvm::Value* base = emit_base(ir, b, state, address.base);
  llvm::Value* offset = emit_expr(ir, b, address.offset, variables);
  if (address.outside) {
    llvm::Value* sum =
        b.CreateAdd(b.CreatePtrToInt(base, ir.address), b.CreateSExt(offset, ir.address));
    return b.CreateIntToPtr(sum, ir.pointer, "outside");
  }
  if (address.offset.is(0)) return base;
  return b.CreateInBoundsGEP(ir.byte, base, {offset}, "at");
}

void emit_functions(IrContext& ir) {
  for (const Function& function : ir.program.functions) {
    ir.functions.push_back(declare(ir, function));
    FunctionEmitter(ir, function, *ir.functions.back()).emit();
  }
}

}  // namespace spindle
