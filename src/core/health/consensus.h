// What several vantage points see together: from votes to one verdict.
//
// The rule: unhealthy needs more than half of all declared vantage points, healthy at least half,
// counting only those that are fresh, decided and not isolated. So a minority flips nothing,
// whatever it says and whoever is silent.
#pragma once

#include <span>

#include "core/health/verdict.h"
#include "model/checks.h"

namespace holdfast::core::health {

struct ConsensusPolicy {
  Duration fresh_for = 4s;  ///< a view that is older is not counted
  Duration minimum_down{};
  model::CheckDisabled disabled = model::CheckDisabled::kNo;
};

[[nodiscard]] ConsensusPolicy make_consensus_policy(const model::Check& check);

/// Three lost rounds, or half a second for the fastest checks.
inline constexpr int kRoundsFresh = 3;
inline constexpr Duration kFreshMin = 500ms;

struct ConsensusStep {
  bool told = false;  ///< the verdict or its reason is another one than before
  Verdict before = Verdict::kUnknown;
  MonoTime next_deadline = kNever;  ///< when it may come out otherwise without a new vote
};

/// Decides from `it.votes`, one for each declared vantage point, whose standing is filled in here
/// but for kIsolated: a vote in that standing is taken as it is. Total; never throws.
[[nodiscard]] ConsensusStep step_consensus(const ConsensusPolicy& policy,
                                           HealthVerdict& it,
                                           MonoTime now);

namespace consensus {

struct VoteView {
  const Vote& vote;
  bool fresh = false;
};

struct StandingRow {
  Rule rule;
  bool (*matches)(const VoteView&);
  Standing standing;
};

struct View {
  const ConsensusPolicy& policy;
  const HealthVerdict& it;
  MonoTime now;
  int all = 0;  ///< declared vantage points
  int healthy = 0;
  int unhealthy = 0;
};

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  Verdict (*verdict)(const View&);
};

[[nodiscard]] std::span<const StandingRow> standing_rows();
[[nodiscard]] std::span<const Row> rows();
[[nodiscard]] View count(const ConsensusPolicy& policy, const HealthVerdict& it, MonoTime now);

}  // namespace consensus
}  // namespace holdfast::core::health
