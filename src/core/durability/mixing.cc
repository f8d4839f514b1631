#include "core/durability/mixing.h"

#include <algorithm>
#include <bit>

#include "base/defect.h"

namespace holdfast::core {
namespace {

using model::Durability;

struct Mixture {
  InlineVec<Pair, kPairsMax + 1> pairs;
  InlineVec<Incarnation, 2 * kMembersMax> all;
  bool whole = true;  ///< all members fit
};

void add(Mixture& mixture, const Pair& pair) {
  mixture.pairs.push_back(pair);
  for (const Incarnation& who : pair.s) {
    if (mixture.all.contains(who)) continue;
    if (mixture.all.full()) {
      mixture.whole = false;
      return;
    }
    mixture.all.push_back(who);
  }
}

bool satisfies_one(const Mixture& mixture, unsigned acknowledged) {
  return std::any_of(mixture.pairs.begin(), mixture.pairs.end(), [&](const Pair& pair) {
    unsigned members = 0;
    for (std::size_t i = 0; i < mixture.all.size(); ++i) {
      if (pair.s.contains(mixture.all[i])) members |= 1U << i;
    }
    return std::popcount(members & acknowledged) >= pair.w;
  });
}

/// A promotion begins a timeline with WAL senders that never knew the sets before it.
bool may_be_in_force(const Record& record, const Pair& pair, Incarnation leader) {
  const Epoch since = record.lineage.empty() ? Epoch{} : record.lineage.back().epoch;
  return pair.primary == leader && pair.epoch >= since;
}

}  // namespace

bool mixes_safely(const Record& record, Incarnation leader, const MemberSet& s, int w) {
  if (HF_DEFECT(kMixedSetsIgnored)) return true;
  Mixture mixture;
  for (const Pair& pair : record.pairs) {
    if (may_be_in_force(record, pair, leader)) add(mixture, pair);
  }
  add(mixture, {PairId{}, Epoch{}, leader, s, w});
  if (!mixture.whole) return false;
  int least = w;
  for (const Pair& pair : mixture.pairs) least = std::min(least, pair.w);
  // Larger sets of acknowledgements satisfy whatever the smallest ones do.
  const unsigned end = 1U << mixture.all.size();
  for (unsigned acknowledged = 0; acknowledged < end; ++acknowledged) {
    if (std::popcount(acknowledged) == least && !satisfies_one(mixture, acknowledged)) return false;
  }
  return true;
}

Durability protection_of(const ClusterPolicy& policy,
                         Incarnation leader,
                         const MemberSet& s,
                         int w) {
  if (w > s.count()) return Durability::kRegion;  // nothing is acknowledged at all
  const MemberPolicy& home = policy.members[leader.member];
  int in_region = 0;
  int in_zone = 0;
  for (const Incarnation& who : s) {
    const MemberPolicy& it = policy.members[who.member];
    if (!it.may_lead || it.region == home.region) ++in_region;
    if (!it.may_lead || it.zone == home.zone) ++in_zone;
  }
  if (w > in_region) return Durability::kRegion;
  return w > in_zone ? Durability::kZone : Durability::kNone;
}

std::optional<Shape> next_step(const ClusterPolicy& policy,
                               const Record& record,
                               Incarnation leader,
                               const Pair& newest,
                               const Shape& wanted) {
  MemberSet both = newest.s;
  for (const Incarnation& who : wanted.s) {
    if (!both.contains(who) && !both.full()) both.insert_sorted(who);
  }
  const Durability least = std::min(protection_of(policy, leader, newest.s, newest.w),
                                    protection_of(policy, leader, wanted.s, wanted.w));
  InlineVec<Shape, 5 + 2 * kMembersMax> steps{wanted,
                                              {wanted.s, newest.w, {}},
                                              {newest.s, wanted.w, {}},
                                              {both, std::max(newest.w, wanted.w), {}}};
  // Sets of former epochs may still be in force: with all their members, the wanted number is safe.
  MemberSet all = both;
  for (const Pair& pair : record.pairs) {
    for (const Incarnation& who : pair.s) {
      if (may_be_in_force(record, pair, leader) && !all.contains(who) && !all.full())
        all.insert_sorted(who);
    }
  }
  steps.push_back({all, wanted.w, {}});
  // One member at a time, where nothing larger is safe.
  for (const Incarnation& who : both) {
    MemberSet s = newest.s;
    if (s.contains(who) && !wanted.s.contains(who)) s.erase(who);
    if (!s.contains(who) && wanted.s.contains(who) && !s.full()) s.insert_sorted(who);
    if (s != newest.s) steps.push_back({s, newest.w, {}});
  }
  const bool loses = std::any_of(newest.s.begin(), newest.s.end(), [&](const Incarnation& who) {
    return !wanted.s.contains(who);
  });
  // Writes do not wait for good for a member that is gone: without a way that keeps the protection
  // all along, one that is weaker for a step is taken.
  for (const bool weaker : {false, true}) {
    if (weaker && (policy.block || !loses)) break;
    for (const Shape& step : steps) {
      if (step.s == newest.s && step.w == newest.w) continue;
      const bool blocks = step.w > step.s.count() && wanted.w <= wanted.s.count();
      const bool weak = protection_of(policy, leader, step.s, step.w) < least;
      if (!blocks && weak == weaker && mixes_safely(record, leader, step.s, step.w)) return step;
    }
  }
  return std::nullopt;
}

}  // namespace holdfast::core
