#include "adapters/health/watch.h"

#include <sys/random.h>

#include <algorithm>

#include "adapters/process/clock.h"

namespace holdfast::health {

using process::boot_now;

namespace {

/// Opinions are weighed together this often: a step costs as much as the whole plan is long.
constexpr Duration kStepEvery = 10ms;

std::uint64_t any_number() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number)
    number = static_cast<std::uint64_t>(boot_now().time_since_epoch().count());
  return number;
}

}  // namespace

Watch::Watch(const model::Site& site, OnSeen seen, OnDecided decided)
    : plan_(core::health::make_plan(site)),
      board_(core::health::make_board(plan_)),
      prng_(any_number()),
      on_seen_(std::move(seen)),
      on_decided_(std::move(decided)),
      prober_([this](const ProbeReport& report) { return take(report); }) {}

Result<std::unique_ptr<Watch>> Watch::make(const model::Site& site,
                                           const std::string& self,
                                           OnSeen seen,
                                           OnDecided decided) {
  std::unique_ptr<Watch> watch(new Watch(site, std::move(seen), std::move(decided)));
  const std::vector<std::string>& names = watch->plan_.vantages;
  const auto place = std::find(names.begin(), names.end(), self);
  watch->self_ = static_cast<std::uint32_t>(place - names.begin());
  for (std::uint32_t i = 0; i < site.checks.size(); ++i) {
    const Result<bool> added = watch->add(site.checks[i], i, watch->self_);
    if (!added) return tl::unexpected<Error>(added.error());
  }
  return watch;
}

Result<bool> Watch::add(const model::Check& check, std::uint32_t index, std::uint32_t self) {
  const core::health::PlannedCheck& planned = plan_.checks[index];
  const auto& vantages = planned.vantages;
  const bool ours = std::find(vantages.begin(), vantages.end(), self) != vantages.end();
  if (!model::is_probed(check.kind) || !ours) return true;
  core::health::CheckState view;
  const MonoTime due = core::health::begin_check(planned.policy, view, boot_now(), jitter());
  if (due == kNever) return true;
  Result<std::unique_ptr<Talk>> talk = make_talk(check);
  if (!talk) return fail(talk.error().code, "check " + check.name + ": " + talk.error().message);
  prober_.add(std::move(*talk), due);
  checks_.push_back(index);
  views_.push_back(view);
  return true;
}

int Watch::jitter() {
  return static_cast<int>(prng_.between(-core::health::kJitterMax, core::health::kJitterMax));
}

MonoTime Watch::take(const ProbeReport& report) {
  const std::uint32_t check = checks_[report.slot];
  core::health::CheckState& view = views_[report.slot];
  const core::health::CheckStep step =
      core::health::step_check(plan_.checks[check].policy,
                               view,
                               {report.ended, report.started, report.outcome.passed, jitter()});
  opinions_.push_back({check, self_, view.verdict, report.ended - report.started});
  if (on_seen_) on_seen_({check, report, view, step.rule});
  return step.next_deadline;
}

void Watch::hear(const std::vector<core::health::Opinion>& opinions,
                 const std::vector<core::health::ControlSet>& controls) {
  opinions_.insert(opinions_.end(), opinions.begin(), opinions.end());
  controls_.insert(controls_.end(), controls.begin(), controls.end());
}

Result<bool> Watch::run(MonoTime until, const process::Interrupt* interrupt) {
  for (MonoTime now = boot_now(); now < until; now = boot_now()) {
    if (interrupt != nullptr && interrupt->raised()) break;
    const Result<bool> ran = prober_.run(std::min(until, now + kStepEvery), interrupt);
    if (!ran) return ran;
    decide(boot_now());
  }
  return true;
}

void Watch::decide(MonoTime now) {
  const bool news = !opinions_.empty() || !controls_.empty() || !decided_once_;
  if (!news && now < step_.next_deadline) return;
  core::health::step_board(plan_, board_, {now, opinions_, controls_}, step_);
  decided_once_ = true;
  opinions_.clear();
  controls_.clear();
  if (!on_decided_) return;
  for (const core::health::HealthEvent& event : step_.events) on_decided_(event, now);
}

}  // namespace holdfast::health
