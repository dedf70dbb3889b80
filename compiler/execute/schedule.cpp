#include "compiler/execute/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

namespace spindle {
namespace {

[[noreturn]] void wrong(std::string what) {
  throw WrongProgram{std::move(what)};
}

// The values of the variables that an expression may use, and which of them are defined.
class Variables {
 public:
  void set(Expr::Kind kind, std::int64_t value) {
    value_[index(kind)] = value;
    defined_[index(kind)] = true;
  }
  [[nodiscard]] bool has(Expr::Kind kind) const { return defined_[index(kind)]; }
  [[nodiscard]] std::int64_t get(Expr::Kind kind) const {
    if (!defined_[index(kind)]) wrong("an expression uses a variable that is not defined there");
    return value_[index(kind)];
  }

 private:
  static std::size_t index(Expr::Kind kind) { return static_cast<std::size_t>(kind); }
  static constexpr std::size_t kCount = static_cast<std::size_t>(Expr::Kind::kMemberColumns) + 1;
  std::array<std::int64_t, kCount> value_{};
  std::array<bool, kCount> defined_{};
};

std::int64_t checked(std::int64_t value) {
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    wrong(fmt::format("an expression comes to {}, which is no int32", value));
  }
  return value;
}

std::int64_t evaluate(const Expr& expr, const Variables& at) {
  const auto arg = [&](std::size_t i) { return evaluate(expr.args.at(i), at); };
  switch (expr.kind) {
    case Expr::Kind::kConst:
      return checked(expr.value);
    case Expr::Kind::kAdd:
      return checked(arg(0) + arg(1));
    case Expr::Kind::kMul:
      return checked(arg(0) * arg(1));
    case Expr::Kind::kFloorDiv: {
      const std::int64_t a = arg(0);
      const std::int64_t b = arg(1);
      if (b <= 0) wrong(fmt::format("an expression divides by {}", b));
      return a >= 0 ? a / b : -((b - 1 - a) / b);
    }
    case Expr::Kind::kMod: {
      const std::int64_t a = arg(0);
      const std::int64_t b = arg(1);
      if (a < 0 || b <= 0) wrong(fmt::format("an expression takes {} modulo {}", a, b));
      return a % b;
    }
    case Expr::Kind::kMin:
      return std::min(arg(0), arg(1));
    case Expr::Kind::kMax:
      return std::max(arg(0), arg(1));
    case Expr::Kind::kIfFirst:
      return at.get(Expr::Kind::kBandRow) == at.get(Expr::Kind::kRow) ? arg(0) : arg(1);
    case Expr::Kind::kRow:
    case Expr::Kind::kBandEnd:
    case Expr::Kind::kBandRow:
    case Expr::Kind::kColumn:
    case Expr::Kind::kColumns:
    case Expr::Kind::kMemberRow:
    case Expr::Kind::kMemberColumn:
    case Expr::Kind::kMemberColumns:
      break;
  }
  return at.get(expr.kind);
}

class Runner {
 public:
  Runner(const Program& program, ScheduleWatcher& watcher)
      : program_(program), watcher_(watcher), counters_(program.counters.size(), 0) {}

  ScheduleEnd run() {
    if (program_.functions.empty()) wrong("there is no function");
    IdVector<CounterId, std::int32_t> pushed;
    if (program_.input_mode == InputMode::kStreamed) {
      push_rows();
      // After all rows have arrived, the rest of the model begins with fresh counters, as in C.
      pushed = std::exchange(counters_, IdVector<CounterId, std::int32_t>(counters_.size(), 0));
    }
    complete_ = true;
    if (!call_function(program_.whole())) complete_ = false;
    for (const CounterId id : pushed.ids()) counters_[id] = std::max(counters_[id], pushed[id]);
    return {std::move(counters_), complete_};
  }

 private:
  void push_rows() {
    const Streaming& s = program_.streaming;
    if (s.kept_counters > counters_.size()) wrong("other counters are kept than there are");
    const std::span<std::int32_t> counters(counters_.items());
    const auto kept = counters.first(s.kept_counters);
    const auto lost = counters.subspan(kept.size());
    watcher_.on_rest(kept);
    for (std::int64_t y = 0; y < s.rows; ++y) {
      ArgValue receive;
      if (s.receives) {
        Variables at;
        at.set(Expr::Kind::kRow, y);
        receive = value_of(s.receive, at);
      }
      watcher_.on_push(y, s.receives ? &receive : nullptr);
      ++counters_[s.pushed];
      call_function(s.push);
      if (std::any_of(lost.begin(), lost.end(), [](std::int32_t c) { return c != 0; })) {
        wrong("a counter is lost between two rows");
      }
      watcher_.on_rest(kept);
    }
  }

