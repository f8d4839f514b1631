#include "codec/dns/board.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::codec::dns {

using core::dns::TargetHealth;
using core::dns::Verdict;

Board::Board(model::Dns dns, MonoTime now)
    : dns_(std::move(dns)),
      health_(dns_.targets.size()),
      catalog_(std::make_shared<const Catalog>(dns_)) {
  for (const model::DnsTarget& target : dns_.targets) {
    addresses_.emplace_back();
    for (const std::string& text : target.addresses) {
      if (const auto address = parse_ip(text)) addresses_.back().push_back(*address);
    }
  }
  wire();
  std::vector<std::shared_ptr<const View>> views(catalog_->views().size());
  for (std::size_t name = 0; name < names_.size(); ++name) decide(name, now);
  for (const auto& [index, view] : changes_) views[index] = view;
  changes_.clear();
  snapshot_ = std::make_shared<const Snapshot>(catalog_, views);
}

void Board::wire() {
  concerns_.resize(dns_.targets.size());
  for (const model::DnsZone& zone : dns_.zones) {
    for (const model::DnsAnswer& answer : zone.answers) {
      for (const model::DnsGroup& group : answer.groups) {
        for (const model::DnsChoice& choice : group.targets) {
          HF_ASSERT(choice.target < concerns_.size());
          concerns_[choice.target].push_back(names_.size());
        }
      }
      names_.push_back({&zone, &answer, {}});
    }
  }
  wiring_.resize(names_.size());
  for (std::uint32_t i = 0; i < catalog_->views().size(); ++i) {
    wiring_[catalog_->views()[i].answer].views.push_back(i);
  }
}

bool Board::hear(std::size_t target, TargetHealth health, MonoTime now) {
  TargetHealth& known = health_[target];
  if (health.since == kLongAgo) health.since = health.verdict == known.verdict ? known.since : now;
  health.failed = std::max(health.failed, known.failed);
  if (health.verdict == Verdict::kUnhealthy) health.failed = std::max(health.failed, health.since);
  if (health == known) return false;
  known = health;
  return true;
}

bool Board::decide(std::size_t name, MonoTime now) {
  Standing& standing = names_[name];
  const core::dns::Bounds bounds{standing.zone->min_ttl, standing.zone->max_ttl};
  const core::dns::Question question{
      *standing.answer, bounds, health_, wiring_[name].failback_asked, now};
  core::dns::decide(question, standing.decision.group, next_);
  const bool first = standing.decision.rule == nullptr;
  const bool other_answer = first || !standing.decision.same_answer(next_);
  const bool other_rule = standing.decision.rule != next_.rule;
  if (standing.decision.again != next_.again) {
    deadlines_.erase({standing.decision.again, name});
    if (next_.again != kNever) deadlines_.emplace(next_.again, name);
  }
  std::swap(standing.decision, next_);
  if (!other_answer) return other_rule;
  for (const std::uint32_t view : wiring_[name].views) {
    changes_.emplace_back(
        view, make_view(catalog_->views()[view], *standing.answer, standing.decision, addresses_));
  }
  return true;
}

std::vector<std::size_t> Board::decide_all(const std::set<std::size_t>& names, MonoTime now) {
  std::vector<std::size_t> changed;
  for (const std::size_t name : names) {
    if (decide(name, now)) changed.push_back(name);
  }
  if (!changes_.empty()) {
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) {
      return a.first < b.first;
    });
    snapshot_ = snapshot_->with(changes_);
    changes_.clear();
  }
  return changed;
}

std::vector<std::size_t> Board::take(const core::dns::KnownHealth& known, MonoTime now) {
  std::set<std::size_t> names;
  for (std::size_t i = 0; i < health_.size(); ++i) {
    const TargetHealth health = i < known.targets.size() ? known.targets[i] : TargetHealth{};
    if (hear(i, health, now)) names.insert(concerns_[i].begin(), concerns_[i].end());
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const bool asked =
        std::find(known.failback.begin(), known.failback.end(), i) != known.failback.end();
    if (asked != wiring_[i].failback_asked) names.insert(i);
    wiring_[i].failback_asked = asked;
  }
  return decide_all(names, now);
}

std::vector<std::size_t> Board::take(model::Index target,
                                     const TargetHealth& health,
                                     MonoTime now) {
  if (target >= health_.size() || !hear(target, health, now)) return {};
  return decide_all({concerns_[target].begin(), concerns_[target].end()}, now);
}

std::vector<std::size_t> Board::tick(MonoTime now) {
  std::set<std::size_t> due;
  for (const auto& [when, name] : deadlines_) {
    if (when > now) break;
    due.insert(name);
  }
  return decide_all(due, now);
}

MonoTime Board::next_deadline() const {
  return deadlines_.empty() ? kNever : deadlines_.begin()->first;
}

}  // namespace holdfast::codec::dns
