#include <llvm/IR/Constants.h>

#include <algorithm>

#include "compiler/codegen/c_weights.h"
#include "compiler/codegen/llvm/ir_context.h"

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

llvm::GlobalVariable* emit_constant(IrContext& ir, int index) {
  const ConstArray& array = ir.program.constants[static_cast<std::size_t>(index)];
  const llvm::StringRef bytes(reinterpret_cast<const char*>(array.bytes.data()),
                              array.bytes.size());
  llvm::Constant* value = llvm::ConstantDataArray::getRaw(
      bytes, array.bytes.size() / size_of(array.type), element_type(ir, array.type));
  llvm::GlobalVariable* variable = add_constant(ir, value, ir.c.constant(index));
  // Vectors load faster from where they do not straddle lines.
  variable->setAlignment(llvm::Align(ir.address->getBitWidth() == 64 ? 16 : 4));
  variable->setSection(ir.options.own_regions
                           ? weights_section(ir.c, index, ir.options.weights_section)
                           : ir.options.weights_section);
  ir.comments[variable] = array.comment;
  const bool output = std::any_of(ir.program.outputs.begin(), ir.program.outputs.end(),
                                  [&](const ProgramIo& io) { return io.constant == index; });
  if (output) variable->setLinkage(llvm::GlobalValue::ExternalLinkage);  // the header declares it
  return variable;
}

llvm::Constant* field_value(IrContext& ir, const Field& field) {
  switch (field.kind) {
    case Field::Kind::kInt:
    case Field::Kind::kColumns:
    case Field::Kind::kUInt:
      return llvm::ConstantInt::get(ir.word, static_cast<std::uint32_t>(field.value));
    case Field::Kind::kFloat:
      return llvm::ConstantFP::get(ir.module.getContext(), llvm::APFloat(field.real));
    case Field::Kind::kPointer:
      if (field.index < 0) return llvm::ConstantPointerNull::get(ir.pointer);
      return ir.constants[static_cast<std::size_t>(field.index)];
    case Field::Kind::kRows:
    case Field::Kind::kInts:
      break;
  }
  std::vector<std::uint32_t> values;
  values.reserve(field.ints.size());
  for (std::int64_t value : field.ints) values.push_back(static_cast<std::uint32_t>(value));
  return llvm::ConstantDataArray::get(ir.module.getContext(), values);
}

// Members at their natural alignment, as C lays them out.
llvm::GlobalVariable* emit_params(IrContext& ir, const ParamBlock& block) {
  std::vector<llvm::Constant*> values;
  std::string names;
  for (const Field& field : block.fields) {
    values.push_back(field_value(ir, field));
    names += (names.empty() ? " { " : ", ") + field.name;
  }
  llvm::Constant* value = llvm::ConstantStruct::getAnon(ir.module.getContext(), values);
  llvm::GlobalVariable* variable = add_constant(ir, value, ir.c.model + "_" + block.name);
  ir.comments[variable] = block.type + names + " }";
  return variable;
}

}  // namespace

void emit_data(IrContext& ir) {
  for (int i = 0; i < static_cast<int>(ir.program.constants.size()); ++i) {
    ir.constants.push_back(emit_constant(ir, i));
  }
  for (const ParamBlock& block : ir.program.params) ir.params.push_back(emit_params(ir, block));
}

}  // namespace spindle
