// A limit on the constant data that one import may create, so that a small hostile file cannot ask
// for unbounded memory (one initializer read through many external references, broadcast or
// transposed by many nodes).
#pragma once

#include <cstdint>

namespace spindle::frontend {

class Budget {
 public:
  // The room is a fixed amount plus a multiple of `file_bytes`, the size of the model.
  explicit Budget(std::int64_t file_bytes) : left_(kFixed + kPerByte * file_bytes) {}

  // Adds room for an external data file of `file_bytes`.
  void grow(std::int64_t file_bytes) { left_ += kPerByte * file_bytes; }
  // Accounts for `bytes` (>= 0) of new constant data; E0109 if there is no room left for them.
  void charge(std::int64_t bytes);

 private:
  static constexpr std::int64_t kFixed = std::int64_t{16} << 20;
  static constexpr std::int64_t kPerByte = 16;
  std::int64_t left_;
};

}  // namespace spindle::frontend
