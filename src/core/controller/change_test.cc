#include <gtest/gtest.h>

#include "core/testing/cluster.h"

namespace holdfast::core::controller {
namespace {

using testing::Cluster;

void forget_sender(MemberReport& leader, Incarnation who) {
  InlineVec<SenderReport, kMembersMax> kept;
  for (const SenderReport& it : leader.senders) {
    if (it.standby != who) kept.push_back(it);
  }
  leader.senders = kept;
}

SenderReport& sender(Cluster& c, int member) {
  for (SenderReport& it : c.report(0).senders) {
    if (it.standby == c.who(member)) return it;
  }
  c.report(0).senders.push_back({c.who(member), c.report(0).position.lsn, 0us, 0us, 1h});
  return c.report(0).senders.back();
}

/// Member 3 of the registry is not in the set; it streams and could join.
Cluster without_member_3() {
  Cluster c(testing::registry_policy());
  Record record = c.record();
  record.pairs[0].s.erase(c.who(3));
  c.set_record(record);
  return c;
}

TEST(Change, healthy_set_stays_as_it_is) {
  Cluster registry(testing::registry_policy());
  EXPECT_FALSE(wanted_change(registry.view()).has_value());
  Cluster orders(testing::orders_policy());
  EXPECT_FALSE(wanted_change(orders.view()).has_value());
}

TEST(Change, member_without_replies_for_the_detection_time_and_a_retransmission_leaves) {
  Cluster c(testing::registry_policy());
  c.pass(1s);
  sender(c, 1).reply_age = 599ms;
  EXPECT_FALSE(wanted_change(c.view()).has_value());
  c.state.members[1].sender_alive_at = kLongAgo;
  sender(c, 1).reply_age = 600ms;
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s, (MemberSet{c.who(2), c.who(3)}));
  EXPECT_EQ(shape->w, 2);  // the members first, then the number: any mixture of the two is safe
}

TEST(Change, number_follows_once_the_members_have_changed) {
  Cluster c(testing::registry_policy());
  Record record = c.record();
  record.pairs[0].s.erase(c.who(1));
  c.set_record(record);
  forget_sender(c.report(0), c.who(1));
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s, (MemberSet{c.who(2), c.who(3)}));
  EXPECT_EQ(shape->w, 1);
}

TEST(Change, member_leaves_also_when_the_quorum_still_holds) {
  Cluster c(testing::orders_policy());
  forget_sender(c.report(0), c.who(2));
  c.pass(1s);
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s, MemberSet{c.who(1)});
}

TEST(Change, nobody_is_lost_before_a_new_leader_was_watched_for_the_detection_time) {
  Cluster c(testing::orders_policy());
  c.pass(1s);
  forget_sender(c.report(0), c.who(2));
  c.state.members[2].sender_alive_at = kLongAgo;
  c.state.leading_seen_at = c.now - 599ms;
  EXPECT_FALSE(wanted_change(c.view()).has_value());
  c.state.leading_seen_at = c.now - 600ms;
  EXPECT_TRUE(wanted_change(c.view()).has_value());
}

TEST(Change, member_with_another_life_leaves_at_once) {
  Cluster c(testing::registry_policy());
  c.report(1).self.life = 999;
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s.size(), 2U);
}

TEST(Change, member_that_lost_confirmed_writes_leaves_at_once) {
  Cluster c(testing::registry_policy());
  c.report(1).regressed = true;
  ASSERT_TRUE(wanted_change(c.view()).has_value());
}

TEST(Change, member_whose_agent_is_silent_leaves_after_the_sick_time) {
  Cluster c(testing::registry_policy());
  c.lose(1);
  c.pass(1900ms);
  EXPECT_FALSE(wanted_change(c.view()).has_value());
  c.pass(100ms);
  EXPECT_TRUE(wanted_change(c.view()).has_value());
}

TEST(Change, streaming_member_on_the_accepted_timeline_joins) {
  Cluster c = without_member_3();
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s, (MemberSet{c.who(1), c.who(2), c.who(3)}));
  EXPECT_EQ(shape->w, 2);
}

TEST(Change, member_that_could_not_be_relied_on_does_not_join) {
  const std::pair<const char*, void (*)(Cluster&)> flaws[] = {
      {"not heard",
       [](Cluster& c) {
         c.lose(3);
         c.pass(400ms);
       }},
      {"another timeline", [](Cluster& c) { c.report(3).timeline = Timeline{2}; }},
      {"another epoch's leader", [](Cluster& c) { c.report(3).following = Epoch{9}; }},
      {"not following", [](Cluster& c) { c.report(3).following = Epoch{}; }},
      {"lost confirmed writes", [](Cluster& c) { c.report(3).regressed = true; }},
      {"no sender", [](Cluster& c) { forget_sender(c.report(0), c.who(3)); }},
      {"streams since just now", [](Cluster& c) { sender(c, 3).streaming_for = 299ms; }},
      {"no reply", [](Cluster& c) { sender(c, 3).reply_age = 400ms; }},
      {"far behind", [](Cluster& c) { sender(c, 3).flushed.value -= (1 << 20) + 1; }},
  };
  for (const auto& [name, spoil] : flaws) {
    Cluster c = without_member_3();
    spoil(c);
    EXPECT_FALSE(wanted_change(c.view()).has_value()) << name;
  }
}

