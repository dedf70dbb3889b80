#include "compiler/driver/execute.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "compiler/driver/kernel_table.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/lower/param_layout.h"

namespace spindle {
namespace {

constexpr std::size_t kGuard = 64;  // bytes behind the arena that must stay as they are

class Machine {
 public:
  Machine(const Program& program, std::span<const std::vector<std::byte>> inputs, std::byte paint)
      : program_(program), inputs_(inputs) {
    check_internal(inputs.size() == program.inputs.size(), "execute: wrong number of inputs");
    for (const Arena& arena : program.arenas) {
      arenas_.emplace_back(static_cast<std::size_t>(arena.bytes) + kGuard, paint);
    }
    for (const ProgramIo& io : program.outputs) {
      const auto bytes = static_cast<std::size_t>(element_count(io.shape)) * size_of(io.type);
      outputs_.emplace_back(bytes);
      if (io.constant >= 0) {
        outputs_.back() = program.constants[static_cast<std::size_t>(io.constant)].bytes;
      }
    }
    for (const ParamBlock& block : program.params) params_.push_back(lay_out(block));
    counters_.assign(program.counters.size(), 0);
    paint_ = paint;
    for (const auto& input : inputs) input_at_.push_back(input.data());
    for (std::size_t i = 0; i < program.input_places.size(); ++i) {
      const ArenaPlace& place = program.input_places[i];
      std::copy(inputs[i].begin(), inputs[i].end(), arena(place.arena) + place.offset);
    }
  }

  void run() {
    if (program_.input_mode == InputMode::kStreamed) push_rows();
    call_function(static_cast<int>(program_.functions.size()) - 1);
    for (const std::vector<std::byte>& arena : arenas_) {
      check_internal(
          std::all_of(arena.end() - kGuard, arena.end(), [&](std::byte b) { return b == paint_; }),
          "a kernel wrote behind the arena");
    }
  }

  std::vector<std::vector<std::byte>> outputs_;
  std::vector<std::vector<std::byte>> arenas_;  // as the program lists them, a guard behind each

 private:
  // Values of the variables in expressions.
  struct Position {
    std::int64_t row = 0, band_end = 0, band_row = 0, column = 0, columns = 0;
    std::int64_t member_row = 0, member_column = 0, member_columns = 0;
  };

  void push_rows() {
    const Streaming& s = program_.streaming;
    const auto row_bytes = static_cast<std::size_t>(s.row_bytes);
    // The counters in the arena, where a run in C keeps them: what is there between two rows.
    const auto kept = static_cast<std::size_t>(s.kept_counters) * sizeof(std::int32_t);
    std::byte* home = arena(s.state_arena) + s.state_offset;
    std::memcpy(home, counters_.data(), kept);
    for (std::int64_t y = 0; y < s.rows; ++y) {
      std::memcpy(counters_.data(), home, kept);
      input_at_[0] = inputs_[0].data() + static_cast<std::size_t>(y) * row_bytes;
      if (s.receives) {
        Position at;
        at.row = y;
        std::memcpy(arena(s.receive.index) + evaluate(s.receive.offset, at), input_at_[0],
                    row_bytes);
      }
      ++counter(s.pushed);
      call_function(s.push);
      std::memcpy(home, counters_.data(), kept);
    }
  }

  [[nodiscard]] std::vector<std::byte> lay_out(const ParamBlock& block) const {
    const ParamStruct& type = param_struct(block.type);
    std::vector<std::byte> bytes(param_layout(type, sizeof(void*)).bytes);
    put_members(bytes.data(), type, param_values(program_, block));
    return bytes;
  }

  void put_members(std::byte* to, const ParamStruct& type,
                   const std::vector<ParamValue>& values) const {
    const ParamLayout layout = param_layout(type, sizeof(void*));
    for (std::size_t i = 0; i < values.size(); ++i) put_value(to + layout.offsets[i], values[i]);
  }

  void put_value(std::byte* to, const ParamValue& value) const {
    switch (value.member->type) {
      case ParamType::kInt32:
      case ParamType::kUInt32:
        for (const std::int64_t number : value.ints) {
          const auto word = static_cast<std::uint32_t>(number);
          std::memcpy(to, &word, sizeof word);
          to += sizeof word;
        }
        break;
      case ParamType::kFloat:
        std::memcpy(to, &value.real, sizeof value.real);
        break;
      case ParamType::kPointer: {
        const std::byte* data = value.constant < 0 ? nullptr : constant_data(value.constant);
        std::memcpy(to, static_cast<const void*>(&data), sizeof data);
        break;
      }
      case ParamType::kStruct:
        put_members(to, param_struct(value.member->of), value.members);
        break;
    }
  }

