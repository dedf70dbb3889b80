#include "compiler/codegen/c_expr.h"

#include <fmt/format.h>

#include <cstdint>

#include "compiler/codegen/c_writer.h"

namespace spindle {
namespace {

std::string operand(const Expr& e) {
  const bool compound = e.kind == Expr::Kind::kAdd || e.kind == Expr::Kind::kMul ||
                        e.kind == Expr::Kind::kMod || e.kind == Expr::Kind::kIfFirst;
  return compound ? fmt::format("({})", c_expr(e)) : c_expr(e);
}

}  // namespace

std::string c_expr(const Expr& e) {
  const auto binary = [&](const char* op) {
    return fmt::format("{} {} {}", operand(e.args[0]), op, operand(e.args[1]));
  };
  switch (e.kind) {
    case Expr::Kind::kConst:
      return c_int(e.value);
    case Expr::Kind::kRow:
      return "y";
    case Expr::Kind::kBandEnd:
      return "end";
    case Expr::Kind::kBandRow:
      return "i";
    case Expr::Kind::kColumn:
      return "x";
    case Expr::Kind::kColumns:
      return "n";
    case Expr::Kind::kMemberRow:
      return "r";
    case Expr::Kind::kMemberColumn:
      return "c";
    case Expr::Kind::kMemberColumns:
      return "m";
    case Expr::Kind::kAdd:
      // INT32_MIN cannot be negated.
      if (e.args[1].kind == Expr::Kind::kConst && e.args[1].value < 0 &&
          e.args[1].value > INT32_MIN) {
        return fmt::format("{} - {}", operand(e.args[0]), -e.args[1].value);
      }
      if (e.args[1].kind == Expr::Kind::kMul && e.args[1].args[1].is(-1)) {
        return fmt::format("{} - {}", operand(e.args[0]), operand(e.args[1].args[0]));
      }
      return binary("+");
    case Expr::Kind::kMul:
      return binary("*");
    case Expr::Kind::kMod:
      return binary("%");
    case Expr::Kind::kFloorDiv:
      return fmt::format("spindle_floor_div({}, {})", c_expr(e.args[0]), c_expr(e.args[1]));
    case Expr::Kind::kMin:
      return fmt::format("spindle_min({}, {})", c_expr(e.args[0]), c_expr(e.args[1]));
    case Expr::Kind::kIfFirst:
      return fmt::format("i == y ? {} : {}", c_expr(e.args[0]), c_expr(e.args[1]));
    case Expr::Kind::kMax:
      break;
  }
  return fmt::format("spindle_max({}, {})", c_expr(e.args[0]), c_expr(e.args[1]));
}

std::string c_summand(const Expr& e) {
  return e.kind == Expr::Kind::kIfFirst ? operand(e) : c_expr(e);
}

}  // namespace spindle
