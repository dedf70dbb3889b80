#include "compiler/llvm/ir_context.h"

namespace spindle {
namespace {

llvm::Value* select_less(llvm::IRBuilder<>& b, llvm::Value* x, llvm::Value* y, bool smaller,
                         const char* name) {
  llvm::Value* less = smaller ? b.CreateICmpSLT(x, y) : b.CreateICmpSGT(x, y);
  return b.CreateSelect(less, x, y, name);
}

// x / y, rounded towards minus infinity, like spindle_floor_div; y > 0.
llvm::Value* floor_division(llvm::IRBuilder<>& b, llvm::Value* x, llvm::Value* y) {
  llvm::Value* down = b.CreateSDiv(x, y);
  llvm::Value* rest = b.CreateNSWSub(x, b.CreateNSWMul(down, y));
  llvm::Value* negative = b.CreateICmpSLT(rest, b.getInt32(0));
  return b.CreateNSWAdd(down, b.CreateSExt(negative, b.getInt32Ty()), "quotient");
}

llvm::Value* in_scope(llvm::Value* variable) {
  check_internal(variable != nullptr, "an expression reads a variable out of its scope");
  return variable;
}

}  // namespace

llvm::Value* emit_expr(IrContext& ir, llvm::IRBuilder<>& b, const Expr& e, const IrVariables& v) {
  const auto arg = [&](std::size_t i) { return emit_expr(ir, b, e.args[i], v); };
  switch (e.kind) {
    case Expr::Kind::kConst:
      return b.getInt32(static_cast<std::uint32_t>(e.value));
    case Expr::Kind::kRow:
      return in_scope(v.y);
    case Expr::Kind::kBandEnd:
      return in_scope(v.end);
    case Expr::Kind::kBandRow:
      return in_scope(v.i);
    case Expr::Kind::kColumn:
      return in_scope(v.x);
    case Expr::Kind::kColumns:
      return in_scope(v.n);
    case Expr::Kind::kMemberRow:
      return in_scope(v.r);
    case Expr::Kind::kMemberColumn:
      return in_scope(v.c);
    case Expr::Kind::kMemberColumns:
      return in_scope(v.m);
    case Expr::Kind::kAdd: {
      llvm::Value* left = arg(0);
      return b.CreateNSWAdd(left, arg(1));
    }
    case Expr::Kind::kMul: {
      llvm::Value* left = arg(0);
      return b.CreateNSWMul(left, arg(1));
    }
    case Expr::Kind::kMod: {
      llvm::Value* left = arg(0);
      return b.CreateSRem(left, arg(1), "slot");
    }
    case Expr::Kind::kFloorDiv: {
      llvm::Value* left = arg(0);
      return floor_division(b, left, arg(1));
    }
    case Expr::Kind::kMin: {
      llvm::Value* left = arg(0);
      return select_less(b, left, arg(1), true, "min");
    }
    case Expr::Kind::kIfFirst: {
      llvm::Value* first = b.CreateICmpEQ(in_scope(v.i), in_scope(v.y), "first");
      llvm::Value* left = arg(0);
      return b.CreateSelect(first, left, arg(1));
    }
    case Expr::Kind::kMax:
      break;
  }
  llvm::Value* left = arg(0);
  return select_less(b, left, arg(1), false, "max");
}

}  // namespace spindle
