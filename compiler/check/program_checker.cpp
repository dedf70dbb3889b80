// This file has more than 400 lines because it is one class: each check depends on the shadow of
// all memory, which every call changes. The descriptions of kernels and operators are in other
// files.
#include "compiler/check/program_checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/check/kernel_access.h"
#include "compiler/check/operator_needs.h"
#include "compiler/check/shadow.h"
#include "compiler/execute/schedule.h"

namespace spindle {
namespace {

constexpr std::int64_t kWord = 4;  // bytes; the widest access of any kernel

[[noreturn]] void wrong(std::string what) {
  throw WrongProgram{std::move(what)};
}

std::int64_t element_bytes(const Tensor& tensor) {
  return static_cast<std::int64_t>(size_of(tensor.type));
}

// Bytes of a row of an image [1,H,W,C]; for any other tensor, all of its bytes.
std::int64_t row_bytes(const Tensor& tensor) {
  const Shape& shape = tensor.shape;
  const bool image = shape.size() == 4 && shape[0] == 1;
  return image ? shape[2] * shape[3] * element_bytes(tensor) : tensor.bytes();
}

// Whether the tensor is stored in another form than the user sees: uint8 is held as int8, minus
// 128.
bool has_two_forms(const Tensor& tensor) {
  return tensor.type == DType::kU8;
}

class Checker : public ScheduleWatcher {
 public:
  Checker(const Graph& graph, const Program& program, ProgramObserver* observer)
      : graph_(graph),
        program_(program),
        observer_(observer),
        uses_(graph),
        same_(graph),
        seen_(graph.nodes.size()) {
    for (const Arena& arena : program.arenas) arenas_.push_back(Shadow(arena.bytes));
    for (const ProgramIo& io : program.inputs) inputs_.push_back(Shadow(bytes_of(io)));
    for (const ProgramIo& io : program.outputs) {
      outputs_.push_back(Shadow(io.constant ? 0 : bytes_of(io)));
      next_row_.push_back(0);
    }
    check_interface();
    put_inputs();
  }

  void run() {
    const ScheduleEnd end = run_schedule(program_, *this);
    if (!end.complete) wrong("a function waits for rows that never come");
    for (const Function& function : program_.functions) {
      if (!function.counter) continue;
      const std::int32_t rows = end.counters[function.counter];
      if (rows != function.rows) {
        wrong(fmt::format("'{}' computes {} of {} rows", function.name, rows, function.rows));
      }
    }
    for (const OutputId id : outputs_.ids()) check_output(id);
    for (const ArenaId id : arenas_.ids()) {
      const std::int64_t touched = arenas_[id].touched_bytes();
      if (touched != program_.arenas[id].planned_bytes) {
        wrong(fmt::format("{} bytes of arena {} are touched, {} are planned", touched, id.number(),
                          program_.arenas[id].planned_bytes));
      }
    }
  }

  [[nodiscard]] const TensorElements& same() const { return same_; }

  void on_call(StepId step, const Call& call, std::span<const ArgValue> args) override {
    if (!program_.steps.contains(step)) {
      wrong(fmt::format("'{}' is called in no step", call.symbol));
    }
    step_ = &program_.steps[step];
    writes_.clear();
    check_call(call, args);
    if (observer_ != nullptr) observer_->on_call(*step_, call, args, writes_);
  }

  void on_push(std::int64_t y, const ArgValue* receive) override {
    push(y, receive);
    if (observer_ != nullptr) observer_->on_push(y, receive);
  }

  void on_rest(std::span<const std::int32_t> counters) override {
    keep_state();
    if (observer_ != nullptr) observer_->on_rest(counters);
  }

 private:
  void check_call(const Call& call, std::span<const ArgValue> args) {
    if (call.output_row) return hand_out_row(call.output_row, args);
    symbol_ = call.symbol;
    const ParamBlock* block = nullptr;
    std::vector<std::int64_t> integers;
    for (const ArgValue& arg : args) {
      if (arg.kind == ArgValue::Kind::kParams) block = arg.params;
      integers.push_back(arg.kind == ArgValue::Kind::kInteger ? arg.value : 0);
    }
    args_ = args;
    access_ = access_of(call.symbol, KernelParams(program_, block), integers);
    check_pointers();
    if (access_.copies) return copy();
    node_ = node_of_step();
    if (access_.accumulates) return accumulate();
    find_place();
    check_overlap();
    use_scratch();
    for (const KernelPart& part : access_.parts) write(part);
  }

