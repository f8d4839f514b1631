#include "core/health/board.h"

#include <algorithm>

namespace holdfast::core::health {
namespace {

Vote* vote_of(HealthVerdict& it, std::uint32_t vantage) {
  const auto found = std::find_if(
      it.votes.begin(), it.votes.end(), [&](const Vote& vote) { return vote.vantage == vantage; });
  return found == it.votes.end() ? nullptr : found;
}

void take_opinions(const Plan& plan, Board& board, const BoardInput& input) {
  for (const Opinion& opinion : input.opinions) {
    if (opinion.check >= board.verdicts.size() || opinion.age < Duration{}) continue;
    if (!model::is_probed(plan.checks[opinion.check].kind)) continue;
    Vote* vote = vote_of(board.verdicts[opinion.check], opinion.vantage);
    const MonoTime heard = input.now - opinion.age;
    if (vote == nullptr || heard < vote->heard) continue;
    vote->verdict = opinion.verdict;
    vote->heard = heard;
  }
}

void tell(HealthVerdict& it, bool inverted, Verdict verdict, MonoTime now) {
  it.votes[0].verdict = inverted ? opposite(verdict) : verdict;
  it.votes[0].heard = now;
}

void take_controls(const Plan& plan, Board& board, const BoardInput& input) {
  for (const ControlSet& control : input.controls) {
    if (control.check >= board.verdicts.size()) continue;
    const PlannedCheck& check = plan.checks[control.check];
    if (check.kind != model::CheckKind::kControl) continue;
    const Verdict verdict = control.on ? Verdict::kHealthy : Verdict::kUnhealthy;
    tell(board.verdicts[control.check], check.policy.inverted, verdict, input.now);
  }
}

/// What one vantage point's fresh views say about its own network.
struct Sight {
  int fails = 0;
  int passes = 0;
  int contradicted = 0;  ///< fails, and somebody else sees it well
};

/// One target that fails proves nothing about who looks.
constexpr int kFailsToBeIsolated = 2;

bool is_isolated(const Sight& sight) {
  return sight.passes == 0 && sight.fails >= kFailsToBeIsolated &&
         2 * sight.contradicted >= sight.fails;
}

bool is_fresh(const PlannedCheck& check, const Vote& vote, MonoTime now) {
  return since(vote.heard, now) <= check.consensus.fresh_for;
}

/// A program's result, or one turned upside down, says nothing about the way to a target.
bool shows_the_way(const PlannedCheck& check) {
  return model::has_target(check.kind) && !check.policy.inverted;
}

std::vector<Sight> look(const Plan& plan, const Board& board, MonoTime now) {
  std::vector<Sight> sights(plan.vantages.size());
  for (std::size_t i = 0; i < plan.checks.size(); ++i) {
    const PlannedCheck& check = plan.checks[i];
    if (!shows_the_way(check)) continue;
    const auto& votes = board.verdicts[i].votes;
    const bool somebody = std::any_of(votes.begin(), votes.end(), [&](const Vote& vote) {
      return vote.verdict == Verdict::kHealthy && is_fresh(check, vote, now);
    });
    for (const Vote& vote : votes) {
      if (!is_fresh(check, vote, now)) continue;
      Sight& sight = sights[vote.vantage];
      sight.passes += vote.verdict == Verdict::kHealthy ? 1 : 0;
      if (vote.verdict != Verdict::kUnhealthy) continue;
      ++sight.fails;
      sight.contradicted += somebody ? 1 : 0;
    }
  }
  return sights;
}

void mark_isolated(const std::vector<Sight>& sights, HealthVerdict& it) {
  for (Vote& vote : it.votes) {
    vote.standing = is_isolated(sights[vote.vantage]) ? Standing::kIsolated : Standing::kCounted;
  }
}

class Stepper {
 public:
  Stepper(const Plan& plan, Board& board, MonoTime now, BoardStep& out)
      : plan_(plan), board_(board), now_(now), out_(out) {}

  void decide(std::uint32_t check) {
    HealthVerdict& it = board_.verdicts[check];
    const ConsensusStep step = step_consensus(plan_.checks[check].consensus, it, now_);
    if (step.told) out_.events.push_back({check, it.rule, step.before, it.verdict});
    out_.next_deadline = std::min(out_.next_deadline, step.next_deadline);
  }

 private:
  const Plan& plan_;
  Board& board_;
  MonoTime now_;
  BoardStep& out_;
};

}  // namespace

void step_board(const Plan& plan, Board& board, const BoardInput& input, BoardStep& out) {
  out.events.clear();
  out.next_deadline = kNever;
  take_opinions(plan, board, input);
  take_controls(plan, board, input);
  const std::vector<Sight> sights = look(plan, board, input.now);
  Stepper stepper(plan, board, input.now, out);
  for (std::uint32_t i = 0; i < plan.checks.size(); ++i) {
    if (plan.checks[i].kind == model::CheckKind::kCalculated) continue;
    if (model::is_probed(plan.checks[i].kind)) mark_isolated(sights, board.verdicts[i]);
    stepper.decide(i);
  }
  for (const std::uint32_t i : plan.order) {
    const PlannedCheck& check = plan.checks[i];
    const Verdict verdict = evaluate(check.condition, board.verdicts);
    tell(board.verdicts[i], check.policy.inverted, verdict, input.now);
    stepper.decide(i);
  }
}

}  // namespace holdfast::core::health
