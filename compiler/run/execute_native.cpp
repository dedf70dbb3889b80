#include "compiler/run/execute_native.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "compiler/execute/machine.h"

namespace spindle {
namespace {

constexpr std::size_t kGuard = 64;      // bytes behind each buffer that must not change
constexpr std::size_t kAlignment = 64;  // of all buffers; a model needs less

// A buffer with guard bytes behind it, which show if the model writes beyond its end.
class GuardedBuffer {
 public:
  explicit GuardedBuffer(std::int64_t bytes)
      : bytes_(bytes), store_(kAlignment + bytes_ + kGuard, kPaint) {
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

// The pointer arguments of a call. The model does not write to its inputs although the pointers are
// not const.
using Pointers = std::vector<void*>;

void* unwritten(const std::byte* data) {
  return const_cast<std::byte*>(data);
}

Pointers with(Pointers first, const Pointers& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

std::unique_ptr<NativeModel> NativeModel::compile(const Program& program,
                                                  Diagnostics& diagnostics) {
  std::unique_ptr<JitModel> model = jit_model(program, LlvmLevel::kO2, diagnostics);
  if (model == nullptr) return nullptr;
  return std::unique_ptr<NativeModel>(new NativeModel(program, std::move(model)));
}

Execution NativeModel::execute(std::span<const std::vector<std::byte>> inputs) const {
  const Program& program = program_;
  check_internal(inputs.size() == program.inputs.size(), "execute_native: wrong inputs");
  std::vector<GuardedBuffer> buffers;
  Pointers arenas;
  Pointers given;
  Pointers results;
  for (const Arena& arena : program.arenas) {
    buffers.emplace_back(arena.bytes);
    arenas.push_back(buffers.back().data());
  }
  for (const ProgramIo& io : program.outputs) {
    if (!has_buffer(io)) continue;
    buffers.emplace_back(element_count(io.shape) * static_cast<std::int64_t>(size_of(io.type)));
    results.push_back(buffers.back().data());
  }
  for (std::size_t i = 0; i < program.input_places.size(); ++i) {
    const ArenaPlace& place = program.input_places[i];
    std::copy(inputs[i].begin(), inputs[i].end(),
              buffers[place.arena.index()].data() + place.offset);
  }
  if (program.input_mode == InputMode::kStreamed) {
    const Streaming& s = program.streaming;
    model_->call("begin", arenas);
    for (std::int64_t y = 0; y < s.rows; ++y) {
      model_->call("push_row", with(arenas, {unwritten(inputs[0].data() + y * s.row_bytes)}));
    }
    model_->call("finish", with(arenas, results));
  } else {
    for (const auto& input : inputs) {
      if (program.input_mode == InputMode::kExternal) given.push_back(unwritten(input.data()));
    }
    model_->call("run", with(with(arenas, given), results));
  }

  Execution execution;
  for (const GuardedBuffer& buffer : buffers) {
    check_internal(buffer.intact(), "compiled code wrote behind a buffer");
  }
  std::size_t next = program.arenas.size();
  for (const ProgramIo& io : program.outputs) {
    check_internal(io.rows == 0, "compiled code that hands out rows runs in the user's program");
    execution.outputs.push_back(io.constant ? program.constants[io.constant].bytes
                                            : buffers[next++].copy());
  }
  return execution;
}

std::optional<Execution> execute_native(const Program& program,
                                        std::span<const std::vector<std::byte>> inputs,
                                        Diagnostics& diagnostics) {
  const std::unique_ptr<NativeModel> model = NativeModel::compile(program, diagnostics);
  if (model == nullptr) return std::nullopt;
  return model->execute(inputs);
}

}  // namespace spindle
