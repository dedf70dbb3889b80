// Ids: positions in a vector that the compiler does not let one mix up.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <utility>
#include <vector>

namespace spindle {

// The position of an element in a vector, or none. `Tag` says of what kind of element, so that ids
// of different kinds do not convert into each other, nor into numbers:
//
//   using ValueId = Id<struct ValueTag>;
//
// Ids are ordered by position, and "none" comes before all others. An id converts to true if it is
// one. Arithmetic is that of positions: id + 1 is the next one, and the difference of two is an
// int.
template <typename Tag>
class Id {
 public:
  constexpr Id() = default;  // none
  explicit constexpr Id(std::integral auto position)
      : position_(static_cast<std::int32_t>(position)) {}

  // The position, for an id that is not none.
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(position_); }
  // The same as a number for reports and files, where none is -1.
  [[nodiscard]] constexpr std::int32_t number() const { return position_; }
  explicit constexpr operator bool() const { return position_ >= 0; }

  friend constexpr auto operator<=>(Id, Id) = default;
  constexpr Id& operator++() {
    ++position_;
    return *this;
  }
  constexpr Id& operator--() {
    --position_;
    return *this;
  }
  friend constexpr Id operator+(Id id, std::int32_t n) { return Id(id.position_ + n); }
  friend constexpr Id operator-(Id id, std::int32_t n) { return Id(id.position_ - n); }
  friend constexpr std::int32_t operator-(Id a, Id b) { return a.position_ - b.position_; }

 private:
  std::int32_t position_ = -1;
};

// The ids from `first` up to `end`, which is not among them, for loops.
template <typename IdType>
class IdRange {
 public:
  class Iterator {
   public:
    using value_type = IdType;
    using difference_type = std::ptrdiff_t;

    constexpr Iterator() = default;
    explicit constexpr Iterator(IdType id) : id_(id) {}
    constexpr IdType operator*() const { return id_; }
    constexpr Iterator& operator++() {
      ++id_;
      return *this;
    }
    constexpr Iterator operator++(int) { return std::exchange(*this, Iterator(id_ + 1)); }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    IdType id_;
  };

  constexpr IdRange(IdType first, IdType end) : first_(first), end_(end) {}
  [[nodiscard]] constexpr Iterator begin() const { return Iterator(first_); }
  [[nodiscard]] constexpr Iterator end() const { return Iterator(end_); }

 private:
  IdType first_, end_;
};

// A std::vector that only ids of one kind index. Access is checked as by std::vector::at.
template <typename IdType, typename T>
class IdVector {
  using Items = std::vector<T>;

 public:
  using value_type = T;

  IdVector() = default;
  IdVector(std::initializer_list<T> items) : items_(items) {}
  explicit IdVector(std::size_t size) : items_(size) {}
  IdVector(std::size_t size, const T& item) : items_(size, item) {}
  explicit IdVector(Items items) : items_(std::move(items)) {}

  [[nodiscard]] typename Items::reference operator[](IdType id) { return items_.at(id.index()); }
  [[nodiscard]] typename Items::const_reference operator[](IdType id) const {
    return items_.at(id.index());
  }
  [[nodiscard]] bool contains(IdType id) const { return id && id.index() < items_.size(); }

  // All ids in order.
  [[nodiscard]] IdRange<IdType> ids() const { return {IdType(0), end_id()}; }
  // The id that the next element gets.
  [[nodiscard]] IdType end_id() const { return IdType(items_.size()); }
  IdType push_back(T item) {
    items_.push_back(std::move(item));
    return IdType(items_.size() - 1);
  }

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  void clear() { items_.clear(); }
  void reserve(std::size_t size) { items_.reserve(size); }
  void resize(std::size_t size) { items_.resize(size); }
  void resize(std::size_t size, const T& item) { items_.resize(size, item); }
  void assign(std::size_t size, const T& item) { items_.assign(size, item); }
  [[nodiscard]] auto& front() { return items_.front(); }
  [[nodiscard]] const auto& front() const { return items_.front(); }
  [[nodiscard]] auto& back() { return items_.back(); }
  [[nodiscard]] const auto& back() const { return items_.back(); }
  [[nodiscard]] auto begin() { return items_.begin(); }
  [[nodiscard]] auto end() { return items_.end(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  // The elements by position, for algorithms and interfaces that know no ids.
  [[nodiscard]] const Items& items() const { return items_; }
  [[nodiscard]] Items& items() { return items_; }

  friend bool operator==(const IdVector&, const IdVector&)
    requires std::equality_comparable<T>
  = default;

 private:
  Items items_;
};

}  // namespace spindle

template <typename Tag>
struct std::hash<spindle::Id<Tag>> {
  std::size_t operator()(spindle::Id<Tag> id) const noexcept {
    return std::hash<std::int32_t>()(id.number());
  }
};
