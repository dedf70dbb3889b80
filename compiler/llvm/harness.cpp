// The definitions of verify_job.h as IR. `verify` writes the same ones in C for models in C.
#include "compiler/codegen/llvm_harness.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/Linker/Linker.h>

#include <concepts>
#include <utility>

#include "compiler/llvm/generate.h"
#include "compiler/llvm/llvm_session.h"
#include "compiler/llvm/object_frames.h"
#include "compiler/llvm/optimize.h"

namespace spindle {
namespace {

using llvm::Constant;

constexpr std::int64_t kArenaGuard = 1024;  // JOB_GUARD
constexpr std::int64_t kArenaAlign = 8;     // M_ARENA_ALIGN
constexpr std::int64_t kTensorGuard = 64;
constexpr std::int64_t kFastBytes =
    std::int64_t{3584} * 1024;  // fits beside the stack on every board

class JobEmitter {
 public:
  JobEmitter(llvm::Module& module, const HarnessJob& job, bool board)
      : module_(module), job_(job), builder_(module.getContext()) {
    llvm::LLVMContext& context = module.getContext();
    pointer_ = llvm::PointerType::getUnqual(context);
    number_ = module.getDataLayout().getIntPtrType(context);  // long
    nothing_ = llvm::Type::getVoidTy(context);
    buffer_ = llvm::StructType::create(context, {pointer_, number_, number_}, "job_buffer");
    std::int64_t bytes = 0;
    for (std::int64_t arena : job.arenas) bytes += arena / 8 * 9;
    for (const auto* side : {&job.inputs, &job.outputs}) {
      for (std::int64_t tensor : *side) bytes += tensor + 4 * kTensorGuard;
    }
    if (board) section_ = bytes > kFastBytes ? ".buffers.big" : ".buffers.fast";
  }

  void emit() {
    std::vector<Constant*> arenas;
    std::vector<Constant*> touched;
    for (std::int64_t bytes : job_.arenas) {
      // The address is a multiple of the promised alignment, but never of twice that, so that code
      // that relies on more fails.
      const std::int64_t before = kArenaGuard + kArenaAlign;
      arenas_.push_back(space(before + bytes + kArenaGuard, before, kArenaGuard));
      arenas.push_back(buffer(arenas_.back(), bytes, kArenaGuard));
      touched.push_back(space(bytes / 8 + 1, 0, 1));
    }
    define("job_arenas", llvm::ArrayType::get(buffer_, arenas.size()), arenas);
    define("job_touched", llvm::ArrayType::get(pointer_, touched.size()), touched);
    tensors("job_inputs", job_.inputs, 0, inputs_);
    tensors("job_outputs", job_.outputs, kTensorGuard, outputs_);
    define_int("job_arena_count", job_.arenas.size());
    define_int("job_input_count", job_.inputs.size());
    define_int("job_output_count", job_.outputs.size());
    define_int("job_runs", job_.runs);
    define_int("job_traced", job_.traced ? 1 : 0);
    define_int("job_mark", job_.mark);
    for (const HarnessJob::RowOutput& rows : job_.row_outputs) take_rows(rows);
    prepare();
    call();
  }

 private:
  // Uninitialized memory; returns the address of its byte `offset`.
  Constant* space(std::int64_t bytes, std::int64_t offset, std::int64_t align) {
    auto* type = llvm::ArrayType::get(builder_.getInt8Ty(), static_cast<std::uint64_t>(bytes));
    auto* memory =
        new llvm::GlobalVariable(module_, type, false, llvm::GlobalValue::InternalLinkage,
                                 llvm::ConstantAggregateZero::get(type), "buffer");
    memory->setAlignment(llvm::Align(static_cast<std::uint64_t>(align)));
    memory->setSection(section_);
    return llvm::ConstantExpr::getInBoundsGetElementPtr(
        builder_.getInt8Ty(), memory, builder_.getInt64(static_cast<std::uint64_t>(offset)));
  }