  void push(std::int64_t y, const ArgValue* receive) {
    const std::int64_t bytes = program_.streaming.row_bytes;
    const Holding row{held_input(InputId(0)), y * bytes};
    Shadow& input = inputs_[InputId(0)];
    if (input.bytes() < bytes) wrong("a pushed row is longer than the input");
    input.put(0, input.bytes(), {});
    input.put(0, bytes, row);
    if (receive == nullptr) return;
    Shadow& to = space_of(*receive);
    check_inside(to, receive->value, receive->value + bytes, "a pushed row is put");
    to.put(receive->value, receive->value + bytes, row);
  }

  // Between two pushed rows, the counters are kept in the arena. Nothing else may have written
  // there.
  void keep_state() {
    const Streaming& s = program_.streaming;
    const std::int64_t bytes = static_cast<std::int64_t>(s.kept_counters) * 4;
    if (!arenas_.contains(s.state_arena)) wrong("the state of streamed input is in no arena");
    Shadow& arena = arenas_[s.state_arena];
    check_inside(arena, s.state_offset, s.state_offset + bytes, "the state is kept");
    const Holding state{HeldState{}, 0};
    if (rested_ && arena.mismatch(s.state_offset, s.state_offset + bytes, state)) {
      wrong("the state of streamed input is overwritten");
    }
    arena.put(s.state_offset, s.state_offset + bytes, state);
    rested_ = true;
  }

  static std::int64_t bytes_of(const ProgramIo& io) {
    return element_count(io.shape) * static_cast<std::int64_t>(size_of(io.type));
  }

  // Elements of `tensor` that come from `origin`, in the form that the user sees.
  [[nodiscard]] HeldTensor as_seen(TensorId tensor, TensorId origin) const {
    return {origin, has_two_forms(graph_.tensor(tensor))};
  }
  [[nodiscard]] HeldTensor held_input(InputId input) const {
    const TensorId tensor = graph_.inputs[input.index()];
    return as_seen(tensor, tensor);
  }

  void check_interface() const {
    if (program_.inputs.size() != graph_.inputs.size() ||
        program_.outputs.size() != graph_.outputs.size()) {
      wrong("the program has other inputs or outputs than the model");
    }
    for (std::size_t i = 0; i < program_.inputs.size(); ++i) {
      if (bytes_of(program_.inputs[i]) != graph_.tensor(graph_.inputs[i]).bytes()) {
        wrong(fmt::format("input {} has another size than the model's", i));
      }
    }
    for (std::size_t i = 0; i < program_.outputs.size(); ++i) {
      const ProgramIo& io = program_.outputs[i];
      const Tensor& t = graph_.tensor(graph_.outputs[i]);
      if (bytes_of(io) != t.bytes() || io.type != t.type) {
        wrong(fmt::format("output {} has another size or type than the model's", i));
      }
      if (!io.constant) continue;
      const ConstArray& array = program_.constants[io.constant];
      if (t.constant == nullptr || !std::ranges::equal(t.constant->bytes(), array.bytes)) {
        wrong(fmt::format("output {} is not the constant that the model has", i));
      }
    }
  }

  void put_inputs() {
    if (program_.input_mode == InputMode::kStreamed) return;
    for (const InputId id : inputs_.ids()) {
      const std::int64_t bytes = inputs_[id].bytes();
      if (program_.input_mode == InputMode::kExternal) {
        inputs_[id].put(0, bytes, {held_input(id), 0});
        continue;
      }
      const ArenaPlace& place = program_.input_places.at(id.index());
      Shadow& arena = arenas_[place.arena];
      check_inside(arena, place.offset, place.offset + bytes, "the input is put");
      if (arena.first_held(place.offset, place.offset + bytes)) wrong("inputs lie over each other");
      arena.put(place.offset, place.offset + bytes, {held_input(id), 0});
    }
  }

  [[nodiscard]] std::string here() const {
    return fmt::format("step '{}' ({})", step_->name, symbol_);
  }

  static void check_inside(const Shadow& space, std::int64_t begin, std::int64_t end,
                           const std::string& who) {
    if (!space.contains(begin, end)) {
      wrong(fmt::format("{} outside of memory: bytes {} to {} of {}", who, begin, end,
                        space.bytes()));
    }
  }

  // The same for the current call. Its name is made only if it is needed.
  void check_here(const Shadow& space, std::int64_t begin, std::int64_t end,
                  const char* does) const {
    if (!space.contains(begin, end)) check_inside(space, begin, end, here() + does);
  }

