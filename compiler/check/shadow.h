// A shadow of a piece of memory: which byte of which value each of its bytes holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace spindle {

// Byte `offset` of the value `id`; nothing known is `id` < 0.
struct Holding {
  int id = -1;
  std::int64_t offset = 0;
  bool operator==(const Holding&) const = default;
};

// Neighbouring bytes that hold neighbouring bytes of one value are kept as one run, so that a row
// costs as much as a byte.
class Shadow {
 public:
  explicit Shadow(std::int64_t bytes) : bytes_(bytes) {}

  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  [[nodiscard]] bool contains(std::int64_t begin, std::int64_t end) const {
    return begin >= 0 && begin <= end && end <= bytes_;
  }

  // Bytes [begin, end) now hold the value's bytes from `first.offset` on, or nothing known if
  // `first.id` is negative. The range must be contained.
  void put(std::int64_t begin, std::int64_t end, Holding first);

  // What byte `at` holds.
  [[nodiscard]] Holding at(std::int64_t at) const;

  // What bytes [begin, end) hold, in pieces that follow each other in memory and in what is held.
  struct Held {
    std::int64_t begin, end;
    Holding first;
  };
  [[nodiscard]] std::vector<Held> held(std::int64_t begin, std::int64_t end) const;

  // The first byte of [begin, end) that does not hold what put(begin, end, first) would have put
  // there.
  [[nodiscard]] std::optional<std::int64_t> mismatch(std::int64_t begin, std::int64_t end,
                                                     Holding first) const;

  // The first byte of [begin, end) that holds something.
  [[nodiscard]] std::optional<std::int64_t> first_held(std::int64_t begin, std::int64_t end) const;

  // Wherever `bytes` bytes of a value from `from` on are held, those from `to` on are held instead:
  // the same bytes by another name.
  void rename(Holding from, std::int64_t bytes, Holding to);

  // How many bytes put was called for.
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
  std::map<std::int64_t, std::int64_t> touched_;  // begin -> end, never adjoining
};

}  // namespace spindle
