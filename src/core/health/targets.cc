#include "core/health/targets.h"

namespace holdfast::core::health {
namespace targets {
namespace {

bool none_fails(const View& v) { return v.unhealthy == 0; }
bool some_left(const View& v) { return v.unhealthy < v.count; }
bool opens(const View& v) { return v.mode == WhenAllFail::kOpen; }
bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"H400", "No target is known to be unhealthy: all are given."}, none_fails, Given::kAll},
    {{"H410", "Some targets are unhealthy: the others are given."},
     some_left,
     Given::kNotUnhealthy},
    {{"H420", "Every target is unhealthy and the record fails open: all are given."},
     opens,
     Given::kAll},
    {{"H499", "Every target is unhealthy and the record fails closed: none is given."},
     always,
     Given::kNone},
};

}  // namespace

std::span<const Row> rows() { return kRows; }

}  // namespace targets

TargetsStep step_targets(WhenAllFail mode, TargetsState& state, std::span<const Verdict> verdicts) {
  targets::View view{mode, static_cast<int>(verdicts.size()), 0};
  for (const Verdict verdict : verdicts) view.unhealthy += verdict == Verdict::kUnhealthy ? 1 : 0;
  TargetsStep out;
  for (const targets::Row& row : targets::rows()) {
    if (!row.matches(view)) continue;
    out = {row.given, &row.rule, &row.rule != state.rule};
    break;
  }
  state.rule = out.rule;
  return out;
}

bool is_given(Given given, Verdict verdict) {
  return given == Given::kAll || (given == Given::kNotUnhealthy && verdict != Verdict::kUnhealthy);
}

}  // namespace holdfast::core::health