  // The shadow of the memory that `arg` points into. Constants have none.
  Shadow& space_of(const ArgValue& arg) {
    const auto* arena = std::get_if<ArenaId>(&arg.base);
    if (arena != nullptr && arenas_.contains(*arena)) return arenas_[*arena];
    const auto* input = std::get_if<InputId>(&arg.base);
    if (input != nullptr && inputs_.contains(*input)) return inputs_[*input];
    const auto* output = std::get_if<OutputId>(&arg.base);
    if (output != nullptr && outputs_.contains(*output)) return outputs_[*output];
    wrong(here() + " points to an arena, input or output that does not exist");
  }

  [[nodiscard]] const ArgValue& pointer(std::size_t arg) const { return args_[arg]; }
  static bool in_constant(const ArgValue& arg) {
    return std::holds_alternative<ConstantId>(arg.base);
  }

  // Checks that exactly those arguments are pointers that the kernel takes as pointers.
  void check_pointers() const {
    std::vector<std::size_t> wanted{access_.output_arg};
    for (const KernelOperand& operand : access_.operands) wanted.push_back(operand.arg);
    if (access_.scratch_arg) wanted.push_back(*access_.scratch_arg);
    for (std::size_t i = 0; i < args_.size(); ++i) {
      const bool want = std::find(wanted.begin(), wanted.end(), i) != wanted.end();
      if (want != (pointer(i).kind == ArgValue::Kind::kAddress)) {
        wrong(fmt::format("{}: argument {} is of the wrong kind", here(), i));
      }
    }
    // Kernels access scratch in words. Buffers are aligned, and so are the addresses within them.
    if (access_.scratch_arg) check_alignment(*access_.scratch_arg, kWord);
    const ArgValue& out = pointer(access_.output_arg);
    if (std::holds_alternative<InputId>(out.base) || in_constant(out)) {
      wrong(here() + " writes into an input or a constant");
    }
  }

  void check_alignment(std::size_t arg, std::int64_t bytes) const {
    if (pointer(arg).value % std::min(bytes, kWord) != 0) {
      wrong(fmt::format("{}: argument {} is not aligned to {} bytes", here(), arg, bytes));
    }
  }

  [[nodiscard]] NodeId node_of_step() const {
    const NodeId node = step_->node                  ? step_->node
                        : step_->tensor != kNoTensor ? uses_.producer(step_->tensor)
                                                     : NodeId();
    if (!graph_.nodes.contains(node)) wrong(here() + " computes no operator");
    return node;
  }
  [[nodiscard]] const Node& node() const { return graph_.nodes[node_]; }

  // ---- copies ----

  void copy() {
    const ArgValue& from = pointer(access_.operands[0].arg);
    const ArgValue& to = pointer(access_.output_arg);
    const std::int64_t bytes = access_.parts[0].bytes;
    if (in_constant(from)) wrong(here() + " copies a constant");
    const Shadow& source = space_of(from);
    check_here(source, from.value, from.value + bytes, " reads");
    const std::vector<Shadow::Held> pieces = source.held(from.value, from.value + bytes);
    for (const Shadow::Held& piece : pieces) {
      if (piece.first.known()) continue;
      wrong(fmt::format("{} reads byte {}, which nobody has written", here(), piece.begin));
    }
    check_overlap();
    for (const Shadow::Held& piece : pieces) {
      put(to, piece.begin - from.value, piece.end - piece.begin,
          access_.flips ? flipped(piece.first) : piece.first);
    }
  }

  [[nodiscard]] Holding flipped(const Holding& found) const {
    const HeldTensor* held = found.tensor();
    if (held == nullptr || element_bytes(graph_.tensor(held->tensor)) != 1) {
      wrong(here() + " flips the sign of what is not 8 bits wide");
    }
    return {HeldTensor{held->tensor, !held->flipped}, found.offset};
  }

  void hand_out_row(OutputId output, std::span<const ArgValue> args) {
    symbol_ = "row of an output";
    args_ = args;
    if (!outputs_.contains(output) || args.size() != 2 ||
        args[1].kind != ArgValue::Kind::kAddress) {
      wrong(here() + " hands out something that is not a row of an output");
    }
    const std::int64_t y = args[0].value;
    const std::int64_t rows = program_.outputs[output.index()].rows;
    if (y != next_row_[output]++ || rows <= 0) wrong(here() + " hands out rows out of order");
    const std::int64_t bytes = outputs_[output].bytes() / rows;
    const Shadow& source = space_of(args[1]);
    check_here(source, args[1].value, args[1].value + bytes, " reads");
    const std::int64_t to = y * bytes - args[1].value;
    for (const Shadow::Held& piece : source.held(args[1].value, args[1].value + bytes)) {
      outputs_[output].put(to + piece.begin, to + piece.end, piece.first);
    }
  }

  // ---- sums ----

