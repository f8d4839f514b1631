#include "apps/dns_probe.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/health/narrow.h"

namespace holdfast::apps {
namespace {

/// How many further results it takes to change the verdict, as the time until the last of them.
Duration holds(const model::Check& check, const core::health::CheckState& view) {
  const bool well = view.verdict == core::health::Verdict::kHealthy;
  const int left = well ? check.fall - view.failures : check.rise - view.passes;
  return std::max(left, 1) * check.interval;
}

}  // namespace

DnsProbe::DnsProbe(const model::Site& site, dns::Responder& responder)
    : site_(site), responder_(responder) {
  for (const model::Check& check : site_.checks) {
    const auto& all = site_.dns.targets;
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const model::DnsTarget& it) { return it.name == check.name; });
    targets_.push_back(found == all.end() ? model::kNoIndex
                                          : static_cast<model::Index>(found - all.begin()));
  }
}

Result<std::unique_ptr<DnsProbe>> DnsProbe::start(const model::Site& site,
                                                  const std::string& from,
                                                  dns::Responder& responder) {
  Result<model::Site> narrowed = core::health::narrow(site, from, {});
  if (!narrowed) return tl::unexpected(std::move(narrowed).error());
  std::unique_ptr<DnsProbe> probe(new DnsProbe(*narrowed, responder));
  const bool any = std::any_of(probe->targets_.begin(),
                               probe->targets_.end(),
                               [](model::Index target) { return target != model::kNoIndex; });
  if (!any)
    return fail(Errc::kInvalidInput,
                "no check that is probed from here has the name of a DNS target: give each target "
                "a check of its own name");
  auto watch = health::Watch::make(probe->site_,
                                   core::health::narrowed_to(from),
                                   [it = probe.get()](const health::Seen& seen) { it->seen(seen); },
                                   {});
  if (!watch) return tl::unexpected(std::move(watch).error());
  probe->watch_ = std::move(*watch);
  probe->thread_ = std::thread([it = probe.get()] {
    const Result<bool> ran = it->watch_->run(kNever, &it->stop_);
    if (ran) return;
    std::fprintf(stderr, "holdfast dns: probing has ended: %s\n", ran.error().message.c_str());
  });
  return probe;
}

DnsProbe::~DnsProbe() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void DnsProbe::seen(const health::Seen& seen) {
  const model::Index target = targets_[seen.check];
  if (target == model::kNoIndex) return;
  core::dns::TargetHealth health;
  health.verdict = seen.view.verdict;
  health.holds = holds(site_.checks[seen.check], seen.view);
  responder_.push(target, health);
}

}  // namespace holdfast::apps