  [[nodiscard]] const std::byte* constant_data(int index) const {
    return program_.constants[static_cast<std::size_t>(index)].bytes.data();
  }

  std::byte* arena(int index) { return arenas_[static_cast<std::size_t>(index)].data(); }

  std::int32_t& counter(int index) { return counters_[static_cast<std::size_t>(index)]; }

  // False if it must wait for input.
  bool call_function(int index) {
    const Function& function = program_.functions[static_cast<std::size_t>(index)];
    Position at;
    at.row = function.counter < 0 ? 0 : counter(function.counter);
    at.band_end = std::min(at.row + function.band, function.rows);
    for (const Stmt& stmt : function.body) {
      if (const auto* pull = std::get_if<Pull>(&stmt)) {
        const std::int64_t need = evaluate(pull->need, at);
        while (counter(pull->counter) < need) {
          if (!call_function(pull->function)) return false;
        }
      } else if (const auto* await = std::get_if<Await>(&stmt)) {
        if (counter(await->counter) < evaluate(await->need, at)) return false;
      } else if (const auto* call = std::get_if<Call>(&stmt)) {
        call_kernel(*call, at);
      } else if (const auto* tiles = std::get_if<Tiles>(&stmt)) {
        run_tiles(*tiles, at, function.band > 1 && !tiles->by_member);
      } else if (const auto* advance = std::get_if<Advance>(&stmt)) {
        counter(advance->counter) = static_cast<std::int32_t>(at.band_end);
      } else if (const auto* run = std::get_if<Run>(&stmt)) {
        call_function(run->function);
      }
    }
    return true;
  }

  void run_tiles(const Tiles& tiles, Position at, bool by_rows) {
    for (at.column = 0; at.column < tiles.columns; at.column += tiles.tile) {
      at.columns = std::min(tiles.tile, tiles.columns - at.column);
      const std::int64_t end = by_rows ? at.band_end : at.row + 1;
      for (at.band_row = at.row; at.band_row < end; ++at.band_row) {
        for (const auto& stmt : tiles.body) {
          if (const auto* call = std::get_if<Call>(&stmt)) call_kernel(*call, at);
          if (const auto* loop = std::get_if<MemberRows>(&stmt)) run_member_rows(*loop, at);
        }
      }
    }
  }

  void run_member_rows(const MemberRows& loop, Position at) {
    at.member_column = evaluate(loop.column, at);
    at.member_columns = evaluate(loop.columns, at);
    const std::int64_t end = evaluate(loop.end, at);
    for (at.member_row = evaluate(loop.first, at); at.member_row < end; ++at.member_row) {
      for (const auto& stmt : loop.body) {
        if (const auto* call = std::get_if<Call>(&stmt)) call_kernel(*call, at);
      }
    }
  }

  // What the user's function may do with a row: keep it.
  void keep_row(const Call& call, const Position& at) {
    const auto output = static_cast<std::size_t>(call.output_row);
    std::vector<std::byte>& to = outputs_[output];
    const std::size_t row_bytes =
        to.size() / static_cast<std::size_t>(program_.outputs[output].rows);
    const auto y = static_cast<std::size_t>(value_of(call.args[0], at));
    const auto* row = reinterpret_cast<const std::byte*>(value_of(call.args[1], at));
    std::memcpy(to.data() + y * row_bytes, row, row_bytes);
  }