  void accumulate() {
    const KernelRead& read = access_.reads.at(0);
    const Tensor& in = graph_.tensor(node().inputs[0]);
    const std::int64_t element = element_bytes(in);
    const std::int64_t first = read.row * row_bytes(in) + read.offset;
    check_read(read, node().inputs[0], {first / element, (first + read.bytes) / element});
    const ArgValue& sums = pointer(access_.output_arg);
    check_alignment(access_.output_arg, kWord);
    Shadow& memory = space_of(sums);
    check_here(memory, sums.value, sums.value + access_.sum_bytes, " sums up");
    const Holding held{HeldSums{node_}, 0};
    ElementRanges& seen = seen_[node_];
    if (access_.starts) {
      seen.clear();
    } else if (memory.mismatch(sums.value, sums.value + access_.sum_bytes, held)) {
      wrong(here() + " adds to what are not its sums");
    }
    const ElementRange added{first / element, (first + read.bytes) / element};
    for (const ElementRange& range : seen) {
      if (range.begin < added.end && added.begin < range.end) {
        wrong(here() + " adds an element twice");
      }
    }
    seen.push_back(added);
    normalize(seen);
    const ArgValue& from = pointer(access_.operands[0].arg);
    if (from.base == sums.base && from.value + read.at < sums.value + access_.sum_bytes &&
        sums.value < from.value + read.at + read.bytes) {
      wrong(here() + " overwrites what it reads");
    }
    memory.put(sums.value, sums.value + access_.sum_bytes, held);
  }

  void check_sums() {
    const ArgValue& sums = pointer(access_.operands[0].arg);
    const KernelRead& read = access_.reads.at(0);
    const Shadow& memory = space_of(sums);
    check_here(memory, sums.value, sums.value + read.bytes, " reads");
    if (memory.mismatch(sums.value, sums.value + read.bytes, {HeldSums{node_}, 0})) {
      wrong(here() + " reads what are not its sums");
    }
    const ElementRanges all{{0, graph_.tensor(node().inputs[0]).elements()}};
    if (seen_[node_] != all) wrong(here() + " lacks some of the sums");
    const Tensor& out = graph_.tensor(node().output());
    if (access_.parts[0].bytes != out.bytes()) wrong(here() + " makes another number of means");
  }

  // ---- all other kernels ----

  // A hypothesis about the call: by operand of the kernel, the input of the node that it is, and
  // the pixel that the call begins with.
  struct Guess {
    std::vector<std::size_t> inputs;
    std::int64_t pixel = 0;
  };

  void find_place() {
    if (access_.ends_sums) {
      check_sums();
      guess_ = {};
      return;
    }
    std::vector<std::vector<std::size_t>> orders = input_orders();
    if (orders.size() > 1) {
      // The call may be for any of the node's parts. If what is stored fits some of these
      // hypotheses, only those are tried.
      const auto stands = [&](const auto& inputs) { return may_stand(inputs); };
      const auto end = std::stable_partition(orders.begin(), orders.end(), stands);
      if (end != orders.begin()) orders.erase(end, orders.end());
    }
    std::optional<WrongProgram> first;
    std::optional<Guess> right;
    for (const std::vector<std::size_t>& inputs : orders) {
      // the swapped inputs of an Add need not be tried
      if (right && node().as<Concat>() == nullptr) break;
      try_places(inputs, right, first);
    }
    if (right) {
      guess_ = *right;
      return;
    }
    if (first) throw std::move(*first);
    wrong(fmt::format("{} reads something else than its input", here()));
  }

  // Whether the first byte that is read belongs to the input that it would have to come from.
  [[nodiscard]] bool may_stand(const std::vector<std::size_t>& inputs) {
    for (const KernelRead& read : access_.reads) {
      const std::size_t operand = read.operand;
      if (operand >= inputs.size()) continue;
      const ArgValue& arg = pointer(access_.operands[operand].arg);
      if (in_constant(arg)) continue;
      const std::int64_t at = arg.value + read.at;
      const Shadow& memory = space_of(arg);
      if (!memory.contains(at, at + 1)) return true;  // check_part() reports this
      return !elements_at(memory.at(at), node().inputs[inputs[operand]]).empty();
    }
    return true;
  }

  // The elements of `tensor` that are the same as what is held.
  [[nodiscard]] std::vector<std::int64_t> elements_at(const Holding& found, TensorId tensor) const {
    const std::int64_t element = element_bytes(graph_.tensor(tensor));
    const HeldTensor* held = found.tensor();
    if (held == nullptr || held->flipped || found.offset % element != 0) return {};
    return same_.find(tensor, held->tensor, found.offset / element);
  }