  // Returns false if the function returned early, to wait for input.
  bool call_function(FunctionId id) {
    const Function& function = program_.functions[id];
    Variables at;
    if (function.counter) {
      const std::int64_t row = counters_[function.counter];
      if (row >= function.rows) wrong(fmt::format("'{}' runs too often", function.name));
      at.set(Expr::Kind::kRow, row);
      at.set(Expr::Kind::kBandEnd, std::min(row + function.band, function.rows));
    }
    step_ = {};
    StepId step;
    for (const Stmt& stmt : function.body) {
      if (const auto* pull = std::get_if<Pull>(&stmt)) {
        const std::int64_t need = evaluate(pull->need, at);
        while (counters_[pull->counter] < need) {
          const std::int32_t before = counters_[pull->counter];
          if (!call_function(pull->function)) return false;
          if (counters_[pull->counter] <= before) {
            wrong(fmt::format("'{}' waits for ever", function.name));
          }
        }
      } else if (const auto* await = std::get_if<Await>(&stmt)) {
        if (counters_[await->counter] < evaluate(await->need, at)) return false;
      } else if (const auto* trace = std::get_if<Trace>(&stmt)) {
        step = trace->step;
      } else if (const auto* call = std::get_if<Call>(&stmt)) {
        step_ = step;
        call_kernel(*call, at);
      } else if (const auto* tiles = std::get_if<Tiles>(&stmt)) {
        run_tiles(*tiles, at, function.band > 1 && !tiles->by_member);
      } else if (const auto* advance = std::get_if<Advance>(&stmt)) {
        if (advance->counter != function.counter) wrong("a function advances another's counter");
        counters_[advance->counter] = static_cast<std::int32_t>(at.get(Expr::Kind::kBandEnd));
      } else if (const auto* run = std::get_if<Run>(&stmt)) {
        if (!call_function(run->function)) complete_ = false;
      }
    }
    return true;
  }

  // by_rows: for each tile, the rows of a band one after the other.
  void run_tiles(const Tiles& tiles, Variables at, bool by_rows) {
    if (tiles.tile <= 0) wrong("a tile has no columns");
    const bool has_rows = at.has(Expr::Kind::kRow);
    const std::int64_t y = has_rows ? at.get(Expr::Kind::kRow) : 0;
    const std::int64_t end = by_rows ? at.get(Expr::Kind::kBandEnd) : y + 1;
    for (std::int64_t x = 0; x < tiles.columns; x += tiles.tile) {
      at.set(Expr::Kind::kColumn, x);
      at.set(Expr::Kind::kColumns, std::min(tiles.tile, tiles.columns - x));
      for (std::int64_t row = y; row < end; ++row) {
        Variables inside = at;
        if (has_rows) inside.set(Expr::Kind::kBandRow, row);
        step_ = {};
        for (const auto& stmt : tiles.body) {
          if (const auto* trace = std::get_if<Trace>(&stmt)) step_ = trace->step;
          if (const auto* call = std::get_if<Call>(&stmt)) call_kernel(*call, inside);
          if (const auto* loop = std::get_if<MemberRows>(&stmt)) run_member_rows(*loop, inside);
        }
      }
    }
  }

  void run_member_rows(const MemberRows& loop, Variables at) {
    at.set(Expr::Kind::kMemberColumn, evaluate(loop.column, at));
    at.set(Expr::Kind::kMemberColumns, evaluate(loop.columns, at));
    const std::int64_t end = evaluate(loop.end, at);
    for (std::int64_t row = evaluate(loop.first, at); row < end; ++row) {
      at.set(Expr::Kind::kMemberRow, row);
      for (const auto& stmt : loop.body) {
        if (const auto* trace = std::get_if<Trace>(&stmt)) step_ = trace->step;
        if (const auto* call = std::get_if<Call>(&stmt)) call_kernel(*call, at);
      }
    }
  }

  void call_kernel(const Call& call, const Variables& at) {
    args_.clear();
    for (const ProgramArg& arg : call.args) {
      if (const auto* params = std::get_if<ParamsId>(&arg)) {
        if (!program_.params.contains(*params)) wrong("a call has parameters that there are not");
        ArgValue value;
        value.kind = ArgValue::Kind::kParams;
        value.params = &program_.params[*params];
        args_.push_back(value);
      } else if (const auto* expr = std::get_if<Expr>(&arg)) {
        ArgValue value;
        value.value = evaluate(*expr, at);
        args_.push_back(value);
      } else {
        args_.push_back(value_of(std::get<Address>(arg), at));
      }
    }
    watcher_.on_call(step_, call, args_);
  }

  static ArgValue value_of(const Address& address, const Variables& at) {
    ArgValue value;
    value.kind = ArgValue::Kind::kAddress;
    value.base = address.base;
    value.value = evaluate(address.offset, at);
    return value;
  }

  const Program& program_;
  ScheduleWatcher& watcher_;
  IdVector<CounterId, std::int32_t> counters_;
  std::vector<ArgValue> args_;
  StepId step_;
  bool complete_ = true;
};

}  // namespace

ScheduleEnd run_schedule(const Program& program, ScheduleWatcher& watcher) {
  return Runner(program, watcher).run();
}

}  // namespace spindle
