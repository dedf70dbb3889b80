#include "compiler/codegen/variables.h"

#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

namespace spindle {
namespace {

using Kind = Expr::Kind;

// Collects every expression in statements, including the arguments of calls.
class Expressions {
 public:
  void operator()(const Pull& pull) { list_.push_back(&pull.need); }
  void operator()(const Await& await) { list_.push_back(&await.need); }
  void operator()(const Trace&) {}
  void operator()(const Advance&) {}
  void operator()(const Run&) {}
  void operator()(const Call& call) {
    for (const ProgramArg& arg : call.args) {
      if (const auto* address = std::get_if<Address>(&arg)) list_.push_back(&address->offset);
      if (const auto* expr = std::get_if<Expr>(&arg)) list_.push_back(expr);
    }
  }
  // Only those of its variables that are read get computed.
  void operator()(const MemberRows& loop) {
    Expressions inner;
    inner.list_ = {&loop.first, &loop.end};
    inner.add_body(loop.body);
    if (inner.read(Kind::kMemberColumns)) inner.list_.push_back(&loop.columns);
    if (inner.read(Kind::kMemberColumn)) inner.list_.push_back(&loop.column);
    list_.insert(list_.end(), inner.list_.begin(), inner.list_.end());
  }
  void operator()(const Tiles& tiles) { add_body(tiles.body); }

  template <typename Body>
  void add_body(const Body& body) {
    for (const auto& stmt : body) {
      std::visit([this](const auto& s) { (*this)(s); }, stmt);
    }
  }

  [[nodiscard]] bool read(Kind variable) const {
    return std::any_of(list_.begin(), list_.end(),
                       [&](const Expr* expr) { return reads(*expr, variable); });
  }

 private:
  std::vector<const Expr*> list_;
};

bool body_reads(const Function& function, Kind variable) {
  Expressions expressions;
  expressions.add_body(function.body);
  return expressions.read(variable);
}

bool has_band_loop(const Function& function) {
  return std::any_of(function.body.begin(), function.body.end(), [&](const Stmt& stmt) {
    const auto* tiles = std::get_if<Tiles>(&stmt);
    return tiles != nullptr && loops_over_band(function, *tiles);
  });
}

bool touches_state(const Call& call) {
  return bool{call.output_row} ||
         std::any_of(call.args.begin(), call.args.end(), [](const ProgramArg& arg) {
           const auto* address = std::get_if<Address>(&arg);
           return address != nullptr && !std::holds_alternative<ConstantId>(address->base);
         });
}

// For the body of Tiles, or of MemberRows in it.
template <typename Body>
bool any_touches_state(const Body& body) {
  return std::any_of(body.begin(), body.end(), [](const auto& stmt) {
    if (const auto* call = std::get_if<Call>(&stmt)) return touches_state(*call);
    if constexpr (std::is_same_v<Body, decltype(Tiles::body)>) {
      const auto* loop = std::get_if<MemberRows>(&stmt);
      return loop != nullptr && any_touches_state(loop->body);
    }
    return false;
  });
}

}  // namespace

bool reads(const Expr& expr, Kind variable) {
  if (expr.kind == variable) return true;
  if (expr.kind == Kind::kIfFirst && (variable == Kind::kBandRow || variable == Kind::kRow)) {
    return true;
  }
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [&](const Expr& arg) { return reads(arg, variable); });
}

bool reads(const MemberRows& loop, Kind variable) {
  Expressions expressions;
  expressions(loop);
  return expressions.read(variable);
}

bool reads(const Tiles& tiles, Kind variable) {
  Expressions expressions;
  expressions(tiles);
  return expressions.read(variable);
}

bool reads_row(const Function& function) {
  return reads_band_end(function) || body_reads(function, Kind::kRow) ||
         body_reads(function, Kind::kBandRow);
}

bool reads_band_end(const Function& function) {
  const bool advances =
      std::any_of(function.body.begin(), function.body.end(),
                  [](const Stmt& stmt) { return std::holds_alternative<Advance>(stmt); });
  return (function.band > 1 && advances) || has_band_loop(function) ||
         body_reads(function, Kind::kBandEnd);
}

bool reads_state(const Function& function) {
  return reads_row(function) ||
         std::any_of(function.body.begin(), function.body.end(), [](const Stmt& stmt) {
           if (const auto* call = std::get_if<Call>(&stmt)) return touches_state(*call);
           if (const auto* tiles = std::get_if<Tiles>(&stmt)) return any_touches_state(tiles->body);
           return !std::holds_alternative<Trace>(stmt);
         });
}

bool loops_over_band(const Function& function, const Tiles& tiles) {
  return function.band > 1 && !tiles.by_member;
}

}  // namespace spindle
