#include "compiler/llvm/kernel_scopes.h"

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/InstIterator.h>

#include <map>

#include "compiler/support/names.h"

namespace spindle {
namespace {

// The number of each step, by the name that its copy of a kernel has after the dot.
std::map<std::string, unsigned> step_numbers(const Program& program) {
  std::map<std::string, unsigned> numbers;
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    numbers.emplace(c_identifier(program.steps[i].name), static_cast<unsigned>(i) + 1);
  }
  return numbers;
}

}  // namespace

void add_kernel_scopes(IrModule& ir, const Program& program) {
  llvm::Module& module = *ir.module;
  llvm::DICompileUnit* unit = *module.debug_compile_units_begin();
  llvm::DIBuilder builder(module, /*AllowUnresolved=*/true, unit);
  llvm::DISubroutineType* type = builder.createSubroutineType(builder.getOrCreateTypeArray({}));
  const std::map<std::string, unsigned> steps = step_numbers(program);
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || function.getSubprogram() != nullptr) continue;
    const auto [kernel, layer] = function.getName().split('.');
    const auto step = steps.find(layer.str());
    const bool own = step != steps.end();
    const unsigned line = own ? step->second : 0;
    const std::string name = own ? program.steps[line - 1].name : kernel.str();
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
