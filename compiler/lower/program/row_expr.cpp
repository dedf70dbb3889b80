#include "compiler/lower/program/row_expr.h"

#include <utility>

namespace spindle {

Expr needed_rows(const RowAccess& a, std::int64_t rows, bool band) {
  const Expr last = band ? variable(Expr::Kind::kBandEnd) : row();
  const std::int64_t back = band ? 1 : 0;  // from the band's end to its last row
  if (a.den == 1) {
    return min(last * constant(a.num) + constant(a.offset + a.extent - back * a.num),
               constant(rows));
  }
  const Expr first =
      floor_div(last * constant(a.num) + constant(a.offset - back * a.num), constant(a.den));
  return min(first + constant(a.extent), constant(rows));
}

Expr first_row(const RowAccess& access, Expr y, std::int64_t rows) {
  Expr first = std::move(y) * constant(access.num) + constant(access.offset);
  if (access.offset < 0) first = max(std::move(first), constant(0));
  return access.offset > 0 ? min(std::move(first), constant(rows)) : first;
}

Expr end_row(const RowAccess& access, Expr y, std::int64_t rows) {
  const std::int64_t beyond = access.offset + access.extent;
  Expr end = std::move(y) * constant(access.num) + constant(beyond);
  if (beyond < 0) end = max(std::move(end), constant(0));
  return min(std::move(end), constant(rows));
}

}  // namespace spindle
