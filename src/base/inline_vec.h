// A vector of at most N small values kept in place: no allocation on the paths that run for every
// event.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>

#include "base/assert.h"

namespace holdfast {

template <class T, std::size_t N>
class InlineVec {
  static_assert(N <= 255);

 public:
  using value_type = T;

  constexpr InlineVec() = default;
  constexpr InlineVec(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }

  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr int count() const { return static_cast<int>(size_); }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const { return size_ == N; }
  [[nodiscard]] static constexpr std::size_t capacity() { return N; }

  constexpr T& operator[](std::size_t i) {
    HF_ASSERT(i < size_);
    return items_[i];
  }
  constexpr const T& operator[](std::size_t i) const {
    HF_ASSERT(i < size_);
    return items_[i];
  }
  constexpr T& back() { return (*this)[size_ - 1U]; }
  constexpr const T& back() const { return (*this)[size_ - 1U]; }

  constexpr T* begin() { return items_.data(); }
  constexpr T* end() { return items_.data() + size_; }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }

  constexpr void push_back(const T& value) {
    HF_ASSERT(size_ < N);
    items_[size_++] = value;
  }
  constexpr void clear() { size_ = 0; }
  constexpr void pop_back() {
    HF_ASSERT(size_ > 0);
    --size_;
  }
  constexpr void erase_at(std::size_t i) {
    HF_ASSERT(i < size_);
    std::move(begin() + i + 1, end(), begin() + i);
    --size_;
  }
  template <class Predicate>
  constexpr void remove_if(Predicate predicate) {
    T* kept = std::remove_if(begin(), end(), predicate);
    size_ = static_cast<std::uint8_t>(kept - begin());
  }

  [[nodiscard]] constexpr bool contains(const T& value) const {
    return std::find(begin(), end(), value) != end();
  }
  /// Inserts in order; a value that is there already is not added twice.
  constexpr void insert_sorted(const T& value) {
    if (contains(value)) return;
    push_back(value);
    std::rotate(std::upper_bound(begin(), end() - 1, value), end() - 1, end());
  }
  constexpr void erase(const T& value) {
    remove_if([&](const T& item) { return item == value; });
  }

  friend constexpr bool operator==(const InlineVec& a, const InlineVec& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::array<T, N> items_{};
  std::uint8_t size_ = 0;
};

}  // namespace holdfast
