#include "compiler/codegen/c_code.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "compiler/codegen/c_expr.h"
#include "compiler/codegen/c_facts.h"
#include "compiler/codegen/c_writer.h"
#include "compiler/codegen/variables.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/lower/program/param_layout.h"

namespace spindle {
namespace {

class Coder {
 public:
  explicit Coder(const CSpelling& c) : c_(c) {}

  [[nodiscard]] std::string code() const {
    std::string out = c_.banner;
    put(out, "#include \"{0}.h\"\n\n#include \"spindle.h\"\n#include \"{0}_weights.h\"\n\n",
        c_.model);
    out +=
        "/* SPINDLE_TRACE(step) runs before each row of a step, for profiling. */\n"
        "#ifndef SPINDLE_TRACE\n#define SPINDLE_TRACE(step) ((void)0)\n#endif\n"
        "#ifndef SPINDLE_CODE_ATTR\n#define SPINDLE_CODE_ATTR\n#endif\n\n";
    out += "/* Does not compile if the header is of another plan than this file. */\n";
    for (const ArenaId id : c_.program.arenas.ids()) {
      put(out, "typedef char {}_{}_is_as_planned[{}_BYTES == {}u ? 1 : -1];\n", c_.model,
          c_.arena(id), c_.arena_macro(id), c_.program.arenas[id].bytes);
    }
    for (const ParamBlock& block : c_.program.params) put_params(out, block);
    put_state(out);
    for (const Function& function : c_.program.functions) put_function(out, function);
    put_run(out);
    return out;
  }

 private:
  void put_params(std::string& out, const ParamBlock& block) const {
    put(out, "\nstatic const {} {}_{} = {{\n ", block.type, c_.model, block.name);
    std::size_t line = out.size() - 1;
    for (const std::string& text : initializers(param_values(c_.program, block))) {
      if (out.size() - line + text.size() > 100) {
        out += "\n ";
        line = out.size() - 1;
      }
      out += text;
    }
    out += "\n};\n";
  }

  // " 3, /* stride */" for each member; a nested struct gets its own braces.
  [[nodiscard]] std::vector<std::string> initializers(const std::vector<ParamValue>& values) const {
    std::vector<std::string> texts;
    for (const ParamValue& value : values) {
      if (holds_structs(value)) {
        texts.emplace_back(" {");
        for (std::string& text : initializers(value.members)) texts.push_back(std::move(text));
        texts.push_back(fmt::format(" }}, /* {} */", value.member->name));
      } else {
        texts.push_back(fmt::format(" {}, /* {} */", initializer(value), value.member->name));
      }
    }
    return texts;
  }

  static bool holds_structs(const ParamValue& value) {
    return std::any_of(value.members.begin(), value.members.end(),
                       [](const ParamValue& inner) { return !inner.members.empty(); });
  }

  [[nodiscard]] std::string initializer(const ParamValue& value) const {
    const auto list = [](const auto& parts, const auto& text_of) {
      std::string text;
      for (const auto& part : parts) text += (text.empty() ? "{" : ", ") + text_of(part);
      return text + "}";
    };
    switch (value.member->type) {
      case ParamType::kInt32:
        return value.member->count > 0 ? list(value.ints, c_int) : c_int(value.ints[0]);
      case ParamType::kUInt32:
        return c_int(value.ints[0]) + "u";
      case ParamType::kFloat:
        return c_float(value.real);
      case ParamType::kPointer:
        return value.constant ? c_.constant(value.constant) : "NULL";
      case ParamType::kStruct:
        break;
    }
    return list(value.members, [this](const ParamValue& part) { return initializer(part); });
  }

  void put_state(std::string& out) const {
    if (c_.streamed()) {
      out +=
          "\n/* Kept in the arena between pushed rows: how many rows each step has computed. */\n";
      out += "typedef struct {\n";
      put_counters(out, CounterId(0), end_of_kept(), "  ");
      put(out, "}} {}_kept;\n", c_.model);
    }
    put(out,
        "\n/* The state of one inference: its memory, and how many rows each step has computed. "
        "*/\n");
    put(out, "typedef struct {{\n");
    for (const ArenaId id : c_.program.arenas.ids()) put(out, "  uint8_t *{};\n", c_.arena(id));
    for (std::size_t i = 0; i < c_.program.inputs.size(); ++i) {
      put(out, "  const uint8_t *in{}; /* {} */\n", i, c_.program.inputs[i].name);
    }
    for (std::size_t i = 0; i < c_.program.outputs.size(); ++i) {
      if (!has_buffer(c_.program.outputs[i])) continue;
      put(out, "  uint8_t *out{}; /* {} */\n", i, c_.program.outputs[i].name);
    }
    if (c_.hands_out_rows())
      out += "  void *user; /* is passed to the functions that take output rows */\n";
    if (c_.streamed()) put(out, "  {}_kept kept;\n", c_.model);
    out += "  struct {\n";
    put_counters(out, end_of_kept(), c_.program.counters.end_id(), "    ");
    put(out, "  }} done;\n}} {}_state;\n", c_.model);
  }

