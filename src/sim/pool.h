// Counted slots for values too large for a kernel event: an event carries the slot's number.
//
// A slot is filled once, shared by any number of holders, and used again when the last one lets go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace holdfast::sim {

template <class T>
class Pool {
 public:
  /// A slot with one holder.
  std::uint64_t put(T value) {
    if (free_.empty()) {
      slots_.push_back({std::move(value), 1});
      return slots_.size() - 1;
    }
    const std::uint64_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = {std::move(value), 1};
    return slot;
  }
  /// Stays valid while the slot is held, whatever is put meanwhile.
  T& operator[](std::uint64_t slot) { return slots_[slot].value; }
  const T& operator[](std::uint64_t slot) const { return slots_[slot].value; }

  void retain(std::uint64_t slot) { ++slots_[slot].holders; }
  void release(std::uint64_t slot) {
    Slot& it = slots_[slot];
    HF_ASSERT(it.holders > 0);
    if (--it.holders > 0) return;
    if constexpr (!std::is_trivially_destructible_v<T>) it.value = T{};
    free_.push_back(slot);
  }
  [[nodiscard]] std::size_t held() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    T value;
    std::uint32_t holders = 0;
  };
  std::deque<Slot> slots_;
  std::vector<std::uint64_t> free_;
};

}  // namespace holdfast::sim
