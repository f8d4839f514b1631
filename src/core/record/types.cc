#include "core/record/types.h"

namespace holdfast::core {

Relation relation(const Record& record, Position position) {
  for (std::size_t i = 0; i < record.lineage.size(); ++i) {
    if (record.lineage[i].timeline != position.timeline) continue;
    const bool current = i + 1 == record.lineage.size();
    if (current || position.lsn <= record.lineage[i + 1].start) return Relation::kPrefix;
    return Relation::kDiverged;
  }
  return Relation::kDiverged;
}

const Pair* newest_pair(const Record& record) {
  const Pair* newest = nullptr;
  for (const Pair& pair : record.pairs) {
    if (pair.epoch != record.key.epoch) continue;
    if (newest == nullptr || pair.id > newest->id) newest = &pair;
  }
  return newest;
}

void add_pair(Record& record, Epoch epoch, Incarnation leader, const MemberSet& s, int w) {
  record.pairs.remove_if(
      [&](const Pair& it) { return it.primary == leader && it.s == s && it.w == w; });
  HF_ASSERT(has_room(record));
  record.pair_last = record.pair_last.next();
  record.pairs.push_back({record.pair_last, epoch, leader, s, w});
}

bool has_room(const Record& record) { return !record.pairs.full(); }

const char* phase_name(Phase phase) {
  switch (phase) {
    case Phase::kSteady: return "steady";
    case Phase::kSealing: return "sealing";
    case Phase::kPromoting: return "promoting";
  }
  return "unknown";
}

const char* cause_name(Cause cause) {
  switch (cause) {
    case Cause::kNone: return "none";
    case Cause::kBootstrap: return "bootstrap";
    case Cause::kCrashed: return "crashed";
    case Cause::kSilent: return "silent";
    case Cause::kSick: return "sick";
    case Cause::kSwitchover: return "switchover";
    case Cause::kTargetLost: return "target lost";
    case Cause::kRegionLost: return "region lost";
    case Cause::kOperator: return "operator";
    case Cause::kStoreRecovered: return "store recovered";
  }
  return "unknown";
}

}  // namespace holdfast::core
