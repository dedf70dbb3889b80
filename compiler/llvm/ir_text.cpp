#include <llvm/IR/AssemblyAnnotationWriter.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Support/FormattedStream.h>
#include <llvm/Support/raw_ostream.h>

#include "compiler/codegen/c_writer.h"
#include "compiler/llvm/ir_module.h"

namespace spindle {
namespace {

class CommentWriter : public llvm::AssemblyAnnotationWriter {
 public:
  explicit CommentWriter(const IrComments& comments) : comments_(comments) {}

  void emitFunctionAnnot(const llvm::Function* function,
                         llvm::formatted_raw_ostream& out) override {
    put(function, "; ", "\n", out);
  }
  void emitInstructionAnnot(const llvm::Instruction* instruction,
                            llvm::formatted_raw_ostream& out) override {
    put(instruction, "  ; ", "\n", out);
  }
  void printInfoComment(const llvm::Value& value, llvm::formatted_raw_ostream& out) override {
    // The comments of functions and instructions are printed before them.
    if (llvm::isa<llvm::GlobalVariable>(value)) put(&value, " ; ", "", out);
  }

 private:
  void put(const llvm::Value* value, const char* before, const char* after,
           llvm::formatted_raw_ostream& out) const {
    const auto found = comments_.find(value);
    if (found != comments_.end()) out << before << c_comment(found->second) << after;
  }

  const IrComments& comments_;
};

}  // namespace

std::string ir_text(const IrModule& ir, const std::string& banner) {
  std::string text = "; " + c_comment(banner) + "\n";
  llvm::raw_string_ostream out(text);
  CommentWriter comments(ir.comments);
  ir.module->print(out, &comments);
  out.flush();
  return text;
}

}  // namespace spindle
