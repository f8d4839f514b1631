// Deadlines in order, whatever is set, moved or taken out.
#include "adapters/health/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/prng.h"

namespace holdfast::health {
namespace {

TEST(TimerHeap, first_is_always_the_earliest) {
  Prng prng(7);
  TimerHeap heap;
  heap.grow_to(50);
  std::vector<MonoTime> model(50, kNever);
  EXPECT_EQ(heap.next(), kNever);
  for (int i = 0; i < 20000; ++i) {
    const auto slot = static_cast<std::uint32_t>(prng.below(50));
    model[slot] = prng.chance(30) ? kNever : MonoTime{} + prng.between(Duration{}, 1s);
    heap.set(slot, model[slot]);
    const MonoTime earliest = *std::min_element(model.begin(), model.end());
    ASSERT_EQ(heap.next(), earliest);
    if (earliest != kNever) {
      ASSERT_EQ(model[heap.first()], earliest);
    }
  }
}

}  // namespace
}  // namespace holdfast::health
