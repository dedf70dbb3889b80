// Computations on small constants, such as shapes, that are done during import.
#include "frontend/fold/fold_shapes.h"

#include <limits>

#include "frontend/fold/fold_elements.h"
#include "frontend/fold/fold_functions.h"
#include "tests/catch.h"

using namespace spindle;
using namespace spindle::frontend;
using Ints = std::vector<std::int64_t>;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

ConstantPtr ints(Shape shape, const Ints& values) {
  return Constant::ints(DType::kI64, std::move(shape), values);
}
ConstantPtr vector(const Ints& values) {
  return ints({static_cast<std::int64_t>(values.size())}, values);
}

Ints binary(BinaryKind kind, const Ints& a, const Ints& b) {
  const ConstantPtr inputs[] = {vector(a), vector(b)};
  const ConstantPtr result = fold(Binary{kind, {}}, inputs);
  return result == nullptr ? Ints{} : result->to_ints();
}

ConstantPtr unary(const Op& op, const ConstantPtr& x) {
  return fold(op, std::span(&x, 1));
}

}  // namespace

TEST_CASE("integer arithmetic truncates, wraps, and has no division by zero") {
  CHECK(binary(BinaryKind::kDiv, {7, -7, 7, -7}, {2, 2, -2, -2}) == Ints{3, -3, -3, 3});
  CHECK(binary(BinaryKind::kDiv, {1, 2}, {1, 0}).empty());
  CHECK(binary(BinaryKind::kDiv, {-kMost - 1}, {-1}) == Ints{-kMost - 1});
  CHECK(binary(BinaryKind::kAdd, {kMost}, {1}) == Ints{-kMost - 1});
  CHECK(binary(BinaryKind::kMul, {kMost}, {2}) == Ints{-2});
  CHECK(binary(BinaryKind::kSub, {1, 2}, {5}) == Ints{-4, -3});
  CHECK(binary(BinaryKind::kMax, {1, 9}, {5}) == Ints{5, 9});
  CHECK(unary(Unary{UnaryKind::kAbs, 0, 0}, vector({-kMost - 1}))->to_ints() == Ints{-kMost - 1});
}

TEST_CASE("broadcasting follows numpy") {
  const ConstantPtr inputs[] = {ints({2, 1}, {10, 20}), ints({3}, {1, 2, 3})};
  const ConstantPtr sum = fold(Binary{BinaryKind::kAdd, {}}, inputs);
  CHECK(sum->shape() == Shape{2, 3});
  CHECK(sum->to_ints() == Ints{11, 12, 13, 21, 22, 23});
  const ConstantPtr bad[] = {vector({1, 2}), vector({1, 2, 3})};
  CHECK(fold(Binary{BinaryKind::kAdd, {}}, bad) == nullptr);
}

TEST_CASE("movement") {
  const ConstantPtr x = ints({2, 3}, {0, 1, 2, 3, 4, 5});
  CHECK(unary(Transpose{{1, 0}}, x)->to_ints() == Ints{0, 3, 1, 4, 2, 5});
  CHECK(unary(Slice{{1, 2}, {1, -2}, {1, 2}}, x)->to_ints() == Ints{5, 3});
  CHECK(unary(Slice{{1, 2}, {1, 1}, {1, 2}}, x) == nullptr);  // goes beyond the end
  CHECK(unary(Reshape{{3, 2}}, x)->shape() == Shape{3, 2});
  CHECK(unary(Reshape{{4, 2}}, x) == nullptr);
  const ConstantPtr parts[] = {x, ints({2, 1}, {8, 9})};
  CHECK(fold(Concat{1}, parts)->to_ints() == Ints{0, 1, 2, 8, 3, 4, 5, 9});
  CHECK(unary(Reduce{ReduceKind::kSum, {0}, false, {}}, x)->to_ints() == Ints{3, 5, 7});
  CHECK(unary(Reduce{ReduceKind::kMax, {1}, true, {}}, x)->shape() == Shape{2, 1});
}

TEST_CASE("casts truncate towards zero; what does not fit is left alone") {
  const ConstantPtr reals = Constant::floats({3}, {-1.7F, 1.7F, 0.0F});
  CHECK(unary(Cast{DType::kI64}, reals)->to_ints() == Ints{-1, 1, 0});
  CHECK(unary(Cast{DType::kBool}, reals)->to_ints() == Ints{1, 1, 0});
  CHECK(unary(Cast{DType::kI64}, Constant::floats({1}, {1e30F})) == nullptr);
  CHECK(unary(Cast{DType::kI64}, Constant::floats({1}, {std::nanf("")})) == nullptr);
}

TEST_CASE("gather") {
  const ConstantPtr x = ints({2, 3}, {0, 1, 2, 3, 4, 5});
  CHECK(fold_gather(*x, *ints({}, {-1}), 1)->to_ints() == Ints{2, 5});
  CHECK(fold_gather(*x, *ints({}, {-1}), 1)->shape() == Shape{2});
  CHECK(fold_gather(*x, *ints({1, 2}, {1, 0}), 0)->shape() == Shape{1, 2, 3});
  CHECK(fold_gather(*x, *ints({1, 2}, {1, 0}), 0)->to_ints() == Ints{3, 4, 5, 0, 1, 2});
  CHECK(fold_gather(*x, *ints({}, {3}), 1) == nullptr);
  CHECK(fold_gather(*x, *ints({}, {-4}), 1) == nullptr);
}

TEST_CASE("fills, ranges, comparisons, choices") {
  CHECK(fold_fill({2, 2}, *vector({7}))->to_ints() == Ints{7, 7, 7, 7});
  CHECK(fold_fill({1 << 20, 1 << 20}, *vector({7})) == nullptr);
  CHECK(fold_fill({-1}, *vector({7})) == nullptr);
  CHECK(fold_range(*ints({}, {1}), *ints({}, {6}), *ints({}, {2}))->to_ints() == Ints{1, 3, 5});
  CHECK(fold_range(*ints({}, {3}), *ints({}, {0}), *ints({}, {-1}))->to_ints() == Ints{3, 2, 1});
  CHECK(fold_range(*ints({}, {3}), *ints({}, {0}), *ints({}, {1}))->to_ints().empty());
  CHECK(fold_range(*ints({}, {0}), *ints({}, {5}), *ints({}, {0})) == nullptr);
  CHECK(fold_range(*ints({}, {0}), *ints({}, {kMost}), *ints({}, {1})) == nullptr);
  const ConstantPtr equal = fold_compare(Comparison::kEqual, *vector({1, 2}), *vector({1, 3}));
  CHECK(equal->to_ints() == Ints{1, 0});
  CHECK(fold_where(*equal, vector({5, 6}), vector({8}))->to_ints() == Ints{5, 8});
  CHECK(fold_expand(*vector({1, 2}), {2, 1})->to_ints() == Ints{1, 2, 1, 2});
  CHECK(fold_product(*vector({2, 3, 7}), false)->to_ints() == Ints{42});
}

TEST_CASE("large results are not computed") {
  const ConstantPtr inputs[] = {ints({4096, 1}, Ints(4096, 1)), ints({1, 4096}, Ints(4096, 1))};
  CHECK(fold(Binary{BinaryKind::kAdd, {}}, inputs) == nullptr);
  CHECK(unary(Identity{}, ints({4097}, Ints(4097, 1))) == nullptr);
}
