#include <llvm/IR/Constants.h>

#include <algorithm>

#include "compiler/codegen/c_weights.h"
#include "compiler/llvm/ir_context.h"
#include "compiler/lower/program/param_layout.h"

namespace spindle {
namespace {

llvm::GlobalVariable* add_constant(IrContext& ir, llvm::Constant* value, const std::string& name) {
  auto* variable = new llvm::GlobalVariable(ir.module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::InternalLinkage, value, name);
  variable->setDSOLocal(true);
  return variable;
}

llvm::Type* element_type(const IrContext& ir, DType type) {
  if (type == DType::kF32) return llvm::Type::getFloatTy(ir.module.getContext());
  return llvm::Type::getIntNTy(ir.module.getContext(), static_cast<unsigned>(8 * size_of(type)));
}

llvm::GlobalVariable* emit_constant(IrContext& ir, ConstantId id) {
  const ConstArray& array = ir.program.constants[id];
  const llvm::StringRef bytes(reinterpret_cast<const char*>(array.bytes.data()),
                              array.bytes.size());
  llvm::Constant* value = llvm::ConstantDataArray::getRaw(
      bytes, array.bytes.size() / size_of(array.type), element_type(ir, array.type));
  llvm::GlobalVariable* variable = add_constant(ir, value, ir.c.constant(id));
  // Vector loads are faster if they do not cross cache lines.
  variable->setAlignment(llvm::Align(ir.address->getBitWidth() == 64 ? 16 : 4));
  variable->setSection(ir.options.own_regions
                           ? weights_section(ir.c, id, ir.options.weights_section)
                           : ir.options.weights_section);
  ir.comments[variable] = array.comment;
  const bool output = std::any_of(ir.program.outputs.begin(), ir.program.outputs.end(),
                                  [&](const ProgramIo& io) { return io.constant == id; });
  if (output) variable->setLinkage(llvm::GlobalValue::ExternalLinkage);  // the header declares it
  return variable;
}

llvm::Constant* struct_value(IrContext& ir, const ParamStruct& type,
                             const std::vector<ParamValue>& values);

llvm::Constant* param_value(IrContext& ir, const ParamValue& value) {
  const std::vector<std::uint32_t> words(value.ints.begin(), value.ints.end());
  switch (value.member->type) {
    case ParamType::kInt32:
    case ParamType::kUInt32:
      if (value.member->count == 0) return llvm::ConstantInt::get(ir.word, words[0]);
      return llvm::ConstantDataArray::get(ir.module.getContext(), words);
    case ParamType::kFloat:
      return llvm::ConstantFP::get(ir.module.getContext(), llvm::APFloat(value.real));
    case ParamType::kPointer:
      if (!value.constant) return llvm::ConstantPointerNull::get(ir.pointer);
      return ir.constants[value.constant];
    case ParamType::kStruct:
      break;
  }
  return struct_value(ir, param_struct(value.member->of), value.members);
}

// LLVM lays the struct out by the rules of the target. This checks that param_layout() gives the
// same layout.
llvm::Constant* struct_value(IrContext& ir, const ParamStruct& type,
                             const std::vector<ParamValue>& values) {
  std::vector<llvm::Constant*> members;
  members.reserve(values.size());
  for (const ParamValue& value : values) members.push_back(param_value(ir, value));
  llvm::Constant* made = llvm::ConstantStruct::getAnon(ir.module.getContext(), members);
  const llvm::StructLayout* layout =
      ir.module.getDataLayout().getStructLayout(llvm::cast<llvm::StructType>(made->getType()));
  const ParamLayout wanted = param_layout(type, ir.address->getBitWidth() / 8);
  bool same = layout->getSizeInBytes() == wanted.bytes;
  for (unsigned i = 0; i < wanted.offsets.size(); ++i) {
    same = same && layout->getElementOffset(i) == wanted.offsets[i];
  }
  check_internal(same, "LLVM lays out a parameter struct in another way");
  return made;
}

llvm::GlobalVariable* emit_params(IrContext& ir, const ParamBlock& block) {
  const ParamStruct& type = param_struct(block.type);
  llvm::Constant* value = struct_value(ir, type, param_values(ir.program, block));
  std::string names;
  for (const ParamMember& member : type.members) {
    names += (names.empty() ? " { " : ", ") + std::string(member.name);
  }
  llvm::GlobalVariable* variable = add_constant(ir, value, ir.c.model + "_" + block.name);
  ir.comments[variable] = block.type + names + " }";
  return variable;
}

}  // namespace

void emit_data(IrContext& ir) {
  for (const ConstantId id : ir.program.constants.ids()) {
    ir.constants.push_back(emit_constant(ir, id));
  }
  for (const ParamBlock& block : ir.program.params) ir.params.push_back(emit_params(ir, block));
}

}  // namespace spindle
