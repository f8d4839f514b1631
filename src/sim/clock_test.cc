#include "sim/clock.h"

#include <gtest/gtest.h>

#include "base/prng.h"

namespace holdfast::sim {
namespace {

class Ringer : public Handler {
 public:
  explicit Ringer(Kernel& kernel) : kernel_(kernel) {}
  void set(MonoTime deadline) { timer.set(kernel_, clock, *this, 1, 0, deadline); }
  void drift(std::int64_t ppm) {
    clock.drift(kernel_.now(), ppm);
    timer.clock_changed(kernel_, clock, *this, 1, 0);
  }
  void on_event(std::uint32_t, std::uint64_t, std::uint64_t b) override {
    ++events;
    if (timer.fired(kernel_, clock, *this, 1, 0, b))
      rung.push_back(clock.host_time_of(kernel_.now()));
  }

  HostClock clock;
  LazyTimer timer;
  std::vector<MonoTime> rung;
  int events = 0;

 private:
  Kernel& kernel_;
};

TEST(HostClockTest, Inverse_is_the_first_instant_that_reads_so) {
  Prng prng(11);
  for (int round = 0; round < 200; ++round) {
    HostClock clock;
    SimTime t{};
    clock.boot(t, MonoTime{} + prng.between(Duration(0), Duration(1000h)));
    const auto pieces = prng.between(1, 7);
    for (std::int64_t i = 0; i < pieces; ++i) {
      t += prng.between(1us, 100s);
      clock.drift(t, prng.between(-200'000, 200'000));
    }
    for (int i = 0; i < 50; ++i) {
      const SimTime at{prng.between(Duration(0), Duration(t.time_since_epoch() + 100s))};
      const MonoTime reading = clock.host_time_of(at);
      const SimTime back = clock.sim_time_of(reading);
      EXPECT_LE(back, at);
      EXPECT_EQ(clock.host_time_of(back), reading);
      EXPECT_LT(clock.host_time_of(back - 1us), reading);
      EXPECT_GE(clock.host_time_of(clock.sim_time_of(reading + 1us)), reading + 1us);
    }
  }
}

TEST(HostClockTest, Never_runs_backwards_when_the_drift_changes) {
  HostClock clock;
  clock.boot(SimTime{}, MonoTime{5s});
  MonoTime last{};
  for (int i = 0; i < 1000; ++i) {
    const SimTime t{i * 10ms};
    if (i % 100 == 0) clock.drift(t, (i % 200 == 0 ? 1 : -1) * 5000);
    EXPECT_GE(clock.host_time_of(t), last);
    last = clock.host_time_of(t);
  }
}

TEST(HostClockTest, Drift_of_a_thousand_ppm_is_a_millisecond_a_second) {
  HostClock clock;
  clock.boot(SimTime{}, MonoTime{});
  clock.drift(SimTime{}, 1000);
  EXPECT_EQ(clock.host_time_of(SimTime{10s}), MonoTime{10s + 10ms});
  EXPECT_EQ(clock.sim_time_of(kNever), kNever);
}

TEST(LazyTimerTest, Moving_the_deadline_on_costs_no_event_each_time) {
  Kernel kernel;
  Ringer ringer(kernel);
  for (int i = 0; i < 100; ++i) {
    ringer.set(MonoTime{kernel.now().time_since_epoch() + 500ms});
    kernel.run_until(kernel.now() + 10ms);
  }
  EXPECT_TRUE(ringer.rung.empty());
  kernel.run_until(kernel.now() + 1s);
  ASSERT_EQ(ringer.rung.size(), 1U);
  EXPECT_EQ(ringer.rung[0], MonoTime{1490ms});
  EXPECT_LE(ringer.events, 4);
}

TEST(LazyTimerTest, Earlier_deadline_replaces_the_later_one) {
  Kernel kernel;
  Ringer ringer(kernel);
  ringer.set(MonoTime{10s});
  ringer.set(MonoTime{1s});
  kernel.run_until(SimTime{20s});
  ASSERT_EQ(ringer.rung.size(), 1U);
  EXPECT_EQ(ringer.rung[0], MonoTime{1s});
}

TEST(LazyTimerTest, Follows_a_clock_that_begins_to_hurry) {
  Kernel kernel;
  Ringer ringer(kernel);
  ringer.set(MonoTime{10s});
  kernel.run_until(SimTime{1s});
  ringer.drift(100'000);
  kernel.run_until(SimTime{20s});
  ASSERT_EQ(ringer.rung.size(), 1U);
  EXPECT_EQ(ringer.rung[0], MonoTime{10s});
}

TEST(LazyTimerTest, Cancelled_does_not_ring) {
  Kernel kernel;
  Ringer ringer(kernel);
  ringer.set(MonoTime{1s});
  ringer.timer.cancel();
  kernel.run_until(SimTime{2s});
  EXPECT_TRUE(ringer.rung.empty());
}

}  // namespace
}  // namespace holdfast::sim
