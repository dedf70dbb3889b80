// More than 400 lines: one class, whose parts draw from what the parts before them have made.
#include "tests/support/random_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "tests/support/random_tensor.h"

namespace spindle::testing {
namespace {

using Kind = Expr::Kind;

constexpr std::int64_t kBufferBytes = 1024;    // of every buffer that is not a constant
constexpr std::int64_t kConstantBytes = 64;    // of every constant
constexpr std::int64_t kMost = INT32_MAX / 2;  // limit of the magnitude of intermediate values

// An expression and its range: lo <= value <= hi.
struct Bounded {
  Expr expr;
  std::int64_t lo = 0, hi = 0;
};

// Builds random expressions from the variables that have a value at the current place.
class Expressions {
 public:
  explicit Expressions(Random& random) : random_(random) {}

  void declare(Kind variable, std::int64_t lo, std::int64_t hi) {
    scope_.push_back({{variable, 0, {}}, lo, hi});
  }
  [[nodiscard]] std::size_t mark() const { return scope_.size(); }
  void leave(std::size_t mark) { scope_.resize(mark); }

  Bounded make(int depth) {
    if (depth == 0 || random_.integer(0, 5) == 0) return leaf();
    for (int attempt = 0; attempt < 8; ++attempt) {
      const std::optional<Bounded> made = compound(depth);
      if (made) return *made;
    }
    return leaf();
  }

  // A random expression whose values are from lo to hi.
  Bounded make(int depth, std::int64_t lo, std::int64_t hi) {
    Bounded e = make(depth);
    if (e.lo >= lo && e.hi <= hi) return e;
    if (lo >= 0 && hi - lo > 1 && random_.flip()) {
      e = raw(Kind::kMax, std::move(e), number(0));
      e = raw(Kind::kMod, std::move(e), number(random_.integer(2, hi - lo + 1)));
      return lo == 0 ? e : raw(Kind::kAdd, std::move(e), number(lo));
    }
    return raw(Kind::kMax, raw(Kind::kMin, std::move(e), number(hi)), number(lo));
  }

  static Bounded number(std::int64_t value) { return {constant(value), value, value}; }

 private:
  Bounded leaf() {
    if (!scope_.empty() && random_.integer(0, 2) > 0) {
      return scope_[static_cast<std::size_t>(
          random_.integer(0, static_cast<std::int64_t>(scope_.size()) - 1))];
    }
    const bool wide = random_.integer(0, 9) == 0;
    return number(wide ? random_.integer(INT32_MIN, INT32_MAX) : random_.integer(-12, 40));
  }

  // Builds the node directly. The usual builders would fold constants and drop neutral operands.
  static Bounded raw(Kind kind, Bounded a, Bounded b) {
    Bounded result;
    result.expr = {kind, 0, {a.expr, b.expr}};
    const std::int64_t corners[] = {a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi};
    const auto floor = [](std::int64_t x, std::int64_t y) { return x / y - (x % y < 0 ? 1 : 0); };
    switch (kind) {
      case Kind::kAdd:
        result.lo = a.lo + b.lo;
        result.hi = a.hi + b.hi;
        break;
      case Kind::kMul:
        result.lo = *std::min_element(std::begin(corners), std::end(corners));
        result.hi = *std::max_element(std::begin(corners), std::end(corners));
        break;
      case Kind::kFloorDiv:
        result.lo = std::min(floor(a.lo, b.lo), floor(a.lo, b.hi));
        result.hi = std::max(floor(a.hi, b.lo), floor(a.hi, b.hi));
        break;
      case Kind::kMod:
        result.hi = std::min(a.hi, b.hi - 1);
        break;
      case Kind::kMin:
        result.lo = std::min(a.lo, b.lo);
        result.hi = std::min(a.hi, b.hi);
        break;
      case Kind::kMax:
        result.lo = std::max(a.lo, b.lo);
        result.hi = std::max(a.hi, b.hi);
        break;
      default:  // kIfFirst
        result.lo = std::min(a.lo, b.lo);
        result.hi = std::max(a.hi, b.hi);
        break;
    }
    return result;
  }

  [[nodiscard]] bool knows(Kind variable) const {
    return std::any_of(scope_.begin(), scope_.end(),
                       [&](const Bounded& b) { return b.expr.kind == variable; });
  }

