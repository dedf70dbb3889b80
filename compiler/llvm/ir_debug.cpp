#include <llvm/BinaryFormat/Dwarf.h>

#include "compiler/llvm/ir_context.h"

namespace spindle {

IrDebug::IrDebug(llvm::Module& module, const CSpelling& c)
    : program_(c.program),
      builder_(module),
      file_(builder_.createFile(c.source.empty() ? c.model : c.source, "")),
      unit_(builder_.createCompileUnit(llvm::dwarf::DW_LANG_C99, file_, "Spindle",
                                       /*isOptimized=*/true, "", 0, "",
                                       llvm::DICompileUnit::LineTablesOnly)),
      layers_(c.program.steps.size()) {
  module.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  module.addModuleFlag(llvm::Module::Warning, "Dwarf Version", 4);
}

llvm::DISubprogram* IrDebug::subprogram(const std::string& name, unsigned line) {
  llvm::DISubroutineType* type = builder_.createSubroutineType(builder_.getOrCreateTypeArray({}));
  return builder_.createFunction(
      file_, name, "", file_, line, type, line, llvm::DINode::FlagArtificial,
      llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagLocalToUnit |
          llvm::DISubprogram::SPFlagOptimized);
}

llvm::DebugLoc IrDebug::enter(llvm::Function& function, const std::string& name) {
  llvm::DISubprogram* scope = subprogram(name, 0);
  function.setSubprogram(scope);
  return llvm::DILocation::get(function.getContext(), 0, 0, scope);
}

llvm::DebugLoc IrDebug::layer(const Trace& trace, const llvm::DebugLoc& outer) {
  const auto line = static_cast<unsigned>(trace.number());
  llvm::DISubprogram*& scope = layers_[trace.step];
  if (scope == nullptr) scope = subprogram(program_.steps[trace.step].name, line);
  return llvm::DILocation::get(outer->getContext(), line, 0, scope, outer.get());
}

}  // namespace spindle
