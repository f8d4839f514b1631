#include "core/site/scope.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::core {
namespace {

constexpr MonoTime kNow = MonoTime{} + 100s;

/// Two hosts in each of zones 0 and 1 (region 0), one in zone 2 (region 1), all heard just now.
std::vector<HostView> hosts() {
  const MonoTime heard = kNow - 50ms;
  return {{0, 0, heard}, {0, 0, heard}, {1, 0, heard}, {1, 0, heard}, {2, 1, heard}};
}

ScopeInput input() {
  ScopeInput it;
  it.now = kNow;
  return it;
}

TEST(ScopeHint, all_heard_is_no_loss) {
  const SiteHint hint = scope_hint(hosts(), input());
  EXPECT_EQ(hint.lost_zones, 0U);
  EXPECT_EQ(hint.lost_regions, 0U);
  EXPECT_FALSE(hint.hold);
}

TEST(ScopeHint, one_silent_host_is_no_lost_zone) {
  auto views = hosts();
  views[0].heard = kLongAgo;
  EXPECT_EQ(scope_hint(views, input()).lost_zones, 0U);
}

TEST(ScopeHint, every_host_of_a_zone_silent_is_a_lost_zone) {
  auto views = hosts();
  views[0].heard = kNow - 400ms;
  views[1].heard = kLongAgo;
  EXPECT_EQ(scope_hint(views, input()).lost_zones, 0b001U);
  EXPECT_EQ(scope_hint(views, input()).lost_regions, 0U);
}

TEST(ScopeHint, silence_just_short_of_detection_is_no_loss) {
  auto views = hosts();
  for (HostView& host : views) host.heard = kNow - 399ms;
  EXPECT_EQ(scope_hint(views, input()).lost_zones, 0U);
}

TEST(ScopeHint, every_zone_of_a_region_silent_is_a_lost_region) {
  auto views = hosts();
  for (std::size_t i = 0; i < 4; ++i) views[i].heard = kNow - 1s;
  EXPECT_EQ(scope_hint(views, input()).lost_zones, 0b011U);
  EXPECT_EQ(scope_hint(views, input()).lost_regions, 0b01U);
}

TEST(ScopeHint, silence_everywhere_may_be_the_controllers_own) {
  auto views = hosts();
  for (HostView& host : views) host.heard = kNow - 1s;
  EXPECT_EQ(scope_hint(views, input()).lost_zones, 0U);
  EXPECT_EQ(scope_hint({}, input()).lost_zones, 0U);
}

TEST(ScopeHint, time_asleep_is_not_silence) {
  auto views = hosts();
  for (std::size_t i = 0; i < 4; ++i) views[i].heard = kNow - 1h;
  ScopeInput woken = input();
  woken.awake_since = kNow - 100ms;
  EXPECT_EQ(scope_hint(views, woken).lost_zones, 0U);
}

TEST(ScopeHint, cap_holds_single_failovers_but_not_a_lost_zone) {
  ScopeInput full = input();
  full.failovers_under_way = full.failovers_max;
  EXPECT_TRUE(scope_hint(hosts(), full).hold);
  auto views = hosts();
  views[0].heard = views[1].heard = kLongAgo;
  EXPECT_FALSE(scope_hint(views, full).hold);
}

}  // namespace
}  // namespace holdfast::core
