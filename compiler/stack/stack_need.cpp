#include "compiler/stack/stack_need.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "compiler/target/stack_sizes.h"

namespace spindle {
namespace {

// Stack that a call takes by the architecture's procedure call standard.
struct Convention {
  std::int64_t word;  // bytes per register
  // Bytes of all registers that a function must save, including its return address.
  std::int64_t saved;
  std::int64_t registers;  // number of arguments passed in registers
  std::int64_t align;      // alignment of the stack in bytes
};

Convention convention_of(const Target& target) {
  if (target.name == "host") return {8, 56, 6, 16};  // x86-64: rbx, rbp, r12 to r15, return address
  if (target.a64) return {8, 96, 8, 16};             // x19 to x30
  return {4, 36, 4, 8};                              // r4 to r11, lr
}

class ScheduleStack {
 public:
  ScheduleStack(const Program& program, const Target& target)
      : program_(program), target_(target), c_(convention_of(target)) {}

  StackNeed run() {
    for (const Function& function : program_.functions) depths_.push_back(depth_of(function));
    std::int64_t deepest = kLibraryStackBytes;  // memset, which clears the state
    for (std::int64_t depth : depths_) deepest = std::max(deepest, depth);
    if (!unknown_.empty()) {
      return {std::nullopt, fmt::format("{} was not measured for {}", unknown_, target_.name)};
    }
    return {
        rounded(deepest + entry_bytes()),
        fmt::format("kernels as made by {}; others may take more", stack_compiler(target_.name))};
  }

 private:
  [[nodiscard]] std::int64_t rounded(std::int64_t bytes) const {
    return (bytes + c_.align - 1) / c_.align * c_.align;
  }

  // Frame of NAME_run or the like: the state, and a second one where the state of streamed input is
  // copied.
  [[nodiscard]] std::int64_t entry_bytes() const {
    const std::size_t pointers =
        program_.arenas.size() + program_.inputs.size() + program_.outputs.size() + 1;
    const std::int64_t state = static_cast<std::int64_t>(pointers) * c_.word +
                               4 * static_cast<std::int64_t>(program_.counters.size() + 2);
    const bool copied = program_.input_mode == InputMode::kStreamed;
    return rounded(state * (copied ? 2 : 1) + c_.saved + 4 * c_.word);
  }

  std::int64_t depth_of(const Function& function) {
    deepest_ = 0;
    outgoing_ = 0;
    kept_ = 4;  // the state, y, end, and one word for what a callee needs
    for (const Stmt& stmt : function.body) visit(stmt);
    return deepest_ + rounded(c_.saved + kept_ * c_.word) + rounded(outgoing_ * c_.word);
  }

  void visit(const Stmt& stmt) {
    if (const auto* pull = std::get_if<Pull>(&stmt)) enter(pull->function);
    if (const auto* run = std::get_if<Run>(&stmt)) enter(run->function);
    if (const auto* call = std::get_if<Call>(&stmt)) visit(*call, false);
    if (const auto* tiles = std::get_if<Tiles>(&stmt)) visit(*tiles);
  }

  void visit(const Tiles& tiles) {
    kept_ += 3;  // x, n, i
    for (const auto& stmt : tiles.body) {
      if (const auto* call = std::get_if<Call>(&stmt)) visit(*call, true);
      const auto* loop = std::get_if<MemberRows>(&stmt);
      if (loop == nullptr) continue;
      kept_ += 4;  // c, m, last, r
      for (const auto& inner : loop->body) {
        if (const auto* call = std::get_if<Call>(&inner)) visit(*call, true);
      }
    }
  }

  void visit(const Call& call, bool in_loop) {
    const auto count = static_cast<std::int64_t>(call.args.size());
    outgoing_ = std::max(outgoing_, count - c_.registers);
    if (in_loop) kept_ += count;
    if (call.output_row) return;  // the user's function, which is not counted
    const std::optional<std::int64_t> bytes = kernel_stack_bytes(call.symbol, target_.name);
    if (!bytes) unknown_ = call.symbol;
    deepest_ = std::max(deepest_, bytes.value_or(0));
  }

  void enter(FunctionId function) { deepest_ = std::max(deepest_, depths_[function]); }

  const Program& program_;
  const Target& target_;
  Convention c_;
  IdVector<FunctionId, std::int64_t> depths_;  // stack of each function; callees come first
  std::int64_t deepest_ = 0;                   // stack of the deepest callee
  std::int64_t outgoing_ = 0;                  // words of arguments on the stack
  std::int64_t kept_ = 0;                      // words that may have to be kept across calls
  std::string unknown_;
};

}  // namespace

StackNeed c_stack_need(const Program& program, const Target& target) {
#if !defined(__x86_64__)
  if (target.name == "host") return {std::nullopt, "this machine's kernels were not measured"};
#endif
  return ScheduleStack(program, target).run();
}

StackNeed object_stack_need(const std::map<std::string, LlvmFrame>& frames,
                            const std::string& model, const Program& program) {
  const StackBound bound = stack_bound(call_graph(frames), entry_points(model, program.input_mode));
  if (!bound.reason.empty()) return {std::nullopt, bound.reason};
  return {bound.bytes + (bound.external.empty() ? 0 : kLibraryStackBytes),
          fmt::format("from the frames of the object's functions, {} bytes for the library's",
                      kLibraryStackBytes)};
}

StackNeed larger(StackNeed a, StackNeed b) {
  if (!a.bytes || !b.bytes) return a.bytes ? b : a;
  return *a.bytes >= *b.bytes ? a : b;
}

std::vector<std::string> entry_points(const std::string& model, InputMode mode) {
  if (mode != InputMode::kStreamed) return {model + "_run"};
  return {model + "_begin", model + "_push_row", model + "_finish"};
}

CallGraph call_graph(const std::map<std::string, LlvmFrame>& frames) {
  CallGraph graph;
  for (const auto& [name, frame] : frames) {
    CallGraph::Function& function = graph.functions[name];
    function.frame = frame.bytes + assembly_stack_bytes(frame.assembly);
    function.calls = frame.calls;
    for (const std::string& callee : frame.calls) graph.functions[callee];
  }
  return graph;
}

}  // namespace spindle
