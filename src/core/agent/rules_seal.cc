// Rows while the cluster is being sealed.

#include "base/defect.h"
#include "core/agent/rules.h"

namespace holdfast::core::agent {
namespace {

bool goes_on(const View& v) { return v.was_leading() && !v.record().depose && v.running_primary(); }

bool is_down(const View& v) { return v.down() && v.pg.life != 0; }

bool unsealed(const View& v) {
  const PgObservation& pg = v.pg;
  if (HF_DEFECT(kSealByOneLook)) return pg.state == PgState::kStandby && pg.source.is_set();
  const bool old_credential = pg.credential.is_set() && pg.credential < v.record().key.epoch;
  return pg.state == PgState::kStandby &&
         (pg.source.is_set() || old_credential || pg.receiver != ReceiverState::kNone);
}

/// A clean stop sends a last record to everybody. The successor must not be the one that misses it,
/// or another would be more advanced. Before that record comes a checkpoint, during which nothing
/// is sent; one that does not stop is fenced when its lease ends.
bool receives_the_last(const View& v) {
  const auto& handover = v.record().handover;
  if (HF_DEFECT(kHandoverNotAwaited)) return false;
  return handover.has_value() && handover->to == v.self() && unsealed(v) &&
         v.pg.receiver == ReceiverState::kStreaming &&
         since(v.pg.last_byte_at, v.now) < v.policy.timing.lease / 2;
}

void nothing(View&, AgentStep&) {}

void start_sealed(View& v, AgentStep& out) {
  command(v, out, {.verb = PgVerb::kStartStandby, .epoch = v.record().key.epoch});
}

void seal(View& v, AgentStep& out) {
  command(v, out, {.verb = PgVerb::kSeal, .epoch = v.record().key.epoch});
}

bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"A200",
      "Sealing has begun, but the old primary still runs and is not deposed: it goes on, and says "
      "so."},
     goes_on,
     nothing},
    {{"A210",
      "Sealing: a member that is down starts without a source, to learn how far its WAL reaches."},
     is_down,
     start_sealed},
    {{"A215",
      "It is the successor of a handover: it takes what its leader still sends, then seals."},
     receives_the_last,
     nothing},
    {{"A220", "Sealing: credentials of older epochs, the source and every WAL receiver go."},
     unsealed,
     seal},
    {{"A290", "Sealed: it waits for the decision."}, always, nothing},
};

}  // namespace

std::span<const Row> seal_rows() { return kRows; }

}  // namespace holdfast::core::agent