  std::optional<Bounded> compound(int depth) {
    constexpr Kind kKinds[] = {Kind::kAdd, Kind::kAdd, Kind::kMul,     Kind::kFloorDiv, Kind::kMod,
                               Kind::kMin, Kind::kMax, Kind::kIfFirst, Kind::kAdd};
    const Kind kind = kKinds[random_.integer(0, 8)];
    Bounded a = make(depth - 1);
    Bounded b = make(depth - 1);
    if (kind == Kind::kIfFirst && !(knows(Kind::kBandRow) && knows(Kind::kRow))) return {};
    // The emitters print a + b * -1 as a - b, so this form is made often.
    if (kind == Kind::kAdd && random_.integer(0, 2) == 0) {
      if (!is_moderate(b)) return {};
      b = raw(Kind::kMul, b, number(-1));
    }
    if (kind == Kind::kMul && random_.flip()) b = number(random_.integer(-4, 4));
    if (kind == Kind::kFloorDiv || kind == Kind::kMod) {
      if (b.lo <= 0) {
        b = random_.flip() ? number(random_.integer(1, 9)) : raw(Kind::kMax, b, number(1));
      }
    }
    // The C code of a floor division has intermediate values larger than the operands.
    if (kind == Kind::kFloorDiv && !(is_moderate(a) && is_moderate(b))) return {};
    if (kind == Kind::kMod && a.lo < 0) a = raw(Kind::kMax, a, number(0));
    Bounded result = raw(kind, std::move(a), std::move(b));
    const bool selects = kind == Kind::kMin || kind == Kind::kMax || kind == Kind::kIfFirst;
    if (!selects && !is_moderate(result)) return {};
    return result;
  }

  static bool is_moderate(const Bounded& e) { return e.lo >= -kMost && e.hi <= kMost; }

  Random& random_;
  std::vector<Bounded> scope_;
};

class Maker {
 public:
  Maker(std::uint64_t seed, InputMode mode) : random_(seed), expressions_(random_) {
    program_.input_mode = mode;
    has_outputs_ = mode != InputMode::kStreamed;
  }

  RandomProgram make() {
    add_buffers();
    add_params();
    if (program_.input_mode == InputMode::kStreamed) {
      program_.counters.push_back("pushed");
      program_.streaming.rows = random_.integer(2, 6);
    }
    const std::int64_t steps = random_.integer(2, 5);
    for (std::int64_t i = 0; i < steps; ++i) add_step_function();
    if (program_.input_mode == InputMode::kStreamed) stream();
    has_outputs_ = true;
    add_step_function();
    add_step_function();
    add_rowless("part");
    add_rowless("run_all");
    RandomProgram result{std::move(program_), {}};
    for (const ProgramIo& io : result.program.inputs) {
      std::vector<std::byte>& bytes = result.inputs.emplace_back();
      for (std::int64_t i = 0; i < element_count(io.shape); ++i) {
        bytes.push_back(static_cast<std::byte>(random_.integer(0, 255)));
      }
    }
    return result;
  }

 private:
  void add_buffers() {
    const bool several = random_.flip();
    for (int i = 0; i < (several ? 3 : 1); ++i) {
      program_.arenas.push_back(
          {.name = several ? fmt::format("m{}", i) : "", .bytes = kBufferBytes, .attribute = ""});
    }
    const bool inside = program_.input_mode == InputMode::kArena;
    const bool external = program_.input_mode == InputMode::kExternal;
    for (int i = 0; i < (external ? random_.integer(1, 3) : 1); ++i) {
      program_.inputs.push_back(
          io(fmt::format("in_{}", i), DType::kU8, {1, inside ? kBufferBytes / 2 : kBufferBytes}));
    }
    if (inside) program_.input_places.push_back({ArenaId(pick(program_.arenas.size())), 8});
    constexpr DType kTypes[] = {DType::kI8,  DType::kU8,  DType::kI16, DType::kI32,
                                DType::kI64, DType::kF32, DType::kBool};
    for (int i = 0; i < 4; ++i) {
      ConstArray array{fmt::format("constant_{}", i), kTypes[random_.integer(0, 6)], {}, "random"};
      for (std::int64_t k = 0; k < kConstantBytes; ++k) {
        // Values up to 126 make no float NaN. A bool must be 0 or 1.
        const std::int64_t most = array.type == DType::kBool ? 1 : 126;
        array.bytes.push_back(static_cast<std::byte>(random_.integer(0, most)));
      }
      program_.constants.push_back(std::move(array));
    }
    program_.outputs.push_back(io("first", DType::kU8, {kBufferBytes}));
    if (random_.flip()) {
      constexpr ConstantId kFixed{1};
      const DType type = program_.constants[kFixed].type;
      program_.outputs.push_back(
          io("fixed", type, {kConstantBytes / static_cast<std::int64_t>(size_of(type))}));
      program_.outputs.back().constant = kFixed;
    }
    program_.outputs.push_back(io("second", DType::kI8, {kBufferBytes}));
    if (random_.flip()) {
      rows_output_ = OutputId(program_.outputs.size());
      program_.outputs.push_back(io("by_rows", DType::kU8, {5, 16}));
      program_.outputs.back().rows = 5;
    }
  }