  // The number of counters that streamed input keeps between rows; they come first.
  [[nodiscard]] std::size_t kept_counters() const { return c_.program.streaming.kept_counters; }
  [[nodiscard]] CounterId end_of_kept() const { return CounterId(kept_counters()); }

  void put_counters(std::string& out, CounterId first, CounterId end, const char* margin) const {
    for (CounterId id = first; id < end; ++id) {
      put(out, "{}int32_t {};\n", margin, c_.program.counters[id]);
    }
    if (first == end) put(out, "{}int32_t none;\n", margin);
  }

  [[nodiscard]] std::string counter(CounterId id) const {
    return (id < end_of_kept() ? "s->kept." : "s->done.") + c_.program.counters[id];
  }

  [[nodiscard]] std::string function_name(FunctionId id) const {
    return fmt::format("{}_{}", c_.model, c_.program.functions[id].name);
  }

  void put_function(std::string& out, const Function& function) const {
    put(out, "\n/* {}{} */\nSPINDLE_CODE_ATTR static {} {}_{}({}_state *s) {{\n",
        c_comment(function.comment),
        function.resumable ? " Returns 0 if it must wait for input." : "",
        function.resumable ? "int" : "void", c_.model, function.name, c_.model);
    std::string body;
    for (const Stmt& stmt : function.body) put_stmt(body, stmt, function);
    if (reads_row(function)) {
      check_internal(bool{function.counter}, "a function without rows reads its row");
      put(out, "  const int32_t y = {};\n", counter(function.counter));
    }
    if (reads_band_end(function)) {
      put(out, "  const int32_t end = spindle_min(y + {}, {});\n", function.band, function.rows);
    }
    if (!reads_state(function)) out += "  (void)s;\n";
    out += body;
    if (function.resumable) out += "  return 1;\n";
    out += "}\n";
  }

  void put_stmt(std::string& out, const Stmt& stmt, const Function& function) const {
    if (const auto* pull = std::get_if<Pull>(&stmt)) {
      put_pull(out, *pull);
    } else if (const auto* await = std::get_if<Await>(&stmt)) {
      put(out, "  if ({} < {}) return 0;\n", counter(await->counter), c_expr(await->need));
    } else if (const auto* trace = std::get_if<Trace>(&stmt)) {
      put(out, "  SPINDLE_TRACE({});\n", trace->number());
    } else if (const auto* call = std::get_if<Call>(&stmt)) {
      put_call(out, *call, "  ");
    } else if (const auto* tiles = std::get_if<Tiles>(&stmt)) {
      put_tiles(out, *tiles, function);
    } else if (const auto* advance = std::get_if<Advance>(&stmt)) {
      if (function.band > 1) {
        put(out, "  {} = end;\n", counter(advance->counter));
      } else if (reads_row(function) && advance->counter == function.counter) {
        put(out, "  {} = y + 1;\n", counter(advance->counter));
      } else {
        put(out, "  ++{};\n", counter(advance->counter));
      }
    } else if (const auto* run = std::get_if<Run>(&stmt)) {
      put(out, "  {}(s);\n", function_name(run->function));
    }
  }

  void put_pull(std::string& out, const Pull& pull) const {
    const bool may_wait = c_.program.functions[pull.function].resumable;
    const std::string call = function_name(pull.function) + "(s)";
    const std::string body =
        may_wait ? fmt::format("{{\n    if (!{}) return 0;\n  }}", call) : fmt::format("{};", call);
    put(out, "  while ({} < {}) {}\n", counter(pull.counter), c_expr(pull.need), body);
  }