  Constant* length(std::int64_t bytes) {
    return llvm::ConstantInt::get(number_, static_cast<std::uint64_t>(bytes));
  }

  Constant* buffer(Constant* data, std::int64_t bytes, std::int64_t guard) {
    return llvm::ConstantStruct::get(buffer_, {data, length(bytes), length(guard)});
  }

  void tensors(const char* name, const std::vector<std::int64_t>& list, std::int64_t guard,
               std::vector<Constant*>& addresses) {
    std::vector<Constant*> buffers;
    for (std::int64_t bytes : list) {
      addresses.push_back(space(bytes + 2 * kTensorGuard, kTensorGuard, kTensorGuard));
      buffers.push_back(buffer(addresses.back(), bytes, guard));
    }
    define(name, llvm::ArrayType::get(buffer_, buffers.size()), buffers);
  }

  void define(const char* name, llvm::ArrayType* type, const std::vector<Constant*>& values) {
    new llvm::GlobalVariable(module_, type, true, llvm::GlobalValue::ExternalLinkage,
                             llvm::ConstantArray::get(type, values), name);
  }

  void define_int(const char* name, std::integral auto value) {
    new llvm::GlobalVariable(module_, builder_.getInt32Ty(), true,
                             llvm::GlobalValue::ExternalLinkage,
                             builder_.getInt32(static_cast<std::uint32_t>(value)), name);
  }

  llvm::Function* begin(const char* name) {
    return begin(name, llvm::FunctionType::get(nothing_, false));
  }

  llvm::Function* begin(const char* name, llvm::FunctionType* type) {
    llvm::Function* function =
        llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, module_);
    // The stack frame of the caller is measured together with the model, so it must not change.
    function->addFnAttr(llvm::Attribute::NoInline);
    function->addFnAttr(llvm::Attribute::NoUnwind);
    builder_.SetInsertPoint(llvm::BasicBlock::Create(module_.getContext(), "entry", function));
    return function;
  }

  // The function that receives the rows of an output copies them into the buffer of the output.
  void take_rows(const HarnessJob::RowOutput& rows) {
    auto* type =
        llvm::FunctionType::get(nothing_, {pointer_, builder_.getInt32Ty(), pointer_}, false);
    llvm::Function* function = begin((job_.model + "_" + rows.name + "_row").c_str(), type);
    llvm::Value* row = builder_.CreateZExtOrTrunc(function->getArg(1), number_);
    llvm::Value* to = builder_.CreateGEP(builder_.getInt8Ty(), outputs_[rows.output],
                                         {builder_.CreateMul(row, length(rows.bytes))});
    builder_.CreateMemCpy(to, llvm::Align(1), function->getArg(2), llvm::Align(1),
                          static_cast<std::uint64_t>(rows.bytes));
    builder_.CreateRetVoid();
  }

  // The last arguments of the model's functions: the buffers of whole outputs, then, if rows are
  // handed out, the `user` pointer.
  std::vector<llvm::Value*> destinations() {
    std::vector<llvm::Value*> values;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const bool by_rows = std::any_of(job_.row_outputs.begin(), job_.row_outputs.end(),
                                       [&](const auto& rows) { return rows.output == i; });
      if (!by_rows) values.push_back(outputs_[i]);
    }
    if (!job_.row_outputs.empty()) values.push_back(llvm::ConstantPointerNull::get(pointer_));
    return values;
  }

  // Copies inputs to where the model expects them.
  void prepare() {
    begin("job_prepare");
    for (std::size_t i = 0; i < job_.input_places.size(); ++i) {
      const ArenaPlace& place = job_.input_places[i];
      llvm::Value* to =
          builder_.CreateConstGEP1_64(builder_.getInt8Ty(), arenas_[place.arena.index()],
                                      static_cast<std::uint64_t>(place.offset));
      builder_.CreateMemCpy(to, llvm::Align(1), inputs_[i], llvm::Align(1),
                            static_cast<std::uint64_t>(job_.inputs[i]));
    }
    builder_.CreateRetVoid();
  }

