// The rows that a step needs are computed twice: by the planner as numbers (RowAccess), and by
// generated code as expressions. They must be the same.
#include "compiler/lower/program/row_expr.h"

#include <algorithm>

#include "tests/catch.h"

using namespace spindle;

namespace {

// The value of an expression in a function that computes the rows [y, end).
std::int64_t value_of(const Expr& e, std::int64_t y, std::int64_t end) {
  const auto arg = [&](std::size_t i) { return value_of(e.args[i], y, end); };
  switch (e.kind) {
    case Expr::Kind::kConst:
      return e.value;
    case Expr::Kind::kRow:
      return y;
    case Expr::Kind::kBandEnd:
      return end;
    case Expr::Kind::kAdd:
      return arg(0) + arg(1);
    case Expr::Kind::kMul:
      return arg(0) * arg(1);
    case Expr::Kind::kFloorDiv: {
      const std::int64_t a = arg(0);
      const std::int64_t b = arg(1);
      return a / b - (a % b < 0 ? 1 : 0);
    }
    case Expr::Kind::kMin:
      return std::min(arg(0), arg(1));
    case Expr::Kind::kMax:
      return std::max(arg(0), arg(1));
    default:
      FAIL("the rows depend on something else");
      return 0;
  }
}

constexpr std::int64_t kRows = 7;     // of the input
constexpr std::int64_t kOutputs = 9;  // rows of the output

template <typename Visit>
void for_each_access(std::int64_t most_den, Visit visit) {
  for (std::int64_t num = 0; num <= 3; ++num) {
    for (std::int64_t den = 1; den <= most_den; ++den) {
      for (std::int64_t offset = -4; offset <= 4; ++offset) {
        for (std::int64_t extent = 1; extent <= 5; ++extent) {
          visit(RowAccess{num, den, offset, extent});
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("a function waits for the rows that its row or its band needs") {
  for_each_access(3, [](const RowAccess& access) {
    const Expr one = needed_rows(access, kRows, false);
    const Expr band = needed_rows(access, kRows, true);
    for (std::int64_t y = 0; y < kOutputs; ++y) {
      CAPTURE(access.num, access.den, access.offset, access.extent, y);
      // Where no row is needed, the expression may be negative.
      CHECK(std::max<std::int64_t>(value_of(one, y, y + 1), 0) == access.end(y, kRows));
      const std::int64_t end = std::min(y + 3, kOutputs);
      CHECK(std::max<std::int64_t>(value_of(band, y, end), 0) == access.end(end - 1, kRows));
    }
  });
}

TEST_CASE("a loop over the rows of a window runs from the first to the last that it needs") {
  for_each_access(1, [](const RowAccess& access) {
    const Expr first = first_row(access, row(), kRows);
    const Expr end = end_row(access, row(), kRows);
    for (std::int64_t y = 0; y < kOutputs; ++y) {
      CAPTURE(access.num, access.offset, access.extent, y);
      CHECK(value_of(end, y, y + 1) == access.end(y, kRows));
      // A loop that begins behind the last row does not run, wherever it begins.
      if (access.first(y, kRows) < access.end(y, kRows)) {
        CHECK(value_of(first, y, y + 1) == access.first(y, kRows));
      } else {
        CHECK(value_of(first, y, y + 1) >= value_of(end, y, y + 1));
      }
    }
  });
}
