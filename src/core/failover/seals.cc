#include "core/failover/seals.h"

#include <algorithm>
#include <tuple>

#include "base/defect.h"

namespace holdfast::core {
namespace {

/// The epoch whose leader wrote this timeline, or 0.
Epoch epoch_of(const Record& record, Timeline timeline) {
  for (const Fork& fork : record.lineage) {
    if (fork.timeline == timeline) return fork.epoch;
  }
  return {};
}

/// A member chosen to lead a later epoch, or one that has received that epoch's WAL, holds
/// everything acknowledged before: the choice was made from a satisfied set of seals.
bool covers(const Record& record, const Pair& pair, const SealedMember& member) {
  if (epoch_of(record, member.position.timeline) > pair.epoch) return true;
  for (const Pair& later : record.pairs) {
    if (later.epoch > pair.epoch && later.primary == member.who) return true;
  }
  return false;
}

bool counts_for(const Pair& pair, Incarnation who) {
  if (!HF_DEFECT(kSameNameCounts)) return pair.s.contains(who);
  for (const Incarnation& it : pair.s) {
    if (it.member == who.member) return true;
  }
  return false;
}

bool is_behind(const Position& a, const Position& b) {
  return HF_DEFECT(kPositionByLsnAlone) ? a.lsn < b.lsn : a < b;
}

}  // namespace

bool pair_satisfied(const Record& record, const Pair& pair, const SealedMembers& sealed) {
  int seals = 0;
  for (const SealedMember& member : sealed) {
    if (member.who == pair.primary || covers(record, pair, member)) return true;
    if (counts_for(pair, member.who)) ++seals;
  }
  const int needed = pair.seals_needed() - (HF_DEFECT(kOneSealTooFew) ? 1 : 0);
  return seals >= needed;
}

bool all_pairs_satisfied(const Record& record, const SealedMembers& sealed) {
  if (sealed.empty() && !HF_DEFECT(kVacuousEvidence)) return false;
  for (const Pair& pair : record.pairs) {
    if (HF_DEFECT(kOldPairForgotten) && &pair != &record.pairs.back()) continue;
    if (!pair_satisfied(record, pair, sealed)) return false;
  }
  return true;
}

Position most_advanced(const SealedMembers& sealed) {
  Position best;
  for (const SealedMember& member : sealed) {
    if (is_behind(best, member.position)) best = member.position;
  }
  return best;
}

namespace {

bool may_have_acknowledged(const Record& record, Incarnation who) {
  return std::any_of(record.pairs.begin(), record.pairs.end(), [&](const Pair& pair) {
    return pair.primary == who || pair.s.contains(who);
  });
}

}  // namespace

Incarnation choose_target(const ClusterPolicy& policy,
                          const Record& record,
                          const SealedMembers& sealed,
                          Incarnation wanted) {
  // One that cannot lead and was never waited for is no yardstick: what it has beyond the others
  // was not acknowledged.
  SealedMembers counted = sealed;
  counted.remove_if([&](const SealedMember& it) {
    return !policy.members[it.who.member].may_lead && !may_have_acknowledged(record, it.who);
  });
  const Position best = most_advanced(counted);
  Incarnation chosen;
  std::tuple<bool, bool, bool> chosen_rank;
  const auto home = policy.members[record.primary.member].region;
  for (const SealedMember& member : sealed) {
    const MemberPolicy& it = policy.members[member.who.member];
    const bool near = it.region == home;
    const bool prefer_near = HF_DEFECT(kZoneBeforePosition) && near;
    if ((is_behind(member.position, best) && !prefer_near) || !it.may_lead) continue;
    const std::tuple rank{
        member.who == wanted, member.who != record.primary || !record.depose, near};
    if (!chosen.is_set() || rank > chosen_rank ||
        (rank == chosen_rank && member.who.member < chosen.member)) {
      chosen = member.who;
      chosen_rank = rank;
    }
  }
  return chosen;
}

}  // namespace holdfast::core