  static ProgramIo io(std::string name, DType type, Shape shape) {
    return {.name = std::move(name), .onnx_name = "", .type = type, .shape = std::move(shape)};
  }

  void add_params() {
    for (int i = 0; i < 3; ++i) {
      Field scale;
      scale.name = "scale";
      scale.kind = Field::Kind::kFloat;
      scale.real = random_.real(-8, 8);
      Field zero;
      zero.name = "zero";
      zero.value = random_.integer(INT32_MIN, INT32_MAX);
      program_.params.push_back(
          {fmt::format("params_{}", i), "spindle_quantize_params", {zero, scale}});
    }
  }

  std::size_t pick(std::size_t count) {
    return static_cast<std::size_t>(random_.integer(0, static_cast<std::int64_t>(count) - 1));
  }

  // An address in the buffer; with `outside`, it may also lie up to 8 bytes before it.
  Address address_in(AddressBase base, std::int64_t bytes, bool outside) {
    const Bounded offset = expressions_.make(3, outside ? -8 : 0, bytes - 1);
    return {base, offset.expr, outside};
  }

  Address written() {
    const std::vector<OutputId> outputs = buffered_outputs();
    if (has_outputs_ && random_.flip()) {
      return address_in(outputs[pick(outputs.size())], kBufferBytes, false);
    }
    return address_in(ArenaId(pick(program_.arenas.size())), arena_bytes(), false);
  }

  // With streamed input, the second half of the arena is left for the counters.
  [[nodiscard]] std::int64_t arena_bytes() const {
    return program_.input_mode == InputMode::kStreamed ? kBufferBytes / 2 : kBufferBytes;
  }

  [[nodiscard]] std::vector<OutputId> buffered_outputs() const {
    std::vector<OutputId> list;
    for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
      if (has_buffer(program_.outputs[i])) list.emplace_back(i);
    }
    return list;
  }

  Address read() {
    const bool outside = random_.integer(0, 3) == 0;
    const std::int64_t choice = random_.integer(0, 3);
    if (choice == 0 && program_.input_mode == InputMode::kExternal) {
      return address_in(InputId(pick(program_.inputs.size())), kBufferBytes, outside);
    }
    if (choice == 1) {
      return address_in(ConstantId(pick(program_.constants.size())), kConstantBytes, false);
    }
    if (choice == 2 && has_outputs_) {
      return address_in(buffered_outputs().back(), kBufferBytes, outside);
    }
    return address_in(ArenaId(pick(program_.arenas.size())), arena_bytes(), outside);
  }

  Call call() {
    if (rows_output_ && random_.integer(0, 4) == 0) {
      const Expr y = expressions_.make(3, 0, 4).expr;
      return {"", {y, address_in(ArenaId(0), arena_bytes() - 16, false)}, rows_output_};
    }
    return {"spindle_probe",
            {ParamsId(pick(program_.params.size())), read(), written(), expressions_.make(4).expr,
             expressions_.make(4).expr, expressions_.make(2).expr}};
  }

  // Random calls, sometimes after a Trace and a call that logs the same step number.
  template <typename Body>
  void add_calls(Body& body) {
    if (random_.flip()) {
      const Trace trace{
          program_.steps.push_back({fmt::format("step_{}", program_.steps.size()), 1})};
      body.emplace_back(trace);
      body.emplace_back(
          Call{"spindle_probe_ints", {expressions_.make(4).expr, constant(trace.number())}});
    }
    for (std::int64_t i = random_.integer(0, 2); i > 0; --i) body.emplace_back(call());
  }

