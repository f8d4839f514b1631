#include "core/health/check.h"

#include <algorithm>

namespace holdfast::core::health {
namespace check {
namespace {

using model::CheckDisabled;

bool is(const View& v, Verdict verdict) { return v.state.verdict == verdict; }
bool failed_enough(const View& v) { return v.state.failures >= v.policy.fall; }
bool passed_enough(const View& v) { return v.state.passes >= v.policy.rise; }

bool disabled(const View& v) { return v.policy.disabled != CheckDisabled::kNo; }
bool first(const View& v) { return is(v, Verdict::kUnknown); }
bool fell(const View& v) { return is(v, Verdict::kHealthy) && failed_enough(v); }
bool falling(const View& v) { return is(v, Verdict::kHealthy) && v.state.failures > 0; }
bool held(const View& v) {
  return is(v, Verdict::kUnhealthy) && passed_enough(v) && v.now < v.state.held_until;
}
bool rose(const View& v) { return is(v, Verdict::kUnhealthy) && passed_enough(v); }
bool rising(const View& v) { return is(v, Verdict::kUnhealthy) && v.state.passes > 0; }
bool always(const View&) { return true; }

Verdict as_declared(const View& v) {
  const bool healthy = v.policy.disabled == CheckDisabled::kAsHealthy;
  return healthy ? Verdict::kHealthy : Verdict::kUnhealthy;
}
Verdict as_result(const View& v) {
  return v.state.passes > 0 ? Verdict::kHealthy : Verdict::kUnhealthy;
}
Verdict healthy(const View&) { return Verdict::kHealthy; }
Verdict unhealthy(const View&) { return Verdict::kUnhealthy; }
Verdict stay(const View& v) { return v.state.verdict; }

constexpr Row kRows[] = {
    {{"H100",
      "The check is disabled: nothing is probed, and the site file says what it counts as."},
     disabled,
     as_declared},
    {{"H110", "Nothing was known before: the first result decides at once."}, first, as_result},
    {{"H120", "It failed often enough in a row: it is unhealthy."}, fell, unhealthy},
    {{"H130", "It failed, but not often enough in a row yet: it stays healthy."}, falling, stay},
    {{"H140",
      "It passed often enough in a row, but has been down for less than its minimum: it stays "
      "unhealthy."},
     held,
     stay},
    {{"H150", "It passed often enough in a row: it is healthy."}, rose, healthy},
    {{"H160", "It passed, but not often enough in a row yet: it is probed sooner until it has."},
     rising,
     stay},
    {{"H199", "It goes on as it was."}, always, stay},
};

}  // namespace

std::span<const Row> rows() { return kRows; }

}  // namespace check

namespace {

/// Passing, and not for long enough to be relied on.
bool is_settling(const CheckPolicy& policy, const CheckState& state) {
  const bool up = state.verdict == Verdict::kHealthy && state.passes >= policy.rise;
  return state.passes > 0 && !up;
}

Duration spread(Duration interval, int jitter) {
  const int bounded = std::clamp(jitter, -kJitterMax, kJitterMax);
  return interval + interval * bounded / (kJitterMax * kJitterPart);
}

void count(const CheckPolicy& policy, CheckState& state, bool passed) {
  state.passes = passed ? std::min(state.passes + 1, policy.rise) : 0;
  state.failures = passed ? 0 : std::min(state.failures + 1, policy.fall);
}

}  // namespace

CheckPolicy make_check_policy(const model::Check& check) {
  return {
      check.interval, check.rise, check.fall, check.minimum_down, check.inverted, check.disabled};
}

MonoTime begin_check(const CheckPolicy& policy, CheckState& state, MonoTime now, int jitter) {
  const check::Row& disabled = check::rows().front();
  const check::View view{policy, state, now};
  if (disabled.matches(view)) {
    state.verdict = disabled.verdict(view);
    return kNever;
  }
  const Duration window = std::min<Duration>(policy.interval, 1s);
  const int bounded = std::clamp(jitter, -kJitterMax, kJitterMax) + kJitterMax;
  return now + window * bounded / (2 * kJitterMax);
}

CheckStep step_check(const CheckPolicy& policy, CheckState& state, const CheckInput& input) {
  count(policy, state, input.passed != policy.inverted);
  state.heard = input.started;
  const check::View view{policy, state, input.now};
  CheckStep out;
  Verdict verdict = state.verdict;
  for (const check::Row& row : check::rows()) {
    if (!row.matches(view)) continue;
    out.rule = &row.rule;
    verdict = row.verdict(view);
    break;
  }
  out.changed = verdict != state.verdict;
  // A target that was never seen healthy did not go down: nothing holds it.
  if (out.changed && state.verdict == Verdict::kHealthy)
    state.held_until = after(input.now, policy.minimum_down);
  state.verdict = verdict;
  if (policy.disabled != model::CheckDisabled::kNo) return out;
  const Duration interval =
      is_settling(policy, state)
          ? std::min(policy.interval, std::max(policy.interval / kSooner, kIntervalMin))
          : policy.interval;
  out.next_deadline = std::max(input.now, after(input.started, spread(interval, input.jitter)));
  return out;
}

}  // namespace holdfast::core::health