  void call_kernel(const Call& call, const Position& at) {
    if (call.output_row >= 0) return keep_row(call, at);
    const Kernel* kernel = find_kernel(call.symbol);
    check_internal(kernel != nullptr, "no kernel " + call.symbol);
    check_internal(call.args.size() == kernel->args, "wrong number of arguments: " + call.symbol);
    // Integers and pointers travel in the same registers and then in words of the stack, a narrower
    // one in the low part, on every 64-bit ABI that Spindle is built for; what a function does not
    // take it does not see.
    std::array<std::uintptr_t, kMostKernelArgs> a{};
    for (std::size_t i = 0; i < call.args.size(); ++i) a[i] = value_of(call.args[i], at);
    using Any = void (*)(std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t,
                         std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t);
    reinterpret_cast<Any>(kernel->function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
  }

  std::uintptr_t value_of(const ProgramArg& arg, const Position& at) {
    if (const auto* params = std::get_if<ParamsRef>(&arg)) {
      return pointer(params_[static_cast<std::size_t>(params->index)].data());
    }
    if (const auto* expr = std::get_if<Expr>(&arg)) {
      return static_cast<std::uintptr_t>(evaluate(*expr, at));
    }
    const auto& address = std::get<Address>(arg);
    const auto index = static_cast<std::size_t>(address.index);
    const auto offset = static_cast<std::uintptr_t>(evaluate(address.offset, at));
    switch (address.base) {
      case Address::Base::kArena:
        return pointer(arena(address.index)) + offset;
      case Address::Base::kInput:
        return pointer(input_at_[index]) + offset;
      case Address::Base::kOutput:
        return pointer(outputs_[index].data()) + offset;
      case Address::Base::kConstant:
        break;
    }
    return pointer(constant_data(address.index)) + offset;
  }

  static std::uintptr_t pointer(const std::byte* at) {
    return reinterpret_cast<std::uintptr_t>(at);
  }

  static std::int64_t evaluate(const Expr& expr, const Position& at) {
    const auto arg = [&](std::size_t i) { return evaluate(expr.args[i], at); };
    switch (expr.kind) {
      case Expr::Kind::kConst:
        return expr.value;
      case Expr::Kind::kRow:
        return at.row;
      case Expr::Kind::kBandEnd:
        return at.band_end;
      case Expr::Kind::kBandRow:
        return at.band_row;
      case Expr::Kind::kColumn:
        return at.column;
      case Expr::Kind::kColumns:
        return at.columns;
      case Expr::Kind::kMemberRow:
        return at.member_row;
      case Expr::Kind::kMemberColumn:
        return at.member_column;
      case Expr::Kind::kMemberColumns:
        return at.member_columns;
      case Expr::Kind::kAdd:
        return arg(0) + arg(1);
      case Expr::Kind::kMul:
        return arg(0) * arg(1);
      case Expr::Kind::kFloorDiv: {
        const std::int64_t a = arg(0);
        const std::int64_t b = arg(1);
        return a >= 0 ? a / b : -((b - 1 - a) / b);
      }
      case Expr::Kind::kMod:
        return arg(0) % arg(1);
      case Expr::Kind::kMin:
        return std::min(arg(0), arg(1));
      case Expr::Kind::kIfFirst:
        return at.band_row == at.row ? arg(0) : arg(1);
      case Expr::Kind::kMax:
        break;
    }
    return std::max(arg(0), arg(1));
  }

  const Program& program_;
  std::span<const std::vector<std::byte>> inputs_;
  std::vector<const std::byte*> input_at_;  // what the generated code's input pointers point to
  std::vector<std::vector<std::byte>> params_;
  std::vector<std::int32_t> counters_;
  std::byte paint_{};
};

}  // namespace

Execution execute(const Program& program, std::span<const std::vector<std::byte>> inputs) {
  Machine machine(program, inputs, std::byte{0});
  machine.run();
  return {std::move(machine.outputs_), 0, {}};
}

Execution execute_painted(const Program& program, std::span<const std::vector<std::byte>> inputs) {
  constexpr std::byte kPaints[] = {std::byte{0xA5}, std::byte{0x5A}};
  Machine first(program, inputs, kPaints[0]);
  Machine second(program, inputs, kPaints[1]);
  first.run();
  second.run();
  check_internal(first.outputs_ == second.outputs_, "results depend on what the arena held before");
  Execution result{std::move(first.outputs_), 0, {}};
  for (std::size_t k = 0; k < program.arenas.size(); ++k) {
    std::int64_t touched = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(program.arenas[k].bytes); ++i) {
      const bool kept = first.arenas_[k][i] == kPaints[0] && second.arenas_[k][i] == kPaints[1];
      if (!kept) ++touched;
    }
    result.touched_bytes.push_back(touched);
    result.arena_touched_bytes += touched;
  }
  return result;
}

}  // namespace spindle
