#include "compiler/llvm/kernel_scopes.h"

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/InstIterator.h>

#include <map>

#include "compiler/support/names.h"

namespace spindle {
namespace {

// Each step, by the name that its copy of a kernel has after the dot.
std::map<std::string, StepId> steps_by_name(const Program& program) {
  std::map<std::string, StepId> steps;
  for (const StepId id : program.steps.ids()) {
    steps.emplace(c_identifier(program.steps[id].name), id);
  }
  return steps;
}

}  // namespace

void add_kernel_scopes(IrModule& ir, const Program& program) {
  llvm::Module& module = *ir.module;
  llvm::DICompileUnit* unit = *module.debug_compile_units_begin();
  llvm::DIBuilder builder(module, /*AllowUnresolved=*/true, unit);
  llvm::DISubroutineType* type = builder.createSubroutineType(builder.getOrCreateTypeArray({}));
  const std::map<std::string, StepId> steps = steps_by_name(program);
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || function.getSubprogram() != nullptr) continue;
    const auto [kernel, layer] = function.getName().split('.');
    const auto step = steps.find(layer.str());
    const bool own = step != steps.end();
    const auto line = own ? static_cast<unsigned>(Trace{step->second}.number()) : 0U;
    const std::string name = own ? program.steps[step->second].name : kernel.str();
    llvm::DISubprogram* scope = builder.createFunction(
        unit->getFile(), name, function.getName(), unit->getFile(), line, type, line,
        llvm::DINode::FlagArtificial,
        llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagLocalToUnit |
            llvm::DISubprogram::SPFlagOptimized);
    function.setSubprogram(scope);
    const llvm::DebugLoc location = llvm::DILocation::get(module.getContext(), line, 0, scope);
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      instruction.setDebugLoc(location);
    }
  }
  builder.finalize();
}

}  // namespace spindle