  // Tries every pixel with which the call may begin if its operands are these inputs. The first
  // hypothesis that is right is stored in `right`, if that is empty; others are united with it. The
  // first fault is stored in `failure`, if that is empty.
  void try_places(const std::vector<std::size_t>& inputs, std::optional<Guess>& right,
                  std::optional<WrongProgram>& failure) {
    try {
      for (std::int64_t pixel : first_pixels(inputs)) {
        guess_ = {inputs, pixel};
        if (!stands(failure)) continue;
        if (right) {
          unite_with(*right);
        } else {
          right = guess_;
        }
      }
    } catch (WrongProgram& found) {
      if (!failure) failure = std::move(found);
    }
  }

  // Whether the call is right if `guess_` is. Otherwise, the fault is stored in `failure`, if that
  // is empty.
  bool stands(std::optional<WrongProgram>& failure) {
    try {
      for (const KernelPart& part : access_.parts) check_part(part);
      return true;
    } catch (WrongProgram& found) {
      if (!failure) failure = std::move(found);
      return false;
    }
  }

  // If two hypotheses are right, the call makes the same values in both places, because its inputs
  // are the same (a tensor may be in a Concat twice, for instance). So the elements that `guess_`
  // names become those that `first` names.
  void unite_with(const Guess& first) {
    const Guess second = guess_;
    const TensorId tensor = node().output();
    for (const KernelPart& part : access_.parts) {
      guess_ = first;
      ElementRange to = elements_of(part);
      guess_ = second;
      ElementRange from = elements_of(part);
      while (from.begin < from.end) {
        const TensorElements::Piece a = same_.pieces(tensor, to)[0];
        const TensorElements::Piece b = same_.pieces(tensor, from)[0];
        std::int64_t count = std::min(a.of.end - a.of.begin, b.of.end - b.of.begin);
        if (a.tensor == b.tensor && a.begin != b.begin) {
          count = std::min(count, std::abs(a.begin - b.begin));
        }
        if (a.tensor != b.tensor || a.begin != b.begin) rename(b, count, a);
        to.begin += count;
        from.begin += count;
      }
    }
  }

  void rename(const TensorElements::Piece& from, std::int64_t count,
              const TensorElements::Piece& to) {
    same_.unite(from.tensor, from.begin, count, to.tensor, to.begin);
    const auto everywhere = [&](bool flipped) {
      const std::int64_t from_bytes = element_bytes(graph_.tensor(from.tensor));
      const std::int64_t to_bytes = element_bytes(graph_.tensor(to.tensor));
      for (std::vector<Shadow>* spaces : {&arenas_.items(), &inputs_.items(), &outputs_.items()}) {
        for (Shadow& space : *spaces) {
          space.rename({HeldTensor{from.tensor, flipped}, from.begin * from_bytes},
                       count * from_bytes, {HeldTensor{to.tensor, flipped}, to.begin * to_bytes});
        }
      }
    };
    everywhere(false);
    if (element_bytes(graph_.tensor(from.tensor)) == 1) everywhere(true);
  }

  [[nodiscard]] std::vector<std::vector<std::size_t>> input_orders() const {
    const std::vector<std::size_t> inputs = data_inputs(node());
    if (node().as<Concat>() != nullptr) {  // each call copies one part
      std::vector<std::vector<std::size_t>> orders;
      for (std::size_t input : inputs) orders.push_back({input});
      return orders;
    }
    if (inputs.size() != access_.operands.size()) {
      wrong(fmt::format("{} has {} operands, its operator {}", here(), access_.operands.size(),
                        inputs.size()));
    }
    const auto* binary = node().as<Binary>();
    if (binary == nullptr || binary->kind != BinaryKind::kAdd) return {inputs};
    return {inputs, {inputs[1], inputs[0]}};
  }

  // The pixels with which the call may begin, judged by what the first operand that advances holds.
  std::vector<std::int64_t> first_pixels(const std::vector<std::size_t>& inputs) {
    if (access_.place != KernelPlace::kPixels) return {0};
    const Tensor& out = graph_.tensor(node().output());
    for (const KernelRead& read : access_.reads) {
      const KernelOperand& operand = access_.operands[read.operand];
      const TensorId tensor = node().inputs[inputs[read.operand]];
      if (!has_all_pixels(operand, tensor)) continue;
      const ArgValue& arg = pointer(operand.arg);
      if (in_constant(arg)) continue;
      const Shadow& memory = space_of(arg);
      check_here(memory, arg.value + read.at, arg.value + read.at + read.bytes, " reads");
      return pixels_of(memory.at(arg.value + read.at), tensor, read.offset, operand.pixel_bytes);
    }
    std::vector<std::int64_t> all;
    const std::int64_t pixels =
        access_.output_pixel_bytes == 0 ? 0 : out.bytes() / access_.output_pixel_bytes;
    for (std::int64_t p = 0; p < pixels; ++p) all.push_back(p);
    return all;
  }

