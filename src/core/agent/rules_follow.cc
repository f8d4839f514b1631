// Rows of the members that do not lead.

#include <algorithm>

#include "base/defect.h"
#include "core/agent/rules.h"

namespace holdfast::core::agent {
namespace {

/// Looks, at growing intervals, before a tail is given up while the leader is still being settled.
constexpr int kPatience = 3;

bool retry_later(const View& v) { return v.now < v.state.retry_at; }

bool leader_unknown(const View& v) { return !v.leader().is_set(); }

bool leader_is_own_name(const View& v) { return v.leader().member == v.state.self; }

bool no_directory(const View& v) { return v.pg.life == 0 || v.pg.state == PgState::kAbsent; }

bool is_down(const View& v) { return v.down(); }

bool old_source(const View& v) {
  const PgObservation& pg = v.pg;
  const bool other =
      pg.source.is_set() && (pg.source != v.leader() || pg.source_epoch < v.record().key.epoch);
  const bool stray = !pg.source.is_set() && pg.receiver != ReceiverState::kNone;
  return pg.state == PgState::kStandby && (other || stray);
}

bool not_final(const View& v) {
  return v.pg.state == PgState::kStandby && !v.pg.source.is_set() && !v.pg.position_final;
}

bool diverged(const View& v) {
  return v.pg.state == PgState::kStandby && !v.pg.source.is_set() &&
         relation(v.record(), v.position()) == Relation::kDiverged &&
         !HF_DEFECT(kDivergedMayFollow);
}

/// It streams, yet not on the accepted timeline: what it confirms is not what the leader means.
bool on_another_timeline(const View& v) {
  return v.pg.state == PgState::kStandby && v.pg.receiver == ReceiverState::kStreaming &&
         v.pg.received_timeline != v.record().timeline() &&
         since(v.pg.receiver_since, v.now) > v.policy.timing.sick && !HF_DEFECT(kDivergedMayFollow);
}

bool unpointed(const View& v) { return v.pg.state == PgState::kStandby && !v.pg.source.is_set(); }

void nothing(View&, AgentStep&) {}

void back_off(View& v) {
  v.state.failures += 1;
  v.state.retry_at = v.now + 500ms * std::min(v.state.failures, 8);
}

void rebuild(View& v, AgentStep& out) {
  if (retry_later(v)) return;
  back_off(v);
  command(v, out, {.verb = PgVerb::kRebuild, .peer = v.leader(), .life = v.fresh_life});
}

void start_standby(View& v, AgentStep& out) {
  command(v, out, {.verb = PgVerb::kStartStandby, .epoch = v.record().key.epoch});
}

void seal(View& v, AgentStep& out) {
  command(v, out, {.verb = PgVerb::kSeal, .epoch = v.record().key.epoch});
}

void rewind(View& v, AgentStep& out) {
  if (retry_later(v)) return;
  back_off(v);
  // A promotion that is given up may still need this tail; one that lacks followers needs them.
  if (v.record().phase != Phase::kSteady && v.state.failures <= kPatience) return;
  const PgVerb verb = v.state.failures % 3 == 0 ? PgVerb::kRebuild : PgVerb::kRewind;
  command(v, out, {.verb = verb, .peer = v.leader(), .life = v.fresh_life});
}

void follow(View& v, AgentStep& out) {
  v.state.follow_at = v.now;
  v.state.failures = 0;
  command(v, out, {.verb = PgVerb::kFollow, .epoch = v.record().key.epoch, .peer = v.leader()});
}

bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"A400", "Nobody leads: it waits."}, leader_unknown, nothing},
    {{"A410",
      "The directory is empty or broken: it is copied afresh from the leader, as a new "
      "incarnation."},
     [](const View& v) { return no_directory(v) && !leader_is_own_name(v); },
     rebuild},
    {{"A420", "It is down and does not lead: it starts as a standby without a source."},
     [](const View& v) { return is_down(v) && v.pg.life != 0; },
     start_standby},
    {{"A430",
      "A former incarnation of this very member is to lead: it waits until that is given up."},
     leader_is_own_name,
     nothing},
    {{"A440", "Its source is of an older epoch: it is sealed before it follows the new leader."},
     old_source,
     seal},
    {{"A450", "Where its WAL ends is not known yet: it waits for replay to get there."},
     not_final,
     nothing},
    {{"A460",
      "Its WAL goes beyond the fork: what diverged is kept, then it is rewound as a new "
      "incarnation."},
     diverged,
     rewind},
    {{"A470",
      "It streams on another timeline than the accepted one: it is sealed and looked at again."},
     on_another_timeline,
     seal},
    {{"A480", "Its WAL is a prefix of the accepted history: it follows the leader."},
     unpointed,
     follow},
    {{"A499", "It follows: nothing to do."}, always, nothing},
};

}  // namespace

std::span<const Row> follow_rows() { return kRows; }

}  // namespace holdfast::core::agent
