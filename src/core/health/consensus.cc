#include "core/health/consensus.h"

#include <algorithm>

namespace holdfast::core::health {
namespace consensus {
namespace {

using model::CheckDisabled;

bool is_isolated(const VoteView& v) { return v.fresh && v.vote.standing == Standing::kIsolated; }
bool is_old(const VoteView& v) { return !v.fresh; }
bool is_undecided(const VoteView& v) { return v.vote.verdict == Verdict::kUnknown; }
bool any(const VoteView&) { return true; }

constexpr StandingRow kStandingRows[] = {
    {{"H200", "Nothing was heard of the vantage point lately: its vote is not counted."},
     is_old,
     Standing::kSilent},
    {{"H210", "The vantage point has not made up its mind: its vote is not counted."},
     is_undecided,
     Standing::kUndecided},
    {{"H220",
      "The vantage point sees every target fail, of which others see half or more well: it is "
      "isolated, and its vote is not counted."},
     is_isolated,
     Standing::kIsolated},
    {{"H230", "The vantage point has a fresh view: its vote is counted."}, any, Standing::kCounted},
};

bool rests_healthy(const View& v) { return v.policy.disabled == CheckDisabled::kAsHealthy; }
bool rests_unhealthy(const View& v) { return v.policy.disabled == CheckDisabled::kAsUnhealthy; }
bool most_fail(const View& v) { return 2 * v.unhealthy > v.all; }
bool half_pass(const View& v) { return v.all > 0 && 2 * v.healthy >= v.all; }
bool is_held(const View& v) {
  return half_pass(v) && v.it.verdict == Verdict::kUnhealthy && v.now < v.it.held_until;
}
bool too_few(const View& v) { return 2 * (v.healthy + v.unhealthy) <= v.all; }
bool always(const View&) { return true; }

Verdict healthy(const View&) { return Verdict::kHealthy; }
Verdict unhealthy(const View&) { return Verdict::kUnhealthy; }
Verdict stay(const View& v) { return v.it.verdict; }

constexpr Row kRows[] = {
    {{"H300", "The check is disabled and counts as healthy, whatever anybody sees."},
     rests_healthy,
     healthy},
    {{"H310", "The check is disabled and counts as unhealthy, whatever anybody sees."},
     rests_unhealthy,
     unhealthy},
    {{"H320", "More than half of all declared votes say so: it is unhealthy."},
     most_fail,
     unhealthy},
    {{"H330",
      "At least half of all declared votes say healthy, but it has been unhealthy for less than "
      "its "
      "minimum: it stays so."},
     is_held,
     stay},
    {{"H340", "At least half of all declared votes say so: it is healthy."}, half_pass, healthy},
    {{"H350", "Too few votes are counted to decide anything: the last verdict stands."},
     too_few,
     stay},
    {{"H399", "The votes that are counted do not agree well enough: the last verdict stands."},
     always,
     stay},
};

}  // namespace

std::span<const StandingRow> standing_rows() { return kStandingRows; }
std::span<const Row> rows() { return kRows; }

View count(const ConsensusPolicy& policy, const HealthVerdict& it, MonoTime now) {
  View view{policy, it, now, it.votes.count(), 0, 0};
  for (const Vote& vote : it.votes) {
    if (vote.standing != Standing::kCounted) continue;
    view.healthy += vote.verdict == Verdict::kHealthy ? 1 : 0;
    view.unhealthy += vote.verdict == Verdict::kUnhealthy ? 1 : 0;
  }
  return view;
}

}  // namespace consensus

namespace {

void judge_votes(const ConsensusPolicy& policy, HealthVerdict& it, MonoTime now) {
  for (Vote& vote : it.votes) {
    const consensus::VoteView view{vote, since(vote.heard, now) <= policy.fresh_for};
    for (const consensus::StandingRow& row : consensus::standing_rows()) {
      if (!row.matches(view)) continue;
      vote.standing = row.standing;
      break;
    }
  }
}

void remember(HealthVerdict& it, const Turn& turn) {
  if (it.history.full()) it.history.erase_at(0);
  it.history.push_back(turn);
}

/// The end of the hold, or the moment at which a counted vote is too old.
MonoTime deadline_of(const ConsensusPolicy& policy, const HealthVerdict& it, MonoTime now) {
  MonoTime deadline = it.held_until > now ? it.held_until : kNever;
  for (const Vote& vote : it.votes) {
    if (vote.standing == Standing::kSilent) continue;
    deadline = std::min(deadline, after(after(vote.heard, policy.fresh_for), 1us));
  }
  return deadline;
}

}  // namespace

ConsensusPolicy make_consensus_policy(const model::Check& check) {
  ConsensusPolicy policy;
  const bool probed = model::is_probed(check.kind);
  policy.fresh_for =
      probed ? std::max<Duration>(kRoundsFresh * check.interval + check.timeout, kFreshMin)
             : Duration::max();
  policy.minimum_down = check.minimum_down;
  policy.disabled = check.disabled;
  return policy;
}

ConsensusStep step_consensus(const ConsensusPolicy& policy, HealthVerdict& it, MonoTime now) {
  judge_votes(policy, it, now);
  const consensus::View view = consensus::count(policy, it, now);
  ConsensusStep out;
  out.before = it.verdict;
  for (const consensus::Row& row : consensus::rows()) {
    if (!row.matches(view)) continue;
    const Verdict verdict = row.verdict(view);
    out.told = verdict != it.verdict || &row.rule != it.rule;
    it.rule = &row.rule;
    if (verdict != it.verdict) {
      if (it.verdict == Verdict::kHealthy) it.held_until = after(now, policy.minimum_down);
      it.verdict = verdict;
      it.since = now;
      remember(it,
               {now,
                verdict,
                it.rule,
                static_cast<std::uint8_t>(view.healthy),
                static_cast<std::uint8_t>(view.unhealthy)});
    }
    break;
  }
  out.next_deadline = deadline_of(policy, it, now);
  return out;
}

}  // namespace holdfast::core::health