  [[nodiscard]] std::vector<std::int64_t> pixels_of(const Holding& found, TensorId tensor,
                                                    std::int64_t offset,
                                                    std::int64_t pixel_bytes) const {
    const std::int64_t element = element_bytes(graph_.tensor(tensor));
    std::vector<std::int64_t> pixels;
    for (std::int64_t at : elements_at(found, tensor)) {
      const std::int64_t begin = at * element - offset;
      if (begin % pixel_bytes == 0) pixels.push_back(begin / pixel_bytes);
    }
    if (pixels.empty()) {
      wrong(fmt::format("{} reads {} where '{}' should be", here(), describe(found),
                        graph_.tensor(tensor).name));
    }
    return pixels;
  }

  [[nodiscard]] std::string describe(const Holding& found) const {
    if (!found.known()) return "what nobody has written";
    const HeldTensor* held = found.tensor();
    if (held == nullptr) return "sums or state";
    return fmt::format("byte {} of '{}'{}", found.offset, graph_.tensor(held->tensor).name,
                       held->flipped ? " with its sign flipped" : "");
  }

  // The first byte of the output that the part makes.
  [[nodiscard]] std::int64_t first_byte(const KernelPart& part) const {
    const Tensor& out = graph_.tensor(node().output());
    if (access_.place == KernelPlace::kPixels) {
      return guess_.pixel * access_.output_pixel_bytes + part.offset;
    }
    return part.row * row_bytes(out) + part.offset;
  }

  [[nodiscard]] ElementRange elements_of(const KernelPart& part) const {
    const Tensor& out = graph_.tensor(node().output());
    const std::int64_t element = element_bytes(out);
    const std::int64_t begin = first_byte(part);
    if (begin < 0 || begin + part.bytes > out.bytes() || begin % element != 0 ||
        part.bytes % element != 0) {
      wrong(fmt::format("{} computes bytes {} to {} of '{}', which has {}", here(), begin,
                        begin + part.bytes, out.name, out.bytes()));
    }
    return {begin / element, (begin + part.bytes) / element};
  }

  void check_part(const KernelPart& part) {
    const ElementRange out = elements_of(part);
    check_alignment(access_.output_arg, element_bytes(graph_.tensor(node().output())));
    for (std::size_t k = 0; k < guess_.inputs.size(); ++k) {
      const std::size_t input = guess_.inputs[k];
      const TensorId tensor = node().inputs[input];
      const ElementRanges needed = needed_elements(graph_, node(), input, out);
      claimed_.clear();
      for (std::size_t r = part.first_read; r < part.end_read; ++r) {
        const KernelRead& read = access_.reads[r];
        if (read.operand != k) continue;
        const ElementRange range = claimed_elements(read, tensor, needed);
        check_read(read, tensor, range);
        claimed_.push_back(range);
      }
      normalize(claimed_);
      if (claimed_ != needed) {
        wrong(fmt::format("{} reads other elements of '{}' than elements {} to {} of '{}' need",
                          here(), graph_.tensor(tensor).name, out.begin, out.end,
                          graph_.tensor(node().output()).name));
      }
    }
  }

  // The elements of `tensor` that the kernel takes the bytes of `read` for. Elements of a repeated
  // operand are taken to be among `needed`, if they can be.
  ElementRange claimed_elements(const KernelRead& read, TensorId tensor,
                                const ElementRanges& needed) {
    const Tensor& t = graph_.tensor(tensor);
    const std::int64_t element = element_bytes(t);
    const KernelOperand& operand = access_.operands[read.operand];
    std::int64_t begin = read.row * row_bytes(t) + read.offset;
    if (access_.place == KernelPlace::kPixels) {
      begin += has_all_pixels(operand, tensor) ? guess_.pixel * operand.pixel_bytes
                                               : repeated_from(read, operand, tensor, needed);
    }
    if (begin < 0 || begin + read.bytes > t.bytes() || begin % element != 0 ||
        read.bytes % element != 0) {
      wrong(fmt::format("{} reads bytes {} to {} of '{}', which has {}", here(), begin,
                        begin + read.bytes, t.name, t.bytes()));
    }
    return {begin / element, (begin + read.bytes) / element};
  }

