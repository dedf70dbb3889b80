// A vector whose elements keep their addresses.
#pragma once

#include <compare>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "compiler/support/id.h"

namespace spindle {

// Like IdVector (support/id.h), but a reference or pointer to an element stays valid until that
// element is erased, whatever is added, erased or moved around it. Iterators are positions: they
// stay valid through any change and then refer to whatever stands at that position. So a pass may
// hold a node or a tensor while it adds others, and iterate over nodes while it appends to them.
template <typename IdType, typename T>
class StableVector {
  template <bool kConst>
  class Iterator {
    using Owner = std::conditional_t<kConst, const StableVector, StableVector>;

   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = std::conditional_t<kConst, const T*, T*>;
    using reference = std::conditional_t<kConst, const T&, T&>;

    Iterator() = default;
    Iterator(Owner* owner, difference_type at) : owner_(owner), at_(at) {}
    // NOLINTNEXTLINE(google-explicit-constructor): as the iterators of the standard library.
    operator Iterator<true>() const { return {owner_, at_}; }

    reference operator*() const { return *owner_->elements_[at_]; }
    pointer operator->() const { return &**this; }
    reference operator[](difference_type n) const { return *(*this + n); }
    Iterator& operator+=(difference_type n) {
      at_ += n;
      return *this;
    }
    Iterator& operator-=(difference_type n) { return *this += -n; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) { return std::exchange(*this, *this + 1); }
    Iterator operator--(int) { return std::exchange(*this, *this - 1); }
    friend Iterator operator+(Iterator i, difference_type n) { return i += n; }
    friend Iterator operator+(difference_type n, Iterator i) { return i += n; }
    friend Iterator operator-(Iterator i, difference_type n) { return i -= n; }
    friend difference_type operator-(const Iterator& a, const Iterator& b) { return a.at_ - b.at_; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }
    friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.at_ <=> b.at_; }

   private:
    Owner* owner_ = nullptr;
    difference_type at_ = 0;
  };

 public:
  using value_type = T;
  using iterator = Iterator<false>;
  using const_iterator = Iterator<true>;

  StableVector() = default;
  StableVector(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }
  StableVector(const StableVector& other) {
    for (const T& value : other) push_back(value);
  }
  StableVector(StableVector&& other) noexcept = default;
  StableVector& operator=(const StableVector& other) {
    if (this != &other) *this = StableVector(other);
    return *this;
  }
  StableVector& operator=(StableVector&& other) noexcept = default;
  ~StableVector() = default;

  [[nodiscard]] std::size_t size() const { return elements_.size(); }
  [[nodiscard]] bool empty() const { return elements_.empty(); }
  // Access is checked as by std::vector::at.
  [[nodiscard]] T& operator[](IdType id) { return *elements_.at(id.index()); }
  [[nodiscard]] const T& operator[](IdType id) const { return *elements_.at(id.index()); }
  [[nodiscard]] bool contains(IdType id) const { return id && id.index() < size(); }
  // All ids in order. A loop over them does not visit elements that are added meanwhile.
  [[nodiscard]] IdRange<IdType> ids() const { return {IdType(0), end_id()}; }
  // The id that the next element gets.
  [[nodiscard]] IdType end_id() const { return IdType(size()); }
  [[nodiscard]] T& front() { return *elements_.front(); }
  [[nodiscard]] const T& front() const { return *elements_.front(); }
  [[nodiscard]] T& back() { return *elements_.back(); }
  [[nodiscard]] const T& back() const { return *elements_.back(); }

  [[nodiscard]] iterator begin() { return {this, 0}; }
  [[nodiscard]] iterator end() { return {this, length()}; }
  [[nodiscard]] const_iterator begin() const { return {this, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, length()}; }
  [[nodiscard]] auto rbegin() { return std::make_reverse_iterator(end()); }
  [[nodiscard]] auto rend() { return std::make_reverse_iterator(begin()); }
  [[nodiscard]] auto rbegin() const { return std::make_reverse_iterator(end()); }
  [[nodiscard]] auto rend() const { return std::make_reverse_iterator(begin()); }

  IdType push_back(T value) {
    elements_.push_back(std::make_unique<T>(std::move(value)));
    return IdType(size() - 1);
  }
  void pop_back() { elements_.pop_back(); }
  void erase(IdType id) { elements_.erase(elements_.begin() + id.number()); }
  // Erases every element for which `drop` returns true. Returns how many were erased.
  template <typename Predicate>
  std::size_t erase_if(Predicate drop) {
    return std::erase_if(elements_, [&](const std::unique_ptr<T>& e) { return drop(*e); });
  }
  // Moves the element order[i] to position i. `order` must not contain an id twice. Elements whose
  // id it does not contain are erased.
  void reorder(const std::vector<IdType>& order) {
    std::vector<std::unique_ptr<T>> sorted;
    sorted.reserve(order.size());
    for (const IdType id : order) sorted.push_back(std::move(elements_.at(id.index())));
    elements_ = std::move(sorted);
  }

 private:
  [[nodiscard]] std::ptrdiff_t length() const { return static_cast<std::ptrdiff_t>(size()); }

  std::vector<std::unique_ptr<T>> elements_;
};

}  // namespace spindle