  void add_member_rows(Tiles& tiles) {
    MemberRows loop;
    const std::size_t outer = expressions_.mark();
    const Bounded column = expressions_.make(2, -6, 90);
    loop.column = column.expr;
    expressions_.declare(Kind::kMemberColumn, column.lo, column.hi);
    const Bounded columns = expressions_.make(2, -4, 50);
    loop.columns = columns.expr;
    expressions_.declare(Kind::kMemberColumns, columns.lo, columns.hi);
    const Bounded first = expressions_.make(2, -2, 4);
    loop.first = first.expr;
    const Bounded end = expressions_.make(2, -1, 6);
    loop.end = end.expr;
    expressions_.declare(Kind::kMemberRow, first.lo, std::max(first.lo, end.hi - 1));
    add_calls(loop.body);
    expressions_.leave(outer);
    tiles.body.emplace_back(std::move(loop));
  }

  Tiles tiles(const Function& function) {
    Tiles tiles{.columns = random_.integer(1, 9),
                .tile = random_.integer(1, 5),
                .body = {},
                .by_member = random_.integer(0, 3) == 0};
    const std::size_t outer = expressions_.mark();
    expressions_.declare(Kind::kColumn, 0, tiles.columns - 1);
    expressions_.declare(Kind::kColumns, 1, tiles.tile);
    if (function.counter) expressions_.declare(Kind::kBandRow, 0, function.rows - 1);
    for (std::int64_t i = random_.integer(1, 3); i > 0; --i) {
      if (random_.integer(0, 2) == 0) {
        add_member_rows(tiles);
      } else {
        add_calls(tiles.body);
      }
    }
    expressions_.leave(outer);
    return tiles;
  }

  // Makes the body pull rows of an earlier function, or wait until they are there.
  void add_need(Function& function) {
    if (step_functions_.empty()) return;
    const FunctionId id = step_functions_[pick(step_functions_.size())];
    const Function& callee = program_.functions[id];
    const Expr need = expressions_.make(3, 0, callee.rows).expr;
    if ((function.counter || may_wait_) && random_.integer(0, 4) == 0) {
      function.body.emplace_back(Await{callee.counter, need});
      function.resumable = true;
      return;
    }
    if (callee.resumable && !function.counter && !may_wait_) return;
    function.resumable = function.resumable || callee.resumable;
    function.body.emplace_back(Pull{callee.counter, need, id});
  }

  void add_body(Function& function) {
    const std::int64_t parts = random_.integer(1, 4);
    for (std::int64_t i = 0; i < parts; ++i) {
      switch (random_.integer(0, 3)) {
        case 0:
          add_need(function);
          break;
        case 1:
          add_calls(function.body);
          break;
        default:
          function.body.emplace_back(tiles(function));
          break;
      }
    }
  }

  void add_step_function() {
    Function function;
    const std::size_t index = program_.functions.size();
    function.name = fmt::format("step_{}", index);
    function.comment = "some rows";
    function.counter = program_.counters.push_back(fmt::format("c{}", index));
    function.rows = random_.integer(1, 7);
    function.band = random_.integer(0, 2) == 0 ? random_.integer(2, 4) : 1;
    expressions_.declare(Kind::kRow, 0, function.rows - 1);
    expressions_.declare(Kind::kBandEnd, 1, function.rows);
    if (!has_outputs_ && random_.flip()) {  // the function runs while rows are pushed
      function.body.emplace_back(
          Await{CounterId(0), expressions_.make(2, 0, program_.streaming.rows).expr});
      function.resumable = true;
    }
    add_body(function);
    // Statements after Advance still see the row that the function had on entry.
    function.body.emplace_back(Advance{function.counter});
    if (random_.flip()) add_calls(function.body);
    expressions_.leave(0);
    step_functions_.push_back(program_.functions.push_back(std::move(function)));
  }

