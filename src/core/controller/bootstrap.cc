// The first record of a cluster.

#include "core/controller/controller.h"
#include "core/durability/shape.h"

namespace holdfast::core {

Record bootstrap_record(const ClusterPolicy& policy,
                        std::span<const std::uint32_t> lives,
                        WallTime now) {
  Record record;
  record.key = {StoreId{1}, Epoch{1}, Revision{1}};
  record.cause = Cause::kBootstrap;
  record.changed_at = now;
  record.primary = {0, lives[0]};
  MemberSet others;
  for (int i = 1; i < policy.count(); ++i) {
    const Incarnation who{static_cast<std::uint8_t>(i), lives[static_cast<std::size_t>(i)]};
    others.insert_sorted(who);
    if (is_lossy_candidate(policy, i, 0)) record.candidates.insert_sorted(who);
  }
  const Shape shape = sync_shape(policy, record.primary, others);
  record.pair_last = PairId{1};
  record.pairs.push_back({PairId{1}, Epoch{1}, record.primary, shape.s, shape.w});
  record.lineage.push_back({Timeline{1}, Lsn{0}, Epoch{1}});
  record.timeline_last = Timeline{1};
  return record;
}

Record lone_record(const ClusterPolicy& policy, std::uint32_t life, WallTime now) {
  Record record;
  record.key = {StoreId{1}, Epoch{1}, Revision{1}};
  record.cause = Cause::kBootstrap;
  record.changed_at = now;
  record.primary = {0, life};
  // Writes that must not go unprotected wait for the others: more acknowledgements than there can
  // be, and no fewer than any set to come asks for.
  const bool waits = policy.block && policy.durability != model::Durability::kNone;
  const int w = waits ? policy.count() : 0;
  record.pair_last = PairId{1};
  record.pairs.push_back({PairId{1}, Epoch{1}, record.primary, MemberSet{}, w});
  record.lineage.push_back({Timeline{1}, Lsn{0}, Epoch{1}});
  record.timeline_last = Timeline{1};
  return record;
}

}  // namespace holdfast::core