TEST(Change, asynchronous_member_never_joins) {
  Cluster c(testing::orders_policy());
  Record record = c.record();
  record.pairs[0].s.erase(c.who(2));
  c.set_record(record);
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s, (MemberSet{c.who(1), c.who(2)}));
}

TEST(Change, block_keeps_the_set_rather_than_go_unprotected) {
  Cluster c(testing::registry_policy());
  c.policy.block = true;
  forget_sender(c.report(0), c.who(2));
  forget_sender(c.report(0), c.who(3));
  c.pass(1s);
  EXPECT_FALSE(wanted_change(c.view()).has_value());
  c.policy.block = false;
  EXPECT_TRUE(wanted_change(c.view()).has_value());
}

TEST(Change, block_still_drops_a_member_while_the_rest_protects) {
  Cluster c(testing::registry_policy());
  c.policy.block = true;
  forget_sender(c.report(0), c.who(3));
  c.pass(1s);
  const auto shape = wanted_change(c.view());
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->s, (MemberSet{c.who(1), c.who(2)}));
  EXPECT_EQ(shape->w, 2);
}

TEST(Change, nothing_changes_while_the_leader_is_not_seen_leading) {
  const std::pair<const char*, void (*)(Cluster&)> flaws[] = {
      {"not heard", [](Cluster& c) { c.lose(0); }},
      {"another life", [](Cluster& c) { c.report(0).self.life = 999; }},
      {"leads an older epoch", [](Cluster& c) { c.report(0).leads = Epoch{}; }},
      {"down", [](Cluster& c) { c.report(0).state = PgState::kCrashed; }},
  };
  for (const auto& [name, spoil] : flaws) {
    Cluster c(testing::registry_policy());
    forget_sender(c.report(0), c.who(1));
    spoil(c);
    c.pass(1s);
    EXPECT_FALSE(wanted_change(c.view()).has_value()) << name;
  }
}

TEST(Change, full_record_waits_for_older_pairs_to_retire) {
  Cluster c = without_member_3();
  Record record = c.record();
  while (record.pairs.size() + 1 < record.pairs.capacity()) record.pairs.push_back(record.pairs[0]);
  c.set_record(record);
  EXPECT_FALSE(wanted_change(c.view()).has_value());
}

TEST(Change, draft_keeps_the_old_pair_beside_the_new) {
  Cluster c = without_member_3();
  const Record next = draft_change(c.view(), *wanted_change(c.view()));
  ASSERT_EQ(next.pairs.size(), 2U);
  EXPECT_EQ(next.pairs[0], c.record().pairs[0]);
  EXPECT_EQ(next.pairs[1].id, c.record().pair_last.next());
  EXPECT_EQ(next.pairs[1].epoch, c.record().key.epoch);
  EXPECT_EQ(next.pairs[1].primary, c.who(0));
  EXPECT_EQ(next.key.revision, c.record().key.revision.next());
}

TEST(NewestIsProven, by_the_leaders_word_about_this_very_pair) {
  Cluster c(testing::registry_policy());
  EXPECT_TRUE(newest_is_proven(c.view()));
  c.report(0).proven = PairId{};
  EXPECT_FALSE(newest_is_proven(c.view()));
  c.report(0).proven = PairId{1};
  c.lose(0);
  c.pass(400ms);
  EXPECT_FALSE(newest_is_proven(c.view()));
}

TEST(WantedCandidates, are_the_asynchronous_members_that_may_lead) {
  Cluster orders(testing::orders_policy());
  EXPECT_EQ(wanted_candidates(orders.view()), MemberSet{orders.who(3)});
  orders.policy.members[3].may_lead = false;
  EXPECT_TRUE(wanted_candidates(orders.view()).empty());
  Cluster registry(testing::registry_policy());
  EXPECT_TRUE(wanted_candidates(registry.view()).empty());
}

TEST(WantedCandidates, are_all_others_where_nothing_is_waited_for) {
  Cluster c(testing::orders_policy());
  c.policy.durability = model::Durability::kNone;
  EXPECT_EQ(wanted_candidates(c.view()), (MemberSet{c.who(1), c.who(2), c.who(3)}));
}

}  // namespace
}  // namespace holdfast::core::controller