  // Makes the function that runs after each pushed row. The counters made so far are kept between
  // rows.
  void stream() {
    Streaming& s = program_.streaming;
    s.row_elements = s.row_bytes = 32;
    s.pushed = CounterId(0);
    s.kept_counters = program_.counters.size();
    s.state_arena = ArenaId(pick(program_.arenas.size()));
    s.state_offset = kBufferBytes / 2 + 8;
    s.receives = random_.flip();
    program_.inputs[0].shape = {1, s.rows, s.row_bytes};
    const std::int64_t last = s.rows - 1;
    expressions_.declare(Kind::kRow, 0, last);
    s.receive = {ArenaId(pick(program_.arenas.size())),
                 expressions_.make(2, 0, arena_bytes() - s.row_bytes).expr};
    expressions_.leave(0);
    Function push;
    push.name = "push";
    push.comment = "a row has come";
    tell_buffers(push);
    push.body.emplace_back(Call{"spindle_probe",
                                {ParamsId(0), Address{InputId(0), constant(random_.integer(0, 31))},
                                 written(), constant(1), constant(2), constant(3)}});
    may_wait_ = true;
    for (int i = 0; i < 3; ++i) add_need(push);
    may_wait_ = false;
    pull_everything(push);
    step_functions_.clear();  // their counters do not exist after the last row was pushed
    s.push = program_.functions.push_back(std::move(push));
  }

  // Logs the addresses of the buffers that have one while `function` runs.
  void tell_buffers(Function& function) {
    const std::vector<ProgramBuffer> buffers = program_buffers(program_);
    for (std::size_t id = 0; id < buffers.size(); ++id) {
      const AddressBase& base = buffers[id].base;
      if (std::holds_alternative<InputId>(base) && program_.input_mode != InputMode::kExternal)
        continue;
      if (std::holds_alternative<OutputId>(base) && !has_outputs_) continue;
      function.body.emplace_back(
          Call{"spindle_probe_base",
               {Address{base, constant(0)}, constant(static_cast<std::int64_t>(id))}});
    }
  }

  void add_rowless(const char* name) {
    Function function;
    function.name = name;
    function.comment = "no rows";
    const bool last = std::string_view(name) == "run_all";
    if (last) {
      tell_buffers(function);
      may_wait_ = true;
      for (int i = 0; i < 2; ++i) add_waiting_run(function);
    }
    may_wait_ = false;
    add_body(function);
    if (last) {
      function.body.emplace_back(Run{part_});
      pull_everything(function);
    }
    part_ = program_.functions.push_back(std::move(function));
  }

  // Pulls all rows of all functions, so that each of them runs.
  void pull_everything(Function& function) {
    for (const FunctionId id : step_functions_) {
      const Function& callee = program_.functions[id];
      function.resumable = function.resumable || callee.resumable;
      function.body.emplace_back(Pull{callee.counter, constant(callee.rows), id});
    }
  }

  // Makes a function that may return early, and runs it twice.
  void add_waiting_run(Function& function) {
    Function part;
    part.name = fmt::format("waiting_{}", program_.functions.size());
    part.comment = "may be left";
    for (int i = 0; i < 3; ++i) add_need(part);
    const FunctionId id = program_.functions.push_back(std::move(part));
    function.body.emplace_back(Run{id});
    function.body.emplace_back(Run{id});
  }

  Random random_;
  Expressions expressions_;
  Program program_;
  std::vector<FunctionId> step_functions_;
  OutputId rows_output_;
  FunctionId part_;          // the latest function that makes no rows
  bool may_wait_ = false;    // a function without rows may become resumable
  bool has_outputs_ = true;  // the outputs have addresses; false while rows are pushed
};

}  // namespace

RandomProgram random_program(std::uint64_t seed, InputMode mode) {
  return Maker(seed, mode).make();
}

std::vector<ProgramBuffer> program_buffers(const Program& program) {
  std::vector<ProgramBuffer> list;
  const auto add = [&](auto id, const char* name, std::size_t bytes) {
    list.push_back({id, fmt::format("{}{}", name, id.number()), bytes});
  };
  for (const ArenaId id : program.arenas.ids()) {
    add(id, "arena", static_cast<std::size_t>(program.arenas[id].bytes));
  }
  const auto bytes_of = [](const ProgramIo& io) {
    return static_cast<std::size_t>(element_count(io.shape)) * size_of(io.type);
  };
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    add(InputId(i), "in", bytes_of(program.inputs[i]));
  }
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    if (!has_buffer(program.outputs[i])) continue;
    add(OutputId(i), "out", bytes_of(program.outputs[i]));
  }
  for (const ConstantId id : program.constants.ids()) {
    add(id, "constant", program.constants[id].bytes.size());
  }
  return list;
}

}  // namespace spindle::testing
