// The shadow of a piece of memory: it knows which byte of which value each byte of the memory
// holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace spindle {

// Byte `offset` of the value `id`. If `id` is negative, nothing is known about the byte.
struct Holding {
  int id = -1;
  std::int64_t offset = 0;
  bool operator==(const Holding&) const = default;
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

  // Bytes [begin, end) now hold the bytes of value `first.id` from `first.offset` on. If `first.id`
  // is negative, nothing is known about them any more. The range must be contained.
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

  // Gives bytes another name: wherever one of the `bytes` bytes of value `from.id` from
  // `from.offset` on is held, the corresponding byte from `to` on is held instead.
  void rename(Holding from, std::int64_t bytes, Holding to);

  // How many different bytes put() was called for.
  [[nodiscard]] std::int64_t touched_bytes() const;

 private:
  struct Run {
    std::int64_t end;
    int id;
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
