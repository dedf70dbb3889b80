#include "compiler/llvm/optimize.h"

#include <llvm/Analysis/CGSCCPassManager.h>
#include <llvm/Analysis/LoopAnalysisManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include <utility>

#include "compiler/llvm/keep_conversions.h"
#include "compiler/llvm/llvm_session.h"

namespace spindle {
namespace {

// The analysis managers of one run of passes.
struct Analyses {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder;

  explicit Analyses(llvm::TargetMachine& machine) : builder(&machine) {
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(graphs);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, graphs, modules);
  }
};

llvm::OptimizationLevel pipeline_level(LlvmLevel level) {
  switch (level) {
    case LlvmLevel::kO0:
      return llvm::OptimizationLevel::O0;
    case LlvmLevel::kO1:
      return llvm::OptimizationLevel::O1;
    case LlvmLevel::kO2:
      return llvm::OptimizationLevel::O2;
    case LlvmLevel::kOz:
      return llvm::OptimizationLevel::Oz;
    case LlvmLevel::kO3:
      break;
  }
  return llvm::OptimizationLevel::O3;
}

llvm::FunctionPassManager tidy_passes() {
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  passes.addPass(llvm::EarlyCSEPass());
  passes.addPass(llvm::SimplifyCFGPass());
  return passes;
}

}  // namespace

void link_kernels(llvm::Module& module, std::unique_ptr<llvm::Module> kernels) {
  std::vector<std::string> entries;
  for (const llvm::Function& function : module) {
    if (!function.isDeclaration() && function.hasExternalLinkage()) {
      entries.push_back(function.getName().str());
    }
  }
  if (llvm::Linker::linkModules(module, std::move(kernels), llvm::Linker::LinkOnlyNeeded)) {
    throw LlvmFailure{"the kernels do not link"};
  }
  for (llvm::Function& function : module) {
    const bool entry =
        std::find(entries.begin(), entries.end(), function.getName().str()) != entries.end();
    if (entry || function.isDeclaration()) continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.setDSOLocal(true);
  }
  std::string problem;
  llvm::raw_string_ostream out(problem);
  if (llvm::verifyModule(module, &out)) throw InternalError("emitted IR: " + out.str());
}

void set_target(llvm::Module& module, const llvm::TargetMachine& machine, std::string_view tune,
                LlvmLevel level) {
  for (llvm::Function& function : module) {
    for (const char* name : {"target-cpu", "target-features", "tune-cpu"}) {
      function.removeFnAttr(name);
    }
    if (function.isDeclaration()) continue;
    if (!machine.getTargetCPU().empty()) function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty()) {
      function.addFnAttr("target-features", machine.getTargetFeatureString());
    }
    if (!tune.empty()) function.addFnAttr("tune-cpu", tune);
    // A red zone (bytes used below the stack pointer) is not included in the sizes of frames.
    function.addFnAttr(llvm::Attribute::NoRedZone);
    if (level == LlvmLevel::kOz) {
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
      function.addFnAttr(llvm::Attribute::MinSize);
    }
  }
}

void tidy_kernels(llvm::Module& module, llvm::TargetMachine& machine, const std::string& prefix) {
  Analyses analyses(machine);
  llvm::FunctionPassManager passes = tidy_passes();
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || function.getName().starts_with(prefix)) continue;
    passes.run(function, analyses.functions);
  }
}

void inline_within_kernels(llvm::Module& module, llvm::TargetMachine& machine) {
  Analyses analyses(machine);
  llvm::ModulePassManager passes;
  passes.addPass(llvm::AlwaysInlinerPass());
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(tidy_passes()));
  passes.run(module, analyses.modules);
}

void optimize(llvm::Module& module, llvm::TargetMachine& machine, LlvmLevel level) {
  Analyses analyses(machine);
  llvm::ModulePassManager passes =
      level == LlvmLevel::kO0
          ? analyses.builder.buildO0DefaultPipeline(pipeline_level(level))
          : analyses.builder.buildPerModuleDefaultPipeline(pipeline_level(level));
  passes.run(module, analyses.modules);
  keep_conversions(module, machine);
}

}  // namespace spindle