  // Whether the operand has one pixel for each pixel of the output. Otherwise some are repeated.
  [[nodiscard]] bool has_all_pixels(const KernelOperand& operand, TensorId tensor) const {
    if (operand.pixel_bytes == 0 || access_.output_pixel_bytes == 0) return false;
    const std::int64_t pixels = graph_.tensor(node().output()).bytes() / access_.output_pixel_bytes;
    return graph_.tensor(tensor).bytes() == pixels * operand.pixel_bytes;
  }

  // The byte of its tensor that the argument of a repeated operand points to, judged by what is
  // stored there. If that is in the tensor several times, the place that is needed is taken.
  std::int64_t repeated_from(const KernelRead& read, const KernelOperand& operand, TensorId tensor,
                             const ElementRanges& needed) {
    const ArgValue& arg = pointer(operand.arg);
    if (in_constant(arg)) return arg.value;
    const Shadow& memory = space_of(arg);
    check_here(memory, arg.value + read.at, arg.value + read.at + read.bytes, " reads");
    const std::int64_t element = element_bytes(graph_.tensor(tensor));
    const std::vector<std::int64_t> places =
        pixels_of(memory.at(arg.value + read.at), tensor, read.offset, element);
    for (std::int64_t place : places) {
      const std::int64_t begin = place + read.offset / element;
      const std::int64_t end = begin + read.bytes / element;
      for (const ElementRange& range : needed) {
        if (range.begin <= begin && end <= range.end) return place * element;
      }
    }
    return places[0] * element;
  }

  // Checks that the bytes where the kernel reads are the elements `range` of `tensor`.
  void check_read(const KernelRead& read, TensorId tensor, ElementRange range) {
    const ArgValue& arg = pointer(access_.operands[read.operand].arg);
    const std::int64_t at = arg.value + read.at;
    const std::int64_t element = element_bytes(graph_.tensor(tensor));
    if (in_constant(arg)) {
      return check_constant(arg, at, tensor, range.begin * element, read.bytes);
    }
    const Shadow& memory = space_of(arg);
    check_here(memory, at, at + read.bytes, " reads");
    if (at % std::min(element, kWord) != 0) {
      wrong(fmt::format("{} reads '{}' at an address that is not aligned", here(),
                        graph_.tensor(tensor).name));
    }
    for (const TensorElements::Piece& piece : same_.pieces(tensor, range)) {
      const std::int64_t begin = at + (piece.of.begin - range.begin) * element;
      const std::int64_t end = at + (piece.of.end - range.begin) * element;
      const Holding want{HeldTensor{piece.tensor}, piece.begin * element};
      if (const auto bad = memory.mismatch(begin, end, want)) {
        wrong(fmt::format("{} reads {} where byte {} of '{}' should be", here(),
                          describe(memory.at(*bad)), want.offset + *bad - begin,
                          graph_.tensor(piece.tensor).name));
      }
    }
  }

  void check_constant(const ArgValue& arg, std::int64_t at, TensorId tensor, std::int64_t first,
                      std::int64_t bytes) const {
    const Tensor& t = graph_.tensor(tensor);
    const std::vector<std::byte>& array = program_.constants[std::get<ConstantId>(arg.base)].bytes;
    if (t.constant == nullptr || at < 0 || at + bytes > static_cast<std::int64_t>(array.size())) {
      wrong(fmt::format("{} reads a constant that is not '{}'", here(), t.name));
    }
    const std::byte flip = has_two_forms(t) ? kSignBit : std::byte{0};
    for (std::int64_t i = 0; i < bytes; ++i) {
      if ((array[at + i] ^ flip) != t.constant->bytes()[first + i]) {
        wrong(fmt::format("{} reads other values than those of '{}'", here(), t.name));
      }
    }
  }

  // Checks that the call does not overwrite what it reads, unless the operand allows that in place.
  void check_overlap() {
    const ArgValue& out = pointer(access_.output_arg);
    for (const KernelPart& part : access_.parts) {
      const std::int64_t begin = out.value + part.at;
      for (const KernelRead& read : access_.reads) {
        const KernelOperand& operand = access_.operands[read.operand];
        const ArgValue& arg = pointer(operand.arg);
        if (arg.base != out.base) break;
        const std::int64_t from = arg.value + read.at;
        const bool apart = from + read.bytes <= begin || begin + part.bytes <= from;
        if (!apart && !(operand.in_place && out.value <= arg.value)) {
          wrong(here() + " overwrites what it reads");
        }
      }
    }
  }