  void put_tiles(std::string& out, const Tiles& tiles, const Function& function) const {
    put(out, "  for (int32_t x = 0; x < {}; x += {}) {{\n", tiles.columns, tiles.tile);
    const bool even = tiles.columns % tiles.tile == 0;
    if (reads(tiles, Expr::Kind::kColumns)) {
      put(out, "    const int32_t n = {};\n",
          even ? c_int(tiles.tile)
               : fmt::format("spindle_min({}, {} - x)", tiles.tile, tiles.columns));
    }
    const bool band = loops_over_band(function, tiles);
    if (!band && reads(tiles, Expr::Kind::kBandRow)) out += "    const int32_t i = y;\n";
    const std::string margin(band ? 6 : 4, ' ');
    if (band) out += "    for (int32_t i = y; i < end; ++i) {\n";
    for (const auto& stmt : tiles.body) {
      if (const auto* loop = std::get_if<MemberRows>(&stmt)) {
        put_member_rows(out, *loop, margin);
      } else if (const auto* trace = std::get_if<Trace>(&stmt)) {
        put(out, "{}SPINDLE_TRACE({});\n", margin, trace->number());
      } else {
        put_call(out, std::get<Call>(stmt), margin.c_str());
      }
    }
    if (band) out += "    }\n";
    out += "  }\n";
  }

  void put_member_rows(std::string& out, const MemberRows& loop, const std::string& margin) const {
    put(out, "{}{{\n", margin);
    if (reads(loop, Expr::Kind::kMemberColumn)) {
      put(out, "{}  const int32_t c = {};\n", margin, c_expr(loop.column));
    }
    if (reads(loop, Expr::Kind::kMemberColumns)) {
      put(out, "{}  const int32_t m = {};\n", margin, c_expr(loop.columns));
    }
    put(out, "{0}  const int32_t last = {1};\n{0}  for (int32_t r = {2}; r < last; ++r) {{\n",
        margin, c_expr(loop.end), c_expr(loop.first));
    for (const auto& stmt : loop.body) {
      if (const auto* trace = std::get_if<Trace>(&stmt)) {
        put(out, "{}    SPINDLE_TRACE({});\n", margin, trace->number());
      } else {
        put_call(out, std::get<Call>(stmt), (margin + "    ").c_str());
      }
    }
    put(out, "{0}  }}\n{0}}}\n", margin);
  }

  // The address goes through void *, so that compilers do not warn about its alignment. It is
  // aligned as the row.
  void put_row_call(std::string& out, const Call& call, const char* margin) const {
    const ProgramIo& io = c_.program.outputs[call.output_row.index()];
    put(out, "{}{}_{}_row(s->user, {}, (const {} *)(const void *)({}));\n", margin, c_.model,
        io.name, arg(call.args[0]), c_type_of(io.type), arg(call.args[1]));
  }

  void put_call(std::string& out, const Call& call, const char* margin) const {
    if (call.output_row) return put_row_call(out, call, margin);
    std::string text = fmt::format("{}{}(", margin, call.symbol);
    const std::string indent(text.size(), ' ');
    std::size_t line = 0;
    for (std::size_t i = 0; i < call.args.size(); ++i) {
      std::string argument = arg(call.args[i]) + (i + 1 < call.args.size() ? "," : ");");
      if (i > 0 && text.size() - line + argument.size() + 1 > 100) {
        text += "\n";
        line = text.size();
        text += indent;
      } else if (i > 0) {
        text += ' ';
      }
      text += argument;
    }
    out += text + "\n";
  }

  [[nodiscard]] std::string base(const AddressBase& base) const {
    if (const auto* arena = std::get_if<ArenaId>(&base)) return "s->" + c_.arena(*arena);
    if (const auto* input = std::get_if<InputId>(&base)) {
      return fmt::format("s->in{}", input->number());
    }
    if (const auto* output = std::get_if<OutputId>(&base)) {
      return fmt::format("s->out{}", output->number());
    }
    return fmt::format("(const uint8_t *){}", c_.constant(std::get<ConstantId>(base)));
  }

  [[nodiscard]] std::string arg(const ProgramArg& argument) const {
    if (const auto* params = std::get_if<ParamsId>(&argument)) {
      return fmt::format("&{}_{}", c_.model, c_.program.params[*params].name);
    }
    if (const auto* value = std::get_if<Expr>(&argument)) return c_expr(*value);
    const auto& address = std::get<Address>(argument);
    const std::string base = this->base(address.base);
    if (address.outside) {
      return fmt::format("(const uint8_t *)((uintptr_t)({}) + (uintptr_t)({}))", base,
                         c_expr(address.offset));
    }
    return address.offset.is(0) ? base : base + " + " + c_summand(address.offset);
  }

