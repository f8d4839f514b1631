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
    board.deadlines[opinion.check] = kLongAgo;
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
    board.deadlines[control.check] = kLongAgo;
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

/// True if a vantage point is isolated that was not, or the other way round.
bool weigh_isolation(const Plan& plan, Board& board, MonoTime now) {
  const std::vector<Sight> sights = look(plan, board, now);
  std::vector<bool> isolated;
  for (const Sight& sight : sights) isolated.push_back(is_isolated(sight));
  isolated.swap(board.isolated);
  return isolated != board.isolated;
}

class Stepper {
 public:
  Stepper(const Plan& plan, Board& board, MonoTime now, BoardStep& out)
      : plan_(plan), board_(board), now_(now), out_(out) {}

  [[nodiscard]] bool is_due(std::uint32_t check) const { return board_.deadlines[check] <= now_; }

  void probed(std::uint32_t check) {
    for (Vote& vote : board_.verdicts[check].votes) {
      vote.standing = board_.isolated[vote.vantage] ? Standing::kIsolated : Standing::kCounted;
    }
    decide(check);
  }

  void calculated(std::uint32_t check) {
    const PlannedCheck& planned = plan_.checks[check];
    tell(board_.verdicts[check],
         planned.policy.inverted,
         evaluate(planned.condition, board_.verdicts),
         now_);
    decide(check);
  }

  void decide(std::uint32_t check) {
    HealthVerdict& it = board_.verdicts[check];
    const ConsensusStep step = step_consensus(plan_.checks[check].consensus, it, now_);
    if (step.told) out_.events.push_back({check, it.rule, step.before, it.verdict});
    board_.deadlines[check] = step.next_deadline;
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
  take_opinions(plan, board, input);
  take_controls(plan, board, input);
  const bool all = weigh_isolation(plan, board, input.now);
  Stepper stepper(plan, board, input.now, out);
  for (std::uint32_t i = 0; i < plan.checks.size(); ++i) {
    const model::CheckKind kind = plan.checks[i].kind;
    if (kind == model::CheckKind::kCalculated || (!all && !stepper.is_due(i))) continue;
    model::is_probed(kind) ? stepper.probed(i) : stepper.decide(i);
  }
  for (const std::uint32_t i : plan.order) stepper.calculated(i);
  out.next_deadline = kNever;
  for (const MonoTime deadline : board.deadlines) {
    if (deadline > input.now) out.next_deadline = std::min(out.next_deadline, deadline);
  }
}

}  // namespace holdfast::core::health
