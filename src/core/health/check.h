// One check as seen from one vantage point: from probe results to a view of its own, and to the
// moment of the next probe.
//
// Pure: the time and the jitter come in. What all vantage points see together is in consensus.h.
#pragma once

#include <span>

#include "core/health/verdict.h"
#include "model/checks.h"

namespace holdfast::core::health {

struct CheckPolicy {
  Duration interval = 1s;
  int rise = 2;
  int fall = 3;
  Duration minimum_down{};
  bool inverted = false;
  model::CheckDisabled disabled = model::CheckDisabled::kNo;
};

[[nodiscard]] CheckPolicy make_check_policy(const model::Check& check);

/// No target is probed more often, however new it is.
inline constexpr Duration kIntervalMin = 100ms;
/// A target on its way up is probed this much sooner.
inline constexpr int kSooner = 4;
/// Jitter moves a probe by at most this part of the interval.
inline constexpr int kJitterPart = 20;
/// Jitter comes in from -kJitterMax to kJitterMax.
inline constexpr int kJitterMax = 1000;

struct CheckState {
  Verdict verdict = Verdict::kUnknown;
  int passes = 0;                  ///< in a row up to the last result; at most `rise`
  int failures = 0;                ///< in a row up to the last result; at most `fall`
  MonoTime heard = kLongAgo;       ///< start of the probe that the view rests on
  MonoTime held_until = kLongAgo;  ///< unhealthy at least until then

  friend bool operator==(const CheckState&, const CheckState&) = default;
};

struct CheckInput {
  MonoTime now;      ///< when the probe ended
  MonoTime started;  ///< when it began
  bool passed = false;
  int jitter = 0;
};

struct CheckStep {
  const Rule* rule = nullptr;       ///< the row that decided
  bool changed = false;             ///< the view is another one than before
  MonoTime next_deadline = kNever;  ///< when to begin the next probe; kNever: none
};

/// When the first probe is due: within the first second, so that many checks do not begin at once.
/// kNever if the check is disabled, whose view this decides.
[[nodiscard]] MonoTime begin_check(const CheckPolicy& policy,
                                   CheckState& state,
                                   MonoTime now,
                                   int jitter);

/// One result. Total and deterministic; never throws.
[[nodiscard]] CheckStep step_check(const CheckPolicy& policy,
                                   CheckState& state,
                                   const CheckInput& input);

namespace check {

struct View {
  const CheckPolicy& policy;
  const CheckState& state;  ///< with the result counted in
  MonoTime now;
};

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  Verdict (*verdict)(const View&);
};

[[nodiscard]] std::span<const Row> rows();

}  // namespace check
}  // namespace holdfast::core::health
