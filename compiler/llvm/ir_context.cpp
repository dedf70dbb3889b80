#include "compiler/llvm/ir_context.h"

namespace spindle {
namespace {

llvm::StructType* counters(IrContext& ir, std::size_t first, std::size_t end, const char* name) {
  // As in C, where a struct must have at least one member.
  const std::vector<llvm::Type*> members(std::max<std::size_t>(end - first, 1), ir.word);
  return llvm::StructType::create(ir.module.getContext(), members, ir.c.model + name);
}

}  // namespace

IrContext::IrContext(const CSpelling& spelling, const LlvmOptions& llvm_options, IrModule& ir)
    : c(spelling),
      program(spelling.program),
      options(llvm_options),
      module(*ir.module),
      comments(ir.comments),
      calls(ir.calls),
      debug(*ir.module, spelling) {
  llvm::LLVMContext& context = module.getContext();
  nothing = llvm::Type::getVoidTy(context);
  bit = llvm::Type::getInt1Ty(context);
  byte = llvm::Type::getInt8Ty(context);
  word = llvm::Type::getInt32Ty(context);
  address = module.getDataLayout().getIntPtrType(context);
  pointer = llvm::PointerType::getUnqual(context);

  const std::size_t keep = program.streaming.kept_counters;
  std::vector<llvm::Type*> members(
      program.arenas.size() + program.inputs.size() + program.outputs.size(), pointer);
  if (c.hands_out_rows()) members.push_back(pointer);
  if (c.streamed()) {
    kept = counters(*this, 0, keep, "_kept");
    members.push_back(kept);
  }
  members.push_back(counters(*this, keep, program.counters.size(), "_done"));
  state = llvm::StructType::create(context, members, c.model + "_state");
}

unsigned IrContext::input_field(InputId input) const {
  return static_cast<unsigned>(program.arenas.size() + input.index());
}

unsigned IrContext::output_field(OutputId output) const {
  return input_field(InputId(program.inputs.size())) + static_cast<unsigned>(output.index());
}

unsigned IrContext::user_field() const {
  return output_field(OutputId(program.outputs.size()));
}

unsigned IrContext::kept_field() const {
  return user_field() + (c.hands_out_rows() ? 1 : 0);
}

llvm::Value* IrContext::counter(llvm::IRBuilder<>& builder, llvm::Value* s, CounterId id) const {
  const std::size_t keep = program.streaming.kept_counters;
  const bool rests = id.index() < keep;
  const unsigned field = kept_field() + (kept != nullptr && !rests ? 1 : 0);
  const auto member = static_cast<unsigned>(rests ? id.index() : id.index() - keep);
  return builder.CreateInBoundsGEP(
      state, s, {builder.getInt32(0), builder.getInt32(field), builder.getInt32(member)},
      "done." + program.counters[id]);
}

IrModule emit_ir(const CSpelling& c, const LlvmOptions& options, const llvm::Module& layout) {
  IrModule ir;
  ir.module = std::make_unique<llvm::Module>(c.model, layout.getContext());
  ir.module->setTargetTriple(layout.getTargetTriple());
  ir.module->setDataLayout(layout.getDataLayout());
  ir.module->setSourceFileName(c.source);
  IrContext context(c, options, ir);
  emit_data(context);
  emit_functions(context);
  emit_entry_points(context);
  context.debug.finish();
  return ir;
}

}  // namespace spindle