  void use_scratch() {
    if (!access_.scratch_arg) return;
    const ArgValue& scratch = pointer(*access_.scratch_arg);
    if (!std::holds_alternative<ArenaId>(scratch.base)) {
      wrong(here() + " has scratch outside of the arena");
    }
    Shadow& memory = space_of(scratch);
    const std::int64_t end = scratch.value + access_.scratch_bytes;
    check_here(memory, scratch.value, end, " uses scratch");
    const auto hits = [&](const ArgValue& arg, std::int64_t at, std::int64_t bytes) {
      const std::int64_t begin = arg.value + at;
      return arg.base == scratch.base && begin < end && scratch.value < begin + bytes;
    };
    for (const KernelRead& read : access_.reads) {
      const std::size_t arg = access_.operands[read.operand].arg;
      if (hits(pointer(arg), read.at, read.bytes)) wrong(here() + " has scratch in what it reads");
    }
    for (const KernelPart& part : access_.parts) {
      if (hits(pointer(access_.output_arg), part.at, part.bytes)) {
        wrong(here() + " has scratch in what it writes");
      }
    }
    memory.put(scratch.value, end, {});
  }

  void write(const KernelPart& part) {
    const TensorId tensor = node().output();
    const Tensor& t = graph_.tensor(tensor);
    const std::int64_t element = element_bytes(t);
    const ElementRange range = elements_of(part);
    // Indices are written in the form that the user sees, whatever their type.
    const bool seen = node().as<ArgMax>() != nullptr;
    for (const TensorElements::Piece& piece : same_.pieces(tensor, range)) {
      put(pointer(access_.output_arg), part.at + (piece.of.begin - range.begin) * element,
          (piece.of.end - piece.of.begin) * element,
          {seen ? as_seen(tensor, piece.tensor) : HeldTensor{piece.tensor}, piece.begin * element});
    }
  }

  void put(const ArgValue& to, std::int64_t at, std::int64_t bytes, Holding holding) {
    Shadow& memory = space_of(to);
    const std::int64_t begin = to.value + at;
    check_here(memory, begin, begin + bytes, " writes");
    if (std::holds_alternative<OutputId>(to.base) && memory.first_held(begin, begin + bytes)) {
      wrong(here() + " writes an element of an output twice");
    }
    memory.put(begin, begin + bytes, holding);
    const HeldTensor* held = holding.tensor();
    if (observer_ == nullptr || held == nullptr) return;
    CheckedWrite write;
    write.tensor = held->tensor;
    const std::int64_t element = element_bytes(graph_.tensor(write.tensor));
    write.elements = {holding.offset / element, (holding.offset + bytes) / element};
    write.to = to;
    write.to.value = begin;
    write.flipped = held->flipped != has_two_forms(graph_.tensor(write.tensor));
    writes_.push_back(write);
  }

  void check_output(OutputId output) const {
    if (program_.outputs[output.index()].constant) return;
    const TensorId tensor = graph_.outputs[output.index()];
    const std::int64_t element = element_bytes(graph_.tensor(tensor));
    const ElementRange all{0, graph_.tensor(tensor).elements()};
    for (const TensorElements::Piece& piece : same_.pieces(tensor, all)) {
      const Holding want{as_seen(tensor, piece.tensor), piece.begin * element};
      const auto bad =
          outputs_[output].mismatch(piece.of.begin * element, piece.of.end * element, want);
      if (bad) {
        wrong(fmt::format("output {} holds {} at byte {}, which is not its own", output.number(),
                          describe(outputs_[output].at(*bad)), *bad));
      }
    }
  }

  const Graph& graph_;
  const Program& program_;
  ProgramObserver* observer_;
  Uses uses_;
  TensorElements same_;
  IdVector<ArenaId, Shadow> arenas_;
  IdVector<InputId, Shadow> inputs_;
  IdVector<OutputId, Shadow> outputs_;
  IdVector<NodeId, ElementRanges> seen_;       // elements that a node's sums already include
  IdVector<OutputId, std::int64_t> next_row_;  // to hand out
  bool rested_ = false;                        // the state of streamed input has been kept before

  // These describe the current call.
  const TracedStep* step_ = nullptr;
  std::string symbol_;
  std::span<const ArgValue> args_;
  KernelAccess access_;
  NodeId node_;
  Guess guess_;
  ElementRanges claimed_;
  std::vector<CheckedWrite> writes_;
};

}  // namespace

std::string check_program(const Graph& graph, const Program& program, ProgramObserver* observer,
                          TensorElements* same) {
  try {
    Checker checker(graph, program, observer);
    checker.run();
    if (same != nullptr) *same = checker.same();
    return {};
  } catch (const WrongProgram& failure) {
    return failure.what;
  }
}

}  // namespace spindle
