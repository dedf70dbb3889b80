// Tests check_scopes: an expression may use a variable only where the program gives it a value.
#include "compiler/lower/program/scopes.h"

#include "compiler/ir/diagnostics.h"
#include "tests/catch.h"

using namespace spindle;

namespace {

using Kind = Expr::Kind;

constexpr CounterId kRows{0};

Call call_with(Expr expr) {
  return {"spindle_copy", {std::move(expr)}};
}

// A program with one function. `counter` is none if the function has no rows.
Program program_of(Stmt stmt, CounterId counter, std::int64_t band) {
  Function function;
  function.name = "f";
  function.counter = counter;
  function.band = band;
  function.body = {std::move(stmt)};
  Program program;
  program.functions.push_back(std::move(function));
  return program;
}

Tiles tiles_of(Kind used, bool by_member) {
  Tiles tiles{.columns = 16, .tile = 8, .body = {}, .by_member = by_member};
  tiles.body.emplace_back(call_with(constant(8) * variable(used)));
  return tiles;
}

MemberRows member_of(Kind first, Kind used) {
  MemberRows loop;
  loop.first = variable(first);
  loop.end = constant(4);
  loop.column = constant(0);
  loop.columns = constant(8);
  loop.body.emplace_back(call_with(variable(used)));
  return loop;
}

Tiles tiles_of(MemberRows loop) {
  Tiles tiles{.columns = 16, .tile = 8, .body = {}, .by_member = true};
  tiles.body.emplace_back(std::move(loop));
  return tiles;
}

}  // namespace

TEST_CASE("variables in scope") {
  CHECK_NOTHROW(check_scopes(program_of(call_with(row()), kRows, 1)));
  CHECK_NOTHROW(check_scopes(program_of(call_with(variable(Kind::kBandEnd)), kRows, 4)));
  CHECK_NOTHROW(check_scopes(program_of(tiles_of(Kind::kColumn, false), kRows, 1)));
  CHECK_NOTHROW(check_scopes(program_of(tiles_of(Kind::kBandRow, false), kRows, 4)));
  const Tiles members = tiles_of(member_of(Kind::kColumns, Kind::kMemberRow));
  CHECK_NOTHROW(check_scopes(program_of(members, kRows, 1)));
}

TEST_CASE("variables out of scope are internal errors") {
  const auto refused = [](Stmt stmt, CounterId counter, std::int64_t band) {
    CHECK_THROWS_AS(check_scopes(program_of(std::move(stmt), counter, band)), InternalError);
  };
  refused(call_with(row()), {}, 1);                        // a function without rows
  refused(call_with(variable(Kind::kColumn)), kRows, 1);   // outside tiles
  refused(call_with(variable(Kind::kBandEnd)), kRows, 1);  // the function computes one row per call
  refused(tiles_of(Kind::kBandRow, true), kRows, 4);       // members have their own rows
  refused(tiles_of(Kind::kBandRow, false), kRows, 1);      // the function computes one row per call
  refused(tiles_of(Kind::kMemberRow, false), kRows, 1);    // outside the loop over member rows
  refused(tiles_of(member_of(Kind::kMemberRow, Kind::kRow)), kRows,
          1);  // in the bounds of that loop
  refused(Pull{kRows, variable(Kind::kColumns), FunctionId(0)}, kRows, 1);
}
