// From a lone member to the full set, by the changes that the controllers would record.
#include <gtest/gtest.h>

#include "core/controller/controller.h"
#include "core/durability/mixing.h"
#include "core/durability/shape.h"
#include "model/sites_for_test.h"

namespace holdfast::core {
namespace {

constexpr std::uint32_t kLife = 7;

Incarnation member(int index) { return {static_cast<std::uint8_t>(index), kLife}; }

void record_pair(Record& record, const Shape& shape) {
  record.key.revision = record.key.revision.next();
  add_pair(record, record.key.epoch, record.primary, shape.s, shape.w);
}

void retire(Record& record) {
  const PairId newest = newest_pair(record)->id;
  record.pairs.remove_if([&](const Pair& pair) { return pair.id != newest; });
}

/// Members 1 … n−1 become usable one after the other; each time the set grows as far as it may.
void expect_that_all_can_join(const ClusterPolicy& policy) {
  Record record = lone_record(policy, kLife, WallTime{});
  MemberSet usable;
  for (int joined = 1; joined < policy.count(); ++joined) {
    usable.insert_sorted(member(joined));
    for (int step = 0; step < 4; ++step) {
      const Shape wanted = sync_shape(policy, record.primary, usable);
      const Pair newest = *newest_pair(record);
      if (policy.block && wanted.protects < policy.durability) break;
      if (wanted.s == newest.s && wanted.w == newest.w) break;
      const std::optional<Shape> next = next_step(policy, record, record.primary, newest, wanted);
      ASSERT_TRUE(next.has_value()) << "member " << joined << " cannot join";
      record_pair(record, *next);
      // One that nobody can satisfy is never proven, and stays until another one is.
      if (next->w <= next->s.count()) retire(record);
    }
  }
  const Shape full = sync_shape(policy, record.primary, usable);
  EXPECT_EQ(newest_pair(record)->s, full.s);
  EXPECT_EQ(newest_pair(record)->w, full.w);
  EXPECT_EQ(full.protects, policy.durability);
}

TEST(LoneRecord, names_the_first_member_on_the_first_timeline) {
  const model::Site site = model::two_regions();
  const Record record = lone_record(make_policy(site, site.clusters[0]), kLife, WallTime{5s});
  EXPECT_EQ(record.leader(), member(0));
  EXPECT_EQ(record.timeline(), Timeline{1});
  EXPECT_EQ(record.cause, Cause::kBootstrap);
  ASSERT_NE(newest_pair(record), nullptr);
  EXPECT_TRUE(newest_pair(record)->s.empty());
  EXPECT_EQ(newest_pair(record)->w, 0);
}

TEST(LoneRecord, that_may_not_go_unprotected_lets_no_write_through) {
  const model::Site site = model::two_regions();
  ClusterPolicy policy = make_policy(site, site.clusters[0]);
  policy.block = true;
  const Record record = lone_record(policy, kLife, WallTime{});
  EXPECT_GT(newest_pair(record)->w, newest_pair(record)->s.count());
}

TEST(LoneRecord, grows_to_the_full_set_for_every_durability_and_policy) {
  const model::Site site = model::two_regions();
  for (const model::Cluster& cluster : site.clusters) {
    for (const bool block : {false, true}) {
      SCOPED_TRACE(cluster.name + (block ? " block" : " degrade"));
      ClusterPolicy policy = make_policy(site, cluster);
      policy.block = block;
      expect_that_all_can_join(policy);
    }
  }
}

TEST(LoneRecord, of_an_only_member_needs_nobody) {
  model::Site site = model::two_regions();
  site.clusters[0].members.resize(1);
  site.clusters[0].durability = model::Durability::kNone;
  const ClusterPolicy policy = make_policy(site, site.clusters[0]);
  EXPECT_EQ(newest_pair(lone_record(policy, kLife, WallTime{}))->w, 0);
}

}  // namespace
}  // namespace holdfast::core
