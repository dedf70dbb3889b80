#include "compiler/driver/execute_native.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace spindle {
namespace {

constexpr std::size_t kGuard = 64;      // bytes behind each buffer that must stay as they are
constexpr std::size_t kAlignment = 64;  // of arenas, more than the model asks for
constexpr std::byte kPaint{0xA5};

// Bytes with a guard behind them.
class GuardedBuffer {
 public:
  explicit GuardedBuffer(std::int64_t bytes)
      : bytes_(static_cast<std::size_t>(bytes)), store_(kAlignment + bytes_ + kGuard, kPaint) {
    const auto address = reinterpret_cast<std::uintptr_t>(store_.data());
    data_ = store_.data() + (kAlignment - address % kAlignment) % kAlignment;
  }
  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] std::vector<std::byte> copy() const { return {data_, data_ + bytes_}; }
  [[nodiscard]] bool intact() const {
    return std::all_of(data_ + bytes_, data_ + bytes_ + kGuard,
                       [](std::byte b) { return b == kPaint; });
  }

 private:
  std::size_t bytes_;
  std::vector<std::byte> store_;
  std::byte* data_ = nullptr;
};

// The pointers of a call. Those of inputs are not written through, whatever their type.
using Pointers = std::vector<void*>;

void* unwritten(const std::byte* data) {
  return const_cast<std::byte*>(data);
}

Pointers with(Pointers first, const Pointers& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

std::optional<Execution> execute_native(const Program& program,
                                        std::span<const std::vector<std::byte>> inputs,
                                        Diagnostics& diagnostics) {
  check_internal(inputs.size() == program.inputs.size(), "execute_native: wrong inputs");
  const std::unique_ptr<JitModel> model = jit_model(program, LlvmLevel::kO2, diagnostics);
  if (model == nullptr) return std::nullopt;

  std::vector<GuardedBuffer> buffers;
  Pointers arenas;
  Pointers given;
  Pointers results;
  for (const Arena& arena : program.arenas) {
    buffers.emplace_back(arena.bytes);
    arenas.push_back(buffers.back().data());
  }
  for (const ProgramIo& io : program.outputs) {
    buffers.emplace_back(element_count(io.shape) * static_cast<std::int64_t>(size_of(io.type)));
    results.push_back(buffers.back().data());
  }
  for (std::size_t i = 0; i < program.input_places.size(); ++i) {
    const ArenaPlace& place = program.input_places[i];
    std::copy(inputs[i].begin(), inputs[i].end(),
              buffers[static_cast<std::size_t>(place.arena)].data() + place.offset);
  }
  if (program.input_mode == InputMode::kStreamed) {
    const Streaming& s = program.streaming;
    model->call("begin", arenas);
    for (std::int64_t y = 0; y < s.rows; ++y) {
      model->call("push_row", with(arenas, {unwritten(inputs[0].data() + y * s.row_bytes)}));
    }
    model->call("finish", with(arenas, results));
  } else {
    for (const auto& input : inputs) {
      if (program.input_mode == InputMode::kExternal) given.push_back(unwritten(input.data()));
    }
    model->call("run", with(with(arenas, given), results));
  }

  Execution execution;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    check_internal(buffers[i].intact(), "compiled code wrote behind a buffer");
    if (i >= program.arenas.size()) execution.outputs.push_back(buffers[i].copy());
  }
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    const int constant = program.outputs[i].constant;
    if (constant < 0) continue;
    // Nothing writes it.
    execution.outputs[i] = program.constants[static_cast<std::size_t>(constant)].bytes;
  }
  return execution;
}

}  // namespace spindle