  // Calls a function of the model with the arenas and then `more`.
  void call_model(const char* name, const std::vector<llvm::Value*>& more) {
    std::vector<llvm::Value*> values(arenas_.begin(), arenas_.end());
    values.insert(values.end(), more.begin(), more.end());
    const std::vector<llvm::Type*> types(values.size(), pointer_);
    const llvm::FunctionCallee callee = module_.getOrInsertFunction(
        job_.model + "_" + name, llvm::FunctionType::get(nothing_, types, false));
    builder_.CreateCall(callee, values)->setTailCallKind(llvm::CallInst::TCK_NoTail);
  }

  void call() {
    llvm::Function* function = begin("job_call");
    const std::vector<llvm::Value*> outputs = destinations();
    if (job_.input_mode != InputMode::kStreamed) {
      std::vector<llvm::Value*> values;
      if (job_.input_mode == InputMode::kExternal) values.assign(inputs_.begin(), inputs_.end());
      values.insert(values.end(), outputs.begin(), outputs.end());
      call_model("run", values);
      builder_.CreateRetVoid();
      return;
    }
    call_model("begin", {});
    llvm::BasicBlock* before = builder_.GetInsertBlock();
    auto* push = llvm::BasicBlock::Create(module_.getContext(), "push", function);
    auto* done = llvm::BasicBlock::Create(module_.getContext(), "done", function);
    builder_.CreateBr(push);
    builder_.SetInsertPoint(push);
    llvm::PHINode* row = builder_.CreatePHI(number_, 2, "row");
    row->addIncoming(length(0), before);
    llvm::Value* offset = builder_.CreateMul(row, length(job_.inputs[0] / job_.input_rows));
    call_model("push_row", {builder_.CreateGEP(builder_.getInt8Ty(), inputs_[0], {offset})});
    llvm::Value* next = builder_.CreateAdd(row, length(1));
    row->addIncoming(next, push);
    builder_.CreateCondBr(builder_.CreateICmpULT(next, length(job_.input_rows)), push, done);
    builder_.SetInsertPoint(done);
    call_model("finish", outputs);
    builder_.CreateRetVoid();
  }

  llvm::Module& module_;
  const HarnessJob& job_;
  llvm::IRBuilder<> builder_;
  llvm::PointerType* pointer_;
  llvm::IntegerType* number_;
  llvm::Type* nothing_;
  llvm::StructType* buffer_;
  std::string section_;
  std::vector<Constant*> arenas_, inputs_, outputs_;
};

LlvmOutput emit(const HarnessJob& job, const Target& target) {
  LlvmSession session;
  const auto firmware = session.load("firmware_" + std::string(target.llvm.bitcode));
  const auto machine = target_machine(target.llvm, firmware->getTargetTriple(), LlvmLevel::kO2);
  throw_if_failed(firmware->materializeAll());
  auto module = std::make_unique<llvm::Module>("verify_job", session.context());
  module->setTargetTriple(firmware->getTargetTriple());
  module->setDataLayout(firmware->getDataLayout());
  JobEmitter(*module, job, target.llvm.bare_metal).emit();
  if (llvm::Linker::linkModules(*firmware, std::move(module))) {
    throw LlvmFailure{"the firmware does not link"};
  }
  set_target(*firmware, *machine, {}, LlvmLevel::kO2);
  optimize(*firmware, *machine, LlvmLevel::kO2);
  LlvmOutput output;
  output.data = generate(*firmware, *machine, LlvmForm::kObject, LlvmLevel::kO2);
  session.check();
  output.frames = object_frames(output.data);
  return output;
}

}  // namespace

std::optional<LlvmOutput> emit_harness(const HarnessJob& job, const Target& target,
                                       Diagnostics& diagnostics) {
  try {
    return emit(job, target);
  } catch (const LlvmFailure& failure) {
    diagnostics.error("E0441", "LLVM cannot compile the firmware for " + std::string(target.name))
        .notes.push_back(failure.message);
    return std::nullopt;
  }
}

}  // namespace spindle
