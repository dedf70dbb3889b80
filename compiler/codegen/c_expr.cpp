#include "compiler/codegen/c_expr.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/codegen/c_writer.h"

namespace spindle {
namespace {

std::string operand(const Expr& e) {
  const bool compound = e.kind == Expr::Kind::kAdd || e.kind == Expr::Kind::kMul ||
                        e.kind == Expr::Kind::kMod || e.kind == Expr::Kind::kIfFirst;
  return compound ? fmt::format("({})", c_expr(e)) : c_expr(e);
}

bool call_mentions_row(const Call& call) {
  return std::any_of(call.args.begin(), call.args.end(), [](const ProgramArg& arg) {
    if (const auto* address = std::get_if<Address>(&arg)) return mentions_row(address->offset);
    const auto* expr = std::get_if<Expr>(&arg);
    return expr != nullptr && mentions_row(*expr);
  });
}

bool tiles_mention_row(const Tiles& tiles) {
  return std::any_of(tiles.body.begin(), tiles.body.end(), [](const auto& stmt) {
    if (const auto* loop = std::get_if<MemberRows>(&stmt)) {
      return mentions_row(loop->first) || mentions_row(loop->end) ||
             std::any_of(loop->body.begin(), loop->body.end(), [](const auto& inner) {
               const auto* call = std::get_if<Call>(&inner);
               return call != nullptr && call_mentions_row(*call);
             });
    }
    const auto* call = std::get_if<Call>(&stmt);
    return call != nullptr && call_mentions_row(*call);
  });
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
      if (e.args[1].kind == Expr::Kind::kConst && e.args[1].value < 0) {
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

bool mentions_row(const Expr& expr) {
  return expr.kind == Expr::Kind::kRow ||
         std::any_of(expr.args.begin(), expr.args.end(),
                     [](const Expr& arg) { return mentions_row(arg); });
}

bool mentions_row(const Function& function) {
  return function.band > 1 ||
         std::any_of(function.body.begin(), function.body.end(), [](const Stmt& stmt) {
           if (const auto* pull = std::get_if<Pull>(&stmt)) return mentions_row(pull->need);
           if (const auto* await = std::get_if<Await>(&stmt)) return mentions_row(await->need);
           if (const auto* tiles = std::get_if<Tiles>(&stmt)) return tiles_mention_row(*tiles);
           const auto* call = std::get_if<Call>(&stmt);
           return call != nullptr && call_mentions_row(*call);
         });
}

}  // namespace spindle
