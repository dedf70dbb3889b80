#include "tests/support/kernel_effects.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "compiler/check/kernel_access.h"
#include "compiler/execute/machine.h"

namespace spindle::testing {
namespace {

constexpr int kCallsOfEach = 12;  // most calls of one kernel that are tried in one program
constexpr std::byte kPaint{0x3C};

// An arena, input or output of the program, and copies of its contents.
struct Space {
  ArgValue begin;  // the address of its first byte
  std::size_t bytes = 0;
  std::vector<std::byte> before, flipped, expected;
  std::vector<bool> read, written;
};

class Trial : public ScheduleWatcher {
 public:
  Trial(const Program& program, std::vector<std::vector<std::byte>>& inputs,
        std::set<std::string>& symbols)
      : program_(program), inputs_(inputs), machine_(program, inputs, kPaint), symbols_(symbols) {
    for (const ArenaId id : program.arenas.ids()) {
      add_space(id, static_cast<std::size_t>(program.arenas[id].bytes));
    }
    for (std::size_t i = 0; i < program.outputs.size(); ++i) {
      const ProgramIo& io = program.outputs[i];
      add_space(OutputId(i), static_cast<std::size_t>(element_count(io.shape)) * size_of(io.type));
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      add_space(InputId(i), inputs[i].size());
    }
  }

  std::string run() {
    run_schedule(program_, *this);
    return fault_;
  }

  void on_call(StepId step, const Call& call, std::span<const ArgValue> args) override {
    if (!call.output_row && fault_.empty() && tried_[call.symbol]++ < kCallsOfEach) {
      symbols_.insert(call.symbol);
      try_call(step, call, args);
    } else {
      machine_.on_call(step, call, args);
    }
  }
  void on_push(std::int64_t y, const ArgValue* receive) override { machine_.on_push(y, receive); }
  void on_rest(std::span<const std::int32_t> counters) override { machine_.on_rest(counters); }

 private:
  void add_space(AddressBase base, std::size_t bytes) {
    Space space;
    space.begin.kind = ArgValue::Kind::kAddress;
    space.begin.base = base;
    space.bytes = bytes;
    spaces_.push_back(std::move(space));
  }

  std::byte* memory(const Space& space) {
    // The machine has only a const pointer to the inputs, but this class owns them.
    if (const auto* input = std::get_if<InputId>(&space.begin.base)) {
      return inputs_[input->index()].data();
    }
    return machine_.at(space.begin);
  }

  void mark(std::vector<bool> Space::* which, const ArgValue& arg, std::int64_t at,
            std::int64_t bytes) {
    for (Space& space : spaces_) {
      if (space.begin.base != arg.base) continue;
      // The row that was pushed last may lie anywhere in the input.
      std::int64_t first = arg.value + at;
      if (std::holds_alternative<InputId>(arg.base))
        first += machine_.at(space.begin) - memory(space);
      for (std::int64_t i = first; i < first + bytes; ++i) {
        (space.*which).at(static_cast<std::size_t>(i)) = true;
      }
    }
  }

  void mark_all(const KernelAccess& access, std::span<const ArgValue> args) {
    const auto arg = [&](std::size_t index) -> const ArgValue& { return args[index]; };
    for (Space& space : spaces_) {
      space.read.assign(space.bytes, false);
      space.written.assign(space.bytes, false);
    }
    for (const KernelRead& read : access.reads) {
      const std::size_t index = access.operands[read.operand].arg;
      if (!std::holds_alternative<ConstantId>(arg(index).base)) {
        mark(&Space::read, arg(index), read.at, read.bytes);
      }
    }
    for (const KernelPart& part : access.parts) {
      mark(&Space::written, arg(access.output_arg), part.at, part.bytes);
    }
    if (access.accumulates) {
      mark(&Space::written, arg(access.output_arg), 0, access.sum_bytes);
      if (!access.starts) mark(&Space::read, arg(access.output_arg), 0, access.sum_bytes);
    }
    if (access.scratch_arg) {
      mark(&Space::written, arg(*access.scratch_arg), 0, access.scratch_bytes);
    }
  }

  void try_call(StepId step, const Call& call, std::span<const ArgValue> args) {
    const ParamBlock* params = nullptr;
    std::vector<std::int64_t> integers;
    for (const ArgValue& arg : args) {
      if (arg.kind == ArgValue::Kind::kParams) params = arg.params;
      integers.push_back(arg.kind == ArgValue::Kind::kInteger ? arg.value : 0);
    }
    mark_all(access_of(call.symbol, KernelParams(program_, params), integers), args);
    for (Space& space : spaces_) {
      std::byte* at = memory(space);
      space.before.assign(at, at + space.bytes);
    }
    machine_.on_call(step, call, args);
    for (Space& space : spaces_) {
      std::byte* at = memory(space);
      space.expected.assign(at, at + space.bytes);
      for (std::size_t i = 0; i < space.bytes; ++i) {
        if (!space.written[i] && space.expected[i] != space.before[i]) {
          fail(call, space, i, "writes, though nothing says so,");
        }
        at[i] = space.read[i] ? space.before[i] : ~space.before[i];
      }
      space.flipped.assign(at, at + space.bytes);
    }
    machine_.on_call(step, call, args);
    for (Space& space : spaces_) {
      std::byte* at = memory(space);
      for (std::size_t i = 0; i < space.bytes; ++i) {
        if (space.written[i] && at[i] != space.expected[i]) {
          fail(call, space, i, "reads more than is said, or does not write");
        }
        if (!space.written[i] && at[i] != space.flipped[i]) {
          fail(call, space, i, "writes, though nothing says so,");
        }
        at[i] = space.expected[i];
      }
    }
  }

  void fail(const Call& call, const Space& space, std::size_t byte, const char* what) {
    if (!fault_.empty()) return;
    fault_ = fmt::format("{} {} byte {} of memory {}.{}", call.symbol, what, byte,
                         space.begin.base.index(),
                         std::visit([](auto id) { return id.number(); }, space.begin.base));
  }

  const Program& program_;
  std::vector<std::vector<std::byte>>& inputs_;
  Machine machine_;
  std::set<std::string>& symbols_;
  std::vector<Space> spaces_;
  std::map<std::string, int> tried_;
  std::string fault_;
};

}  // namespace

std::string check_kernel_effects(const Program& program, std::span<const ConstantPtr> inputs,
                                 std::set<std::string>& symbols) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  return Trial(program, bytes, symbols).run();
}

}  // namespace spindle::testing
