#include "compiler/lower/program/program.h"

#include <algorithm>
#include <utility>

namespace spindle {
namespace {

Expr node(Expr::Kind kind, Expr a, Expr b) {
  Expr result;
  result.kind = kind;
  result.args.push_back(std::move(a));
  result.args.push_back(std::move(b));
  return result;
}

bool both_constant(const Expr& a, const Expr& b) {
  return a.kind == Expr::Kind::kConst && b.kind == Expr::Kind::kConst;
}

}  // namespace

Expr constant(std::int64_t value) {
  return {Expr::Kind::kConst, value, {}};
}
Expr variable(Expr::Kind kind) {
  return {kind, 0, {}};
}
Expr row() {
  return variable(Expr::Kind::kRow);
}

Expr operator+(Expr a, Expr b) {
  if (both_constant(a, b)) return constant(a.value + b.value);
  if (a.is(0)) return b;
  if (b.is(0)) return a;
  return node(Expr::Kind::kAdd, std::move(a), std::move(b));
}

Expr operator*(Expr a, Expr b) {
  if (both_constant(a, b)) return constant(a.value * b.value);
  if (a.is(0) || b.is(0)) return constant(0);
  if (a.is(1)) return b;
  if (b.is(1)) return a;
  return node(Expr::Kind::kMul, std::move(a), std::move(b));
}

Expr floor_div(Expr a, Expr b) {
  if (b.is(1)) return a;
  return node(Expr::Kind::kFloorDiv, std::move(a), std::move(b));
}

Expr mod(Expr a, Expr b) {
  if (b.is(1)) return constant(0);
  if (both_constant(a, b)) return constant(a.value % b.value);
  return node(Expr::Kind::kMod, std::move(a), std::move(b));
}

Expr min(Expr a, Expr b) {
  if (both_constant(a, b)) return constant(std::min(a.value, b.value));
  return node(Expr::Kind::kMin, std::move(a), std::move(b));
}

Expr max(Expr a, Expr b) {
  if (both_constant(a, b)) return constant(std::max(a.value, b.value));
  return node(Expr::Kind::kMax, std::move(a), std::move(b));
}

Expr if_first(Expr first, Expr other) {
  return node(Expr::Kind::kIfFirst, std::move(first), std::move(other));
}

}  // namespace spindle
