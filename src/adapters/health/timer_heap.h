// One deadline for each of a fixed number of slots, the earliest first: a binary heap whose entries
// know where they are.
//
// No allocation after grow_to(). Equal deadlines come in no stated order. One thread.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.h"

namespace holdfast::health {

class TimerHeap {
 public:
  void grow_to(std::size_t slots) {
    places_.resize(slots, kNowhere);
    deadlines_.resize(slots, kNever);
    heap_.reserve(slots);
  }

  /// kNever takes the slot out.
  void set(std::uint32_t slot, MonoTime deadline) {
    deadlines_[slot] = deadline;
    if (deadline == kNever) return remove(slot);
    if (places_[slot] == kNowhere) {
      heap_.push_back(slot);
      places_[slot] = heap_.size() - 1;
    }
    fix(places_[slot]);
  }

  [[nodiscard]] MonoTime next() const { return heap_.empty() ? kNever : deadlines_[heap_[0]]; }
  /// Pre: next() is not kNever.
  [[nodiscard]] std::uint32_t first() const { return heap_[0]; }
  [[nodiscard]] MonoTime deadline(std::uint32_t slot) const { return deadlines_[slot]; }

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  [[nodiscard]] bool earlier(std::size_t a, std::size_t b) const {
    return deadlines_[heap_[a]] < deadlines_[heap_[b]];
  }

  void exchange(std::size_t a, std::size_t b) {
    std::swap(heap_[a], heap_[b]);
    places_[heap_[a]] = a;
    places_[heap_[b]] = b;
  }

  void fix(std::size_t at) {
    for (; at > 0 && earlier(at, (at - 1) / 2); at = (at - 1) / 2) exchange(at, (at - 1) / 2);
    for (;;) {
      std::size_t least = at;
      for (std::size_t child = 2 * at + 1; child < 2 * at + 3 && child < heap_.size(); ++child) {
        if (earlier(child, least)) least = child;
      }
      if (least == at) return;
      exchange(at, least);
      at = least;
    }
  }

  void remove(std::uint32_t slot) {
    const std::size_t at = places_[slot];
    if (at == kNowhere) return;
    exchange(at, heap_.size() - 1);
    heap_.pop_back();
    places_[slot] = kNowhere;
    if (at < heap_.size()) fix(at);
  }

  std::vector<std::uint32_t> heap_;
  std::vector<std::size_t> places_;
  std::vector<MonoTime> deadlines_;
};

}  // namespace holdfast::health
