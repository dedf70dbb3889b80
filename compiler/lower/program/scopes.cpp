#include "compiler/lower/program/scopes.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <variant>

#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

using Kind = Expr::Kind;

bool is_variable(Kind kind) {
  return kind > Kind::kConst && kind <= Kind::kMemberColumns;
}

class Scope {
 public:
  explicit Scope(std::string where) : where_(std::move(where)) {}

  [[nodiscard]] Scope with(std::initializer_list<Kind> variables) const {
    Scope inner = *this;
    inner.known_.insert(variables);
    return inner;
  }

  void check(const Expr& expr) const {
    const Kind used = expr.kind == Kind::kIfFirst ? Kind::kBandRow : expr.kind;
    check_internal(!is_variable(used) || known_.contains(used),
                   where_ + ": an expression uses a variable that does not exist there");
    for (const Expr& arg : expr.args) check(arg);
  }
  void check(const Call& call) const {
    for (const ProgramArg& arg : call.args) {
      if (const auto* address = std::get_if<Address>(&arg)) check(address->offset);
      if (const auto* expr = std::get_if<Expr>(&arg)) check(*expr);
    }
  }
  void check(const MemberRows& loop) const {
    for (const Expr* expr : {&loop.first, &loop.end, &loop.column, &loop.columns}) check(*expr);
    const Scope inner = with({Kind::kMemberRow, Kind::kMemberColumn, Kind::kMemberColumns});
    for (const auto& stmt : loop.body) {
      if (const auto* call = std::get_if<Call>(&stmt)) inner.check(*call);
    }
  }

 private:
  std::string where_;
  std::set<Kind> known_;
};

void check_tiles(const Scope& outside, const Tiles& tiles, const Function& function) {
  Scope scope = outside.with({Kind::kColumn, Kind::kColumns});
  if (function.band > 1 && !tiles.by_member) scope = scope.with({Kind::kBandRow});
  for (const auto& stmt : tiles.body) {
    if (const auto* call = std::get_if<Call>(&stmt)) scope.check(*call);
    if (const auto* loop = std::get_if<MemberRows>(&stmt)) scope.check(*loop);
  }
}

void check_function(const Function& function) {
  Scope scope(function.name);
  if (function.counter) scope = scope.with({Kind::kRow});
  if (function.band > 1) scope = scope.with({Kind::kBandEnd});
  for (const Stmt& stmt : function.body) {
    if (const auto* pull = std::get_if<Pull>(&stmt)) scope.check(pull->need);
    if (const auto* await = std::get_if<Await>(&stmt)) scope.check(await->need);
    if (const auto* call = std::get_if<Call>(&stmt)) scope.check(*call);
    if (const auto* tiles = std::get_if<Tiles>(&stmt)) check_tiles(scope, *tiles, function);
  }
}

}  // namespace

void check_scopes(const Program& program) {
  for (const Function& function : program.functions) check_function(function);
  Scope("streamed input").with({Kind::kRow}).check(program.streaming.receive.offset);
}

}  // namespace spindle
