// A vector for some of the ids of a kind, without room for the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/support/id.h"

namespace spindle {

// Elements for the ids [first, end). Access is checked as by std::vector::at.
template <typename IdType, typename T>
class IdRangeVector {
  using Items = std::vector<T>;

 public:
  IdRangeVector(IdType first, IdType end, const T& item = T())
      : first_(first), items_(static_cast<std::size_t>(end - first), item) {}

  [[nodiscard]] typename Items::reference operator[](IdType id) { return items_.at(id - first_); }
  [[nodiscard]] typename Items::const_reference operator[](IdType id) const {
    return items_.at(id - first_);
  }

  // All ids in order.
  [[nodiscard]] IdRange<IdType> ids() const {
    return {first_, first_ + static_cast<std::int32_t>(items_.size())};
  }
  [[nodiscard]] auto begin() { return items_.begin(); }
  [[nodiscard]] auto end() { return items_.end(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  IdType first_;
  Items items_;
};

}  // namespace spindle
