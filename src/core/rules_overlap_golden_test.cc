// Which rows of one table can match the same input: the order of those rows is a decision.
//
// Inputs are drawn from a seeded generator over small clusters. Set HF_UPDATE_GOLDEN=1 to rewrite
// tests/golden/rules/overlaps.txt, then read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "base/prng.h"
#include "core/agent/rules.h"
#include "core/dns/policy.h"
#include "core/health/check.h"
#include "core/health/consensus.h"
#include "core/health/targets.h"
#include "core/routing/routing.h"
#include "core/testing/cluster.h"
#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using Overlaps = std::set<std::string>;

std::string expected_text(const std::string& name, const std::string& actual) {
  const std::filesystem::path root =
      std::filesystem::absolute(__FILE__).parent_path().parent_path().parent_path();
  const char* moved = std::getenv("HF_SOURCE_DIR");
  const std::filesystem::path path =
      (moved == nullptr ? root : std::filesystem::path(moved)) / "tests/golden/rules" / name;
  const char* update = std::getenv("HF_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(path, std::ios::binary) << actual;
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Records every two rows that match this view. The last row of a table matches always and is left
/// out.
template <class Row, class View>
void note(std::span<const Row> rows, const View& view, Overlaps& overlaps, Overlaps& matched) {
  std::vector<const char*> ids;
  // Every table but the fence ends with a row for the rest.
  const bool has_rest = std::string_view(rows.front().rule.id) != "A100";
  for (const Row& row : rows) {
    const bool rest = has_rest && &row == &rows.back();
    if (!rest && row.matches(view)) ids.push_back(row.rule.id);
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    matched.insert(ids[i]);
    for (std::size_t j = i + 1; j < ids.size(); ++j)
      overlaps.insert(std::string(ids[i]) + " " + ids[j]);
  }
}

template <class T>
T pick(Prng& prng, std::initializer_list<T> values) {
  return *(values.begin() + prng.below(values.size()));
}

// Controllers.

MemberReport drawn_report(Prng& prng, const testing::Cluster& c, MemberReport it) {
  const Record& record = c.record();
  if (prng.chance(10)) it.self.life = pick(prng, {0U, 99U});
  it.record = prng.chance(80) ? record.key : RecordKey{StoreId{1}, Epoch{1}, Revision{1}};
  it.sealed = prng.chance(60) ? record.key.epoch : Epoch{1};
  it.state = pick(prng,
                  {PgState::kStandby,
                   PgState::kStandby,
                   PgState::kPrimary,
                   PgState::kCrashed,
                   PgState::kStopped,
                   PgState::kPromoting});
  it.sealed_final = it.state == PgState::kStandby && prng.chance(60);
  it.able_to_seal = it.state == PgState::kStandby && prng.chance(85);
  it.restarting = prng.chance(15);
  it.sick = prng.chance(15);
  it.regressed = prng.chance(5);
  it.drained = prng.chance(15);
  it.following = prng.chance(50) ? record.key.epoch : Epoch{};
  it.wal = pick(prng,
                {WalSeen::kSilent,
                 WalSeen::kSilent,
                 WalSeen::kRefused,
                 WalSeen::kFlowing,
                 WalSeen::kUnknown});
  it.wal_silence = pick<Duration>(prng, {100ms, 500ms, 500ms, 3s});
  it.position = testing::at(pick(prng, {1000ULL, 1000ULL, 2000ULL}));
  it.timeline = prng.chance(80) ? record.timeline() : Timeline{9};
  it.promise_left = prng.chance(20) ? 1s : 0s;
  it.reboot_hold = prng.chance(5);
  it.leads = Epoch{};
  if (it.state == PgState::kPrimary) {
    it.leads = prng.chance(70) ? record.key.epoch : Epoch{1};
    it.proven = prng.chance(60) ? record.pair_last : PairId{1};
  }
  return it;
}

Record drawn_record(Prng& prng, const testing::Cluster& c) {
  Record record = c.record();
  const Phase phase = pick(prng, {Phase::kSteady, Phase::kSealing, Phase::kPromoting});
  if (phase == Phase::kSealing) record = testing::sealing(record, prng.chance(50));
  if (phase == Phase::kPromoting)
    record = testing::promoting(
        record, c.who(static_cast<int>(prng.below(4))), Lsn{1000}, {c.who(1), c.who(2)}, 1);
  if (phase == Phase::kSteady && prng.chance(30)) {
    record.pair_last = PairId{2};
    record.pairs.push_back({PairId{2}, record.key.epoch, record.primary, {c.who(1)}, 1});
  }
  if (prng.chance(15)) {
    record.pairs[0].s.clear();
    record.pairs[0].w = 0;
  }
  if (prng.chance(5)) {
    while (!record.pairs.full()) record.pairs.push_back(record.pairs.back());
  }
  if (prng.chance(25)) record.handover = Handover{c.who(2)};
  record.halted = prng.chance(5);
  record.cause = pick(prng, {Cause::kNone, Cause::kCrashed, Cause::kSilent, Cause::kSwitchover});
  record.same_cause = static_cast<std::uint8_t>(prng.below(4));
  if (prng.chance(20)) record.failovers.push_back(c.wall - pick<Duration>(prng, {10s, 1000s}));
  if (c.policy.lossy_takeover && prng.chance(25)) record.candidates_pending.push_back({3, 99});
  return record;
}

void draw_controller(Prng& prng, Overlaps& overlaps, Overlaps& matched) {
  testing::Cluster c(prng.chance(50) ? testing::registry_policy() : testing::orders_policy());
  c.policy.block = prng.chance(20);
  c.policy.region_automatic = prng.chance(70);
  c.policy.zone_automatic = prng.chance(90);
  c.set_record(drawn_record(prng, c));
  for (int i = 0; i < 4; ++i) {
    if (prng.chance(70)) c.report(i) = drawn_report(prng, c, c.report(i));
    c.heard[static_cast<std::size_t>(i)] = prng.chance(70);
  }
  c.store_answers = prng.chance(80);
  c.pass(pick<Duration>(prng, {50ms, 500ms, 500ms, 3s}));
  c.state.record_since = c.now - pick<Duration>(prng, {50ms, 500ms, 4s});
  c.state.leading_seen_at = c.now - pick<Duration>(prng, {50ms, 5s});
  c.state.exposure = pick<Duration>(prng, {0s, 2s, 10min});
  c.hint.hold = prng.chance(5);
  if (prng.chance(10)) c.state.approved = c.record().key;
  if (prng.chance(10)) c.state.accept_loss_for = c.record().key.epoch;
  const controller::View view = c.view();
  switch (c.record().phase) {
    case Phase::kSteady: return note(controller::steady_rows(), view, overlaps, matched);
    case Phase::kSealing: return note(controller::sealing_rows(), view, overlaps, matched);
    case Phase::kPromoting: return note(controller::promoting_rows(), view, overlaps, matched);
  }
}

// Agents.

PgObservation drawn_observation(Prng& prng, const testing::Member& m) {
  const Record& record = m.record();
  PgObservation pg = m.pg;
  pg.state = pick(prng,
                  {PgState::kAbsent,
                   PgState::kStopped,
                   PgState::kCrashed,
                   PgState::kStandby,
                   PgState::kStandby,
                   PgState::kPrimary,
                   PgState::kPrimary,
                   PgState::kPromoting});
  pg.life = prng.chance(10) ? pick(prng, {0U, 99U}) : pg.life;
  pg.timeline = prng.chance(70) ? record.timeline() : Timeline{1};
  pg.flushed = Lsn{pick(prng, {900ULL, 1000ULL, 2000ULL})};
  pg.position_final = prng.chance(60);
  const Incarnation leader = record.leader();
  pg.source = prng.chance(50) ? Incarnation{} : leader;
  pg.source_epoch = prng.chance(60) ? record.key.epoch : Epoch{1};
  pg.credential = Epoch{prng.below(3)};
  pg.receiver = pick(prng,
                     {ReceiverState::kNone,
                      ReceiverState::kNone,
                      ReceiverState::kStreaming,
                      ReceiverState::kConnecting});
  pg.received_timeline = prng.chance(60) ? record.timeline() : Timeline{1};
  pg.receiver_since = m.now - pick<Duration>(prng, {100ms, 5s});
  pg.leads = prng.chance(60) ? record.key.epoch : Epoch{1};
  pg.open = prng.chance(60);
  pg.sync_pair = PairId{prng.below(3)};
  pg.proven = PairId{prng.below(3)};
  pg.barrier = Lsn{pick(prng, {0ULL, 950ULL})};
  pg.drained = prng.chance(20);
  pg.recovery_estimate = pick<Duration>(prng, {50ms, 5s});
  return pg;
}

Record drawn_agent_record(Prng& prng, const testing::Member& m) {
  Record record = m.record();
  record.key.revision = record.key.revision.next();
  const Phase phase = pick(prng, {Phase::kSteady, Phase::kSealing, Phase::kPromoting});
  if (phase == Phase::kSealing) record = testing::sealing(record, prng.chance(50));
  if (phase == Phase::kPromoting) {
    const int target = static_cast<int>(prng.below(4));
    record = testing::promoting(record,
                                testing::Member::who(target),
                                Lsn{1000},
                                {testing::Member::who(1), testing::Member::who(2)},
                                static_cast<int>(prng.below(2)));
    record.lossy = prng.chance(50);
  }
  if (prng.chance(25)) record.handover = Handover{testing::Member::who(2)};
  return record;
}

void draw_agent(Prng& prng, Overlaps& overlaps, Overlaps& matched) {
  const int self = static_cast<int>(prng.below(4));
  testing::Member m(prng.chance(50) ? testing::registry_policy() : testing::orders_policy(), self);
  m.state.known = std::make_shared<const Record>(drawn_agent_record(prng, m));
  m.pg = drawn_observation(prng, m);
  m.now += pick<Duration>(prng, {10ms, 1s, 5s});
  AgentState& state = m.state;
  state.proof_at = m.now - pick<Duration>(prng, {100ms, 10s});
  state.proof_epoch = prng.chance(60) ? m.record().key.epoch : Epoch{1};
  state.lease_from = state.proof_at;
  state.lease_epoch = state.proof_epoch;
  state.crashed_at = m.now - pick<Duration>(prng, {10ms, 5s});
  state.restarts = static_cast<int>(prng.below(3));
  state.retry_at = prng.chance(20) ? m.now + 1s : kLongAgo;
  if (prng.chance(20))
    state.disk.promise = {Epoch{1}, testing::Member::who(0), m.now + 1s, state.boot};
  const agent::View view{m.policy, state, m.pg, m.now, 1, false};
  note(agent::fence_rows(), view, overlaps, matched);
  if (view.sealing()) {
    note(agent::seal_rows(), view, overlaps, matched);
  } else if (view.leads()) {
    note(agent::lead_rows(), view, overlaps, matched);
  } else {
    note(agent::follow_rows(), view, overlaps, matched);
  }
}

// Routers.

void draw_router(Prng& prng, Overlaps& overlaps, Overlaps& matched) {
  const ClusterPolicy policy = testing::registry_policy();
  const MonoTime now = MonoTime{} + 1000s;
  RoutingMemory memory{static_cast<int>(prng.below(5)) - 1, Epoch{prng.below(4)}, {}};
  memory.newest = Epoch{prng.below(4)};
  RoutingState state = routing_state(policy, memory, now);
  for (HeardMember& it : state.members) {
    if (prng.chance(40)) continue;
    it.heard = now - pick<Duration>(prng, {100ms, 5s});
    it.report.state = pick(prng, {PgState::kPrimary, PgState::kStandby});
    const bool primary = it.report.state == PgState::kPrimary;
    it.report.leads = primary ? Epoch{prng.below(4)} : Epoch{};
    it.report.open = primary && prng.chance(50);
  }
  note(routing::rows(), routing::look(policy, state, now), overlaps, matched);
}

// Health.

void draw_health(Prng& prng, Overlaps& overlaps, Overlaps& matched) {
  using namespace health;
  using Verdict = health::Verdict;
  using model::CheckDisabled;
  const MonoTime now = MonoTime{} + 1000s;
  const auto disabled =
      pick(prng, {CheckDisabled::kNo, CheckDisabled::kAsHealthy, CheckDisabled::kAsUnhealthy});
  const auto verdict = pick(prng, {Verdict::kUnknown, Verdict::kHealthy, Verdict::kUnhealthy});
  CheckPolicy policy;
  policy.disabled = disabled;
  CheckState state;
  state.verdict = verdict;
  state.passes = static_cast<int>(prng.below(3));
  state.failures = state.passes > 0 ? 0 : 1 + static_cast<int>(prng.below(3));
  state.held_until = prng.chance(50) ? now + 1s : kLongAgo;
  note(check::rows(), check::View{policy, state, now}, overlaps, matched);

  HealthVerdict it;
  it.verdict = verdict;
  it.held_until = state.held_until;
  const std::uint64_t votes = prng.below(6);
  for (std::uint64_t i = 0; i < votes; ++i) {
    const Vote vote{0,
                    pick(prng, {Verdict::kUnknown, Verdict::kHealthy, Verdict::kUnhealthy}),
                    pick(prng, {Standing::kCounted, Standing::kIsolated, Standing::kSilent}),
                    now};
    note(consensus::standing_rows(), consensus::VoteView{vote, prng.chance(70)}, overlaps, matched);
    it.votes.push_back(vote);
  }
  ConsensusPolicy together;
  together.disabled = disabled;
  note(consensus::rows(), consensus::count(together, it, now), overlaps, matched);

  const auto mode = prng.chance(50) ? WhenAllFail::kOpen : WhenAllFail::kClosed;
  const int count = static_cast<int>(prng.below(4));
  const int unhealthy = static_cast<int>(prng.between(0, count));
  note(targets::rows(), targets::View{mode, count, unhealthy}, overlaps, matched);
}

// Names that follow health.

void draw_name(Prng& prng, Overlaps& overlaps, Overlaps& matched) {
  const MonoTime now = MonoTime{} + 1000s;
  model::DnsAnswer answer;
  answer.policy = static_cast<model::DnsPolicy>(prng.below(4));
  answer.failback = static_cast<model::Failback>(prng.below(2));
  answer.evaluate_health = prng.chance(90);
  std::vector<dns::TargetHealth> health;
  const std::size_t groups = answer.policy == model::DnsPolicy::kFailover ? 3 : 1;
  for (std::size_t i = 0; i < groups; ++i) {
    answer.groups.push_back({});
    for (int j = 0; j < 2; ++j) {
      const auto target = static_cast<model::Index>(health.size());
      answer.groups.back().targets.push_back({target, static_cast<int>(prng.below(2))});
      health.push_back({static_cast<dns::Verdict>(prng.below(3)),
                        now,
                        1s,
                        prng.chance(30) ? now - Duration{2s} : kLongAgo});
    }
  }
  const dns::Bounds bounds;
  const dns::Question question{answer, bounds, health, prng.chance(30), now};
  const auto group = static_cast<std::size_t>(prng.below(groups));
  note(dns::rows(), dns::look(question, group), overlaps, matched);
}

TEST(RulesGolden, pairs_of_rows_that_match_the_same_input) {
  Prng prng(20240229);
  Overlaps overlaps;
  Overlaps matched;
  for (int i = 0; i < 60000; ++i) {
    draw_controller(prng, overlaps, matched);
    draw_agent(prng, overlaps, matched);
  }
  // After the others, whose draws are thereby what they were without it.
  for (int i = 0; i < 20000; ++i) draw_router(prng, overlaps, matched);
  for (int i = 0; i < 5000; ++i) draw_health(prng, overlaps, matched);
  for (int i = 0; i < 20000; ++i) draw_name(prng, overlaps, matched);
  std::string actual = "Rows of one table that can match the same input; the first one decides.\n";
  std::string before;
  for (const std::string& pair : overlaps) {
    const std::string first = pair.substr(0, 4);
    actual += first == before ? "" : "\n" + first + " before";
    actual += " " + pair.substr(5);
    before = first;
  }
  actual += "\n";
  EXPECT_EQ(actual, expected_text("overlaps.txt", actual));
  // The generator reaches every row, or the list above says little.
  for (const RuleTable& table : rule_tables()) {
    for (const Rule* rule : table.rules) {
      const std::string id = rule->id;
      // A record that is not being sealed names a leader: A400 stands for the day it does not.
      const bool row = id[0] != 'R' && id > (id[0] == 'A' ? "A099" : "C199") && id != "A400";
      const bool always = rule == table.rules.back() && std::string(table.name) != "agent.fence";
      EXPECT_TRUE(!row || always || matched.contains(id)) << id << " is never drawn";
    }
  }
}

}  // namespace
}  // namespace holdfast::core
