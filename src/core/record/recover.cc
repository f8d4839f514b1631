#include "core/record/recover.h"

namespace holdfast::core {

Result<Record> recover_record(std::span<const Survivor> survivors, bool confirmed, WallTime now) {
  const Survivor* newest = nullptr;
  const Survivor* leader = nullptr;
  for (const Survivor& it : survivors) {
    if (it.record == nullptr) continue;
    if (newest == nullptr || it.record->key > newest->record->key) newest = &it;
    if (it.leads && (leader == nullptr || it.record->key > leader->record->key)) leader = &it;
  }
  if (newest == nullptr) {
    return fail(Errc::kInvalidInput,
                "no surviving agent holds a record: start their hosts and try again");
  }
  const bool leader_is_newest =
      leader != nullptr && leader->record->key.epoch == newest->record->key.epoch;
  if (!leader_is_newest && !confirmed) {
    return fail(Errc::kDenied,
                "no living primary of the newest epoch answers: its sync sets may be newer than "
                "what survives; "
                "bring its host back, or confirm that it is lost");
  }
  const Record& base = leader_is_newest ? *leader->record : *newest->record;
  Record next = base;
  next.key.store = newest->record->key.store.next();
  next.key.epoch = newest->record->key.epoch.next();
  next.key.revision = newest->record->key.revision.next();
  next.primary = base.leader().is_set() ? base.leader() : base.primary;
  next.target = Incarnation{};
  next.phase = Phase::kSealing;
  next.depose = false;
  next.handover.reset();
  next.cause = Cause::kStoreRecovered;
  next.changed_at = now;
  return next;
}

}  // namespace holdfast::core
