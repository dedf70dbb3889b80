// The shadow of a piece of memory: it knows which byte of which value each byte of the memory
// holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "compiler/ir/ids.h"

namespace spindle {

// Elements of a tensor in the form in which the tensor is held. With `flipped`, bit 7 of each byte
// is inverted against that form.
struct HeldTensor {
  TensorId tensor;
  bool flipped = false;
  bool operator==(const HeldTensor&) const = default;
};
// The partial sums of a node.
struct HeldSums {
  NodeId node;
  bool operator==(const HeldSums&) const = default;
};
// The state of streamed input.
struct HeldState {
  bool operator==(const HeldState&) const = default;
};
// A value of which memory may hold bytes; std::monostate: nothing is known.
using HeldValue = std::variant<std::monostate, HeldTensor, HeldSums, HeldState>;

// Byte `offset` of a value. A Holding without a value says that nothing is known about the byte.
struct Holding {
  HeldValue value;
  std::int64_t offset = 0;
  bool operator==(const Holding&) const = default;

  [[nodiscard]] bool known() const { return !std::holds_alternative<std::monostate>(value); }
  // The tensor that it is a byte of; null if it is of none.
  [[nodiscard]] const HeldTensor* tensor() const { return std::get_if<HeldTensor>(&value); }
};

// Consecutive bytes that hold consecutive bytes of one value are stored as one run, so that a row
// costs no more than a byte.
class Shadow {
 public:
  explicit Shadow(std::int64_t bytes) : bytes_(bytes) {}

  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  [[nodiscard]] bool contains(std::int64_t begin, std::int64_t end) const {
    return begin >= 0 && begin <= end && end <= bytes_;
  }

  // Bytes [begin, end) now hold the bytes of `first.value` from `first.offset` on. If `first` is
  // not known, nothing is known about them any more. The range must be contained.
  void put(std::int64_t begin, std::int64_t end, Holding first);

  // What byte `at` holds.
  [[nodiscard]] Holding at(std::int64_t at) const;

  // What bytes [begin, end) hold, in order. Each piece is one run, or nothing known.
  struct Held {
    std::int64_t begin, end;
    Holding first;
  };
  [[nodiscard]] std::vector<Held> held(std::int64_t begin, std::int64_t end) const;

  // The first byte of [begin, end) that does not hold what put(begin, end, first) would store
  // there; nullopt if there is none.
  [[nodiscard]] std::optional<std::int64_t> mismatch(std::int64_t begin, std::int64_t end,
                                                     Holding first) const;

  // The first byte of [begin, end) that holds something; nullopt if there is none.
  [[nodiscard]] std::optional<std::int64_t> first_held(std::int64_t begin, std::int64_t end) const;

  // Gives bytes another name: wherever one of the `bytes` bytes of `from.value` from `from.offset`
  // on is held, the corresponding byte from `to` on is held instead.
  void rename(Holding from, std::int64_t bytes, Holding to);

  // How many different bytes put() was called for.
  [[nodiscard]] std::int64_t touched_bytes() const;

 private:
  struct Run {
    std::int64_t end;
    HeldValue value;
    std::int64_t delta;  // address of a byte minus its offset in the value
  };
  using Runs = std::map<std::int64_t, Run>;

  [[nodiscard]] Runs::const_iterator run_at(std::int64_t at) const;
  void touch(std::int64_t begin, std::int64_t end);

  std::int64_t bytes_;
  Runs runs_;
  std::map<std::int64_t, std::int64_t> touched_;  // begin -> end; ranges never touch
};

}  // namespace spindle