  // Declares a state for the start of the model, with these members before the counters.
  void put_state_variable(std::string& out, const std::vector<std::string>& pointers) const {
    put(out, "  {}_state state = {{\n", c_.model);
    for (const std::string& pointer : pointers) put(out, "      {},\n", pointer);
    // Every member is listed, because C++ compilers warn about {0}.
    if (c_.streamed()) put_zeros(out, kept_counters());
    put_zeros(out, c_.program.counters.size() - kept_counters());
    out += "  };\n";
  }

  static void put_zeros(std::string& out, std::size_t members, const char* end = ",") {
    out += "      {0";
    for (std::size_t i = 1; i < members; ++i) out += i % 30 == 0 ? ",\n       0" : ", 0";
    put(out, "}}{}\n", end);
  }

  [[nodiscard]] std::vector<std::string> pointers(const std::vector<std::string>& inputs,
                                                  bool outputs) const {
    std::vector<std::string> list;
    for (const ArenaId id : c_.program.arenas.ids()) list.push_back("(uint8_t *)" + c_.arena(id));
    list.insert(list.end(), inputs.begin(), inputs.end());
    for (const ProgramIo& io : c_.program.outputs) {
      if (!has_buffer(io)) continue;
      list.push_back(outputs ? fmt::format("(uint8_t *){}", c_.parameter(io)) : "NULL");
    }
    if (c_.hands_out_rows()) list.emplace_back(outputs ? "user" : "NULL");
    return list;
  }

  void put_run(std::string& out) const {
    if (c_.streamed()) return put_streamed(out);
    std::vector<std::string> inputs;
    for (const ProgramIo& io : c_.program.inputs) {
      // Inputs in the arena are addressed through the arena.
      const bool inside = c_.program.input_mode == InputMode::kArena;
      inputs.push_back(inside ? "NULL" : fmt::format("(const uint8_t *){}", c_.parameter(io)));
    }
    put(out, "\n{} {{\n", c_.run_signature());
    put_state_variable(out, pointers(inputs, true));
    put_version(out);
    put(out, "  {}(&state);\n}}\n", function_name(c_.program.whole()));
  }

  void put_streamed(std::string& out) const {
    const Streaming& s = c_.program.streaming;
    const std::string home = c_.arena(s.state_arena);
    put(out,
        "\nstatic {0}_kept *{0}_kept_in(void *{2}) {{\n"
        "  return ({0}_kept *)(void *)((uint8_t *){2} + {1});\n}}\n",
        c_.model, s.state_offset, home);
    put(out, "\n{} {{\n  const {}_kept start =\n", c_.begin_signature(), c_.model);
    put_zeros(out, kept_counters(), ";");
    for (const ArenaId id : c_.program.arenas.ids()) {
      if (id != s.state_arena) put(out, "  (void){};\n", c_.arena(id));
    }
    put(out, "  *{}_kept_in({}) = start;\n}}\n", c_.model, home);

    put(out, "\n{} {{\n", c_.push_signature());
    put_state_variable(out, pointers({"(const uint8_t *)row"}, false));
    put(out, "  {0}_state *s = &state;\n  s->kept = *{0}_kept_in({1});\n", c_.model, home);
    put(out, "  if ({} >= {}) return;\n", counter(s.pushed), s.rows);
    if (s.receives) {
      put(out, "  {{\n");
      if (reads(s.receive.offset, Expr::Kind::kRow)) {
        put(out, "    const int32_t y = {};\n", counter(s.pushed));
      }
      put(out,
          "    uint8_t *to = {};\n    for (int32_t i = 0; i < {}; ++i) to[i] = s->in0[i];\n  }}\n",
          arg(s.receive), s.row_bytes);
    }
    put(out, "  ++{};\n  (void){}(s);\n  *{}_kept_in({}) = s->kept;\n}}\n", counter(s.pushed),
        function_name(s.push), c_.model, home);

    put(out, "\n{} {{\n", c_.finish_signature());
    put_state_variable(out, pointers({"NULL"}, true));
    put_version(out);
    put(out, "  {}(&state);\n}}\n", function_name(c_.program.whole()));
  }

  // Refers to the version symbol of the kernels, which has another name in other versions. The byte
  // is read, because some linkers drop symbols that nobody uses and would not report that it is
  // missing.
  void put_version(std::string& out) const {
    if (!c_.facts || !c_.facts->runtime) return;
    put(out, "  (void)*(const volatile unsigned char *)&{}; /* spindle.h says why */\n",
        version_symbol(c_.facts->version));
  }

  const CSpelling& c_;
};

}  // namespace

std::string c_code(const CSpelling& c) {
  return Coder(c).code();
}

}  // namespace spindle
