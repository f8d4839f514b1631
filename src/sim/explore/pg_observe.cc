// What an agent can see of its PostgreSQL.

#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {

using core::PgState;
using core::ReceiverState;

bool reaches(const World& world, int from, int to) {
  const auto down = [&](int party) {
    return party < kMembers && (world.host_down >> party & 1U) != 0;
  };
  if (down(from) || down(to)) return false;
  return (world.cut[static_cast<std::size_t>(from)] >> to & 1U) == 0;
}

bool is_state(const PgCell& pg, PgState state) { return pg.state == static_cast<Byte>(state); }

bool is_running(const PgCell& pg) {
  return is_state(pg, PgState::kStandby) || is_state(pg, PgState::kPromoting) ||
         is_state(pg, PgState::kPrimary);
}

bool is_primary(const PgCell& pg) { return is_state(pg, PgState::kPrimary); }

namespace {

bool position_final(const PgCell& pg) {
  if (!is_state(pg, PgState::kStandby) || pg.replayed == 0) return false;
  return pg.receiver != static_cast<Byte>(ReceiverState::kStreaming) &&
         (pg.credential == 0 || pg.receiver == static_cast<Byte>(ReceiverState::kNone));
}

void observe_primary(const PgCell& pg, core::PgObservation& seen) {
  seen.leads = Epoch{is_primary(pg) ? pg.leads : 0U};
  seen.open = pg.open != 0;
  seen.sync_pair = PairId{pg.file.id};
  seen.proven = PairId{pg.proven};
  seen.barrier = Lsn{pg.barrier};
  seen.drained = pg.drained != 0;
  seen.recovery_end = Lsn{pg.recovery_end};
  seen.senders.clear();
  for (const SenderCell& sender : pg.senders) {
    if (sender.standby == 0) continue;
    seen.senders.push_back({to_incarnation(sender.standby),
                            Lsn{sender.flushed},
                            to_time(sender.reply_at),
                            to_time(sender.since)});
  }
}

}  // namespace

void observe(const World& world, int member, Duration recovery, core::PgObservation& seen) {
  const MemberCell& cell = world.member[static_cast<std::size_t>(member)];
  const PgCell& pg = cell.pg;
  seen.state = static_cast<PgState>(pg.state);
  seen.life = to_incarnation(pg.self).life;
  seen.busy = cell.agent.command != 0;
  seen.fenced = pg.fenced != 0;
  seen.recovery_estimate = recovery;
  seen.failed = pg.failed != 0;
  seen.position_final = position_final(pg);
  const bool known = seen.position_final || is_primary(pg) || (is_running(pg) && pg.replayed != 0);
  const Byte end = wal_end(pg.wal);
  seen.flushed = Lsn{known ? end : 0U};
  seen.timeline = Timeline{timeline_at(pg.wal, end)};
  seen.source = to_incarnation(pg.source);
  seen.source_epoch = Epoch{pg.source_epoch};
  seen.credential = Epoch{pg.credential};
  seen.receiver = static_cast<ReceiverState>(pg.receiver);
  const bool streaming = seen.receiver == ReceiverState::kStreaming;
  seen.receiver_epoch = Epoch{streaming ? pg.receiver_epoch : 0U};
  seen.received_timeline = Timeline{streaming ? timeline_at(pg.wal, end) : 0U};
  seen.last_byte_at = to_time(pg.last_byte);
  seen.receiver_since = to_time(pg.receiver_since);
  observe_primary(pg, seen);
}

}  // namespace holdfast::sim::explore
