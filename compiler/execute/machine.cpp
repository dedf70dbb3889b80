#include "compiler/execute/machine.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "compiler/execute/kernel_functions.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/lower/program/param_layout.h"

namespace spindle {
namespace {

constexpr std::size_t kGuard = 64;  // bytes after a buffer that must not change

// Writes parameter structs in the layout of this machine's C compiler.
class StructWriter {
 public:
  explicit StructWriter(const Program& program) : program_(program) {}

  void put_members(std::byte* to, const ParamStruct& type,
                   const std::vector<ParamValue>& values) const {
    const ParamLayout layout = param_layout(type, sizeof(void*));
    for (std::size_t i = 0; i < values.size(); ++i) put_value(to + layout.offsets[i], values[i]);
  }

 private:
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
        const std::byte* data =
            value.constant ? program_.constants[value.constant].bytes.data() : nullptr;
        std::memcpy(to, static_cast<const void*>(&data), sizeof data);
        break;
      }
      case ParamType::kStruct:
        put_members(to, param_struct(value.member->of), value.members);
        break;
    }
  }

  const Program& program_;
};

}  // namespace

Machine::Machine(const Program& program, std::span<const std::vector<std::byte>> inputs,
                 std::byte paint)
    : program_(program), inputs_(inputs), paint_(paint) {
  check_internal(inputs.size() == program.inputs.size(), "execute: wrong number of inputs");
  for (const Arena& arena : program.arenas) {
    arenas_.push_back(std::vector<std::byte>(arena.bytes + kGuard, paint));
  }
  for (const ProgramIo& io : program.outputs) {
    const std::size_t bytes = element_count(io.shape) * size_of(io.type);
    outputs_.emplace_back(bytes + kGuard, paint);
    if (!io.constant) continue;
    const auto& constant = program.constants[io.constant].bytes;
    check_internal(constant.size() == bytes, "an output's constant has another size");
    std::copy(constant.begin(), constant.end(), outputs_.back().begin());
  }
  for (const ParamBlock& block : program.params) params_.push_back(lay_out(block));
  for (const auto& input : inputs) input_at_.push_back(input.data());
  for (std::size_t i = 0; i < program.input_places.size(); ++i) {
    const ArenaPlace& place = program.input_places[i];
    check_internal(place.offset + static_cast<std::int64_t>(inputs[i].size()) <=
                       program.arenas[place.arena].bytes,
                   "an input lies outside of its arena");
    std::copy(inputs[i].begin(), inputs[i].end(), arenas_[place.arena].begin() + place.offset);
  }
}

std::vector<std::byte> Machine::lay_out(const ParamBlock& block) const {
  const ParamStruct& type = param_struct(block.type);
  std::vector<std::byte> bytes(param_layout(type, sizeof(void*)).bytes);
  StructWriter(program_).put_members(bytes.data(), type, param_values(program_, block));
  return bytes;
}

std::byte* Machine::at(const ArgValue& address) {
  // Computed as integers, because an address may be outside of its buffer until the kernel adds an
  // offset.
  const auto offset = static_cast<std::uintptr_t>(address.value);
  const auto moved = [&](const std::byte* base) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): pointer arithmetic may not leave the buffer.
    return reinterpret_cast<std::byte*>(reinterpret_cast<std::uintptr_t>(base) + offset);
  };
  const AddressBase& base = address.base;
  if (const auto* arena = std::get_if<ArenaId>(&base)) return moved(arenas_[*arena].data());
  if (const auto* input = std::get_if<InputId>(&base)) return moved(input_at_.at(input->index()));
  if (const auto* output = std::get_if<OutputId>(&base)) {
    return moved(outputs_.at(output->index()).data());
  }
  return moved(program_.constants[std::get<ConstantId>(base)].bytes.data());
}

void Machine::on_call(StepId, const Call& call, std::span<const ArgValue> args) {
  if (call.output_row) {  // does what the user's function may do: keeps the row
    const std::size_t output = call.output_row.index();
    std::vector<std::byte>& to = outputs_.at(output);
    const std::size_t row_bytes = (to.size() - kGuard) / program_.outputs[output].rows;
    std::memcpy(to.data() + args[0].value * row_bytes, at(args[1]), row_bytes);
    return;
  }
  const Kernel* kernel = find_kernel(call.symbol);
  check_internal(kernel != nullptr, "no kernel " + call.symbol);
  check_internal(args.size() == kernel->args, "wrong number of arguments: " + call.symbol);
  std::array<std::uintptr_t, kMostKernelArgs> a{};
  for (std::size_t i = 0; i < args.size(); ++i) {
    switch (args[i].kind) {
      case ArgValue::Kind::kParams: {
        const ParamsId block(args[i].params - program_.params.items().data());
        a[i] = reinterpret_cast<std::uintptr_t>(params_[block].data());
        break;
      }
      case ArgValue::Kind::kAddress:
        a[i] = reinterpret_cast<std::uintptr_t>(at(args[i]));
        break;
      case ArgValue::Kind::kInteger:
        a[i] = static_cast<std::uint32_t>(args[i].value);
        break;
    }
  }
  kernel->call(a);
}

void Machine::on_push(std::int64_t y, const ArgValue* receive) {
  const Streaming& s = program_.streaming;
  const std::byte* home = arenas_[s.state_arena].data() + s.state_offset;
  check_internal(std::equal(rested_.begin(), rested_.end(), home),
                 "the state of streamed input is overwritten");
  input_at_[0] = inputs_[0].data() + y * s.row_bytes;
  if (receive != nullptr) {
    std::memcpy(at(*receive), input_at_[0], s.row_bytes);
  }
}

// Stores the counters in the arena, where a run in C keeps them between two rows.
void Machine::on_rest(std::span<const std::int32_t> counters) {
  const Streaming& s = program_.streaming;
  const auto bytes = std::as_bytes(counters);
  rested_.assign(bytes.begin(), bytes.end());
  std::copy(rested_.begin(), rested_.end(), arenas_[s.state_arena].data() + s.state_offset);
}

void Machine::check_guards() const {
  for (const auto* buffers : {&arenas_.items(), &outputs_}) {
    for (const std::vector<std::byte>& buffer : *buffers) {
      check_internal(std::all_of(buffer.end() - kGuard, buffer.end(),
                                 [&](std::byte b) { return b == paint_; }),
                     "a kernel wrote behind the arena or an output");
    }
  }
}

std::vector<std::vector<std::byte>> Machine::outputs() const {
  std::vector<std::vector<std::byte>> result = outputs_;
  for (auto& output : result) output.resize(output.size() - kGuard);
  return result;
}

std::span<const std::byte> Machine::arena(ArenaId id) const {
  const std::vector<std::byte>& bytes = arenas_[id];
  return {bytes.data(), bytes.size() - kGuard};
}

}  // namespace spindle
