// WAL on its way: logins, copying, replies, and connections that break.
//
// A primary's sender and a standby's receiver are one connection: the sender's slot at the primary,
// whose `alive` says that the receiver at the other end still lives.

#include <algorithm>

#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {

using core::PgState;
using core::ReceiverState;

namespace {

constexpr int kStreamTimeout = 4;  ///< half-quanta without a byte, or without a reply

PgCell& pg_of(World& world, int member) {
  return world.member[static_cast<std::size_t>(member)].pg;
}
const PgCell& pg_of(const World& world, int member) {
  return world.member[static_cast<std::size_t>(member)].pg;
}
AgentCell& agent_of(World& world, int member) {
  return world.member[static_cast<std::size_t>(member)].agent;
}

ReceiverState receiver(const PgCell& pg) { return static_cast<ReceiverState>(pg.receiver); }

void show(World& world, int standby, ReceiverState state) {
  PgCell& pg = pg_of(world, standby);
  if (receiver(pg) == state) return;
  pg.receiver = static_cast<Byte>(state);
  pg.receiver_since = 0;
  agent_of(world, standby).dirty = 1;
}

SenderCell* slot_of(World& world, int standby) {
  const PgCell& pg = pg_of(world, standby);
  if (receiver(pg) != ReceiverState::kStreaming) return nullptr;
  SenderCell& slot =
      pg_of(world, member_of(pg.receiver_peer)).senders[static_cast<std::size_t>(standby)];
  return slot.alive != 0 && slot.standby == pg.self ? &slot : nullptr;
}

bool wants_receiver(const PgCell& pg) {
  return is_state(pg, PgState::kStandby) && pg.replayed != 0 && pg.source != 0;
}

bool accepts(const World& world, int standby, int primary) {
  const PgCell& peer = pg_of(world, primary);
  if (!is_primary(peer) || peer.leads != pg_of(world, standby).credential) return false;
  const SenderCell& slot = peer.senders[static_cast<std::size_t>(standby)];
  // A slot has one sender: a stale one must be seen to be gone first.
  return slot.standby == 0 && fit(pg_of(world, standby).wal, peer.wal) != Fit::kRefused;
}

void log_in(World& world, int standby, int primary) {
  PgCell& pg = pg_of(world, standby);
  PgCell& peer = pg_of(world, primary);
  const bool takes = fit(pg.wal, peer.wal) == Fit::kTakes;
  if (takes) {
    pg.wal.forks = peer.wal.forks;
    pg.wal.fork = peer.wal.fork;
    pg.wal.highest_known = std::max(pg.wal.highest_known, peer.wal.highest_known);
  }
  pg.receiver_peer = peer.self;
  pg.receiver_epoch = peer.leads;
  pg.receiver_diverged = takes ? 0 : 1;
  pg.last_byte = 0;
  SenderCell& slot = peer.senders[static_cast<std::size_t>(standby)];
  slot = SenderCell{};
  slot.standby = pg.self;
  slot.alive = 1;
  slot.sync = peer.flag;
  slot.replied = wal_end(pg.wal);
  agent_of(world, primary).dirty = 1;
  show(world, standby, ReceiverState::kStreaming);
}

}  // namespace

bool may_connect(const World& world, int standby) {
  const PgCell& pg = pg_of(world, standby);
  if (!wants_receiver(pg) || receiver(pg) == ReceiverState::kStreaming) return false;
  const int primary = member_of(pg.source);
  if (primary == standby || !connected(world, standby, primary)) return false;
  return accepts(world, standby, primary) || receiver(pg) != ReceiverState::kRefused;
}

void connect(World& world, int standby) {
  const int primary = member_of(pg_of(world, standby).source);
  if (accepts(world, standby, primary)) return log_in(world, standby, primary);
  show(world, standby, ReceiverState::kRefused);
}

bool may_connect_stale(const World& world, int standby) {
  const PgCell& pg = pg_of(world, standby);
  if (pg.stale_source == 0 || !is_state(pg, PgState::kStandby)) return false;
  if (receiver(pg) != ReceiverState::kNone) return false;
  const int primary = member_of(pg.stale_source);
  return connected(world, standby, primary) && accepts(world, standby, primary);
}

void connect_stale(World& world, int standby) {
  PgCell& pg = pg_of(world, standby);
  const int primary = member_of(pg.stale_source);
  pg.stale_source = 0;
  log_in(world, standby, primary);
}

bool may_copy(const World& world, int standby) {
  const PgCell& pg = pg_of(world, standby);
  if (!is_state(pg, PgState::kStandby) || receiver(pg) != ReceiverState::kStreaming) return false;
  if (pg.receiver_diverged != 0) return false;
  const int primary = member_of(pg.receiver_peer);
  const PgCell& peer = pg_of(world, primary);
  const SenderCell& slot = peer.senders[static_cast<std::size_t>(standby)];
  if (!is_primary(peer) || slot.alive == 0 || slot.standby != pg.self) return false;
  return reaches(world, primary, standby) && peer.wal.size > pg.wal.size;
}

void copy_wal(World& world, int standby) {
  PgCell& pg = pg_of(world, standby);
  const int primary = member_of(pg.receiver_peer);
  PgCell& peer = pg_of(world, primary);
  for (std::size_t i = pg.wal.size; i < peer.wal.size; ++i) pg.wal.entry[i] = peer.wal.entry[i];
  pg.wal.size = peer.wal.size;
  pg.last_byte = 0;
  peer.senders[static_cast<std::size_t>(standby)].replied = wal_end(pg.wal);
}

bool may_hear(const World& world, int primary, int standby) {
  const SenderCell& slot = pg_of(world, primary).senders[static_cast<std::size_t>(standby)];
  return slot.standby != 0 && slot.replied != slot.flushed && reaches(world, standby, primary);
}

/// Taken at face value: a standby beyond a fork names positions that it does not hold here.
void hear_reply(World& world, int primary, int standby) {
  SenderCell& slot = pg_of(world, primary).senders[static_cast<std::size_t>(standby)];
  slot.flushed = slot.replied;
  slot.reply_at = 0;
  release_by(world, primary, standby);
  check_drain(world, primary);
}

bool may_notice_close(const World& world, int primary, int standby) {
  const SenderCell& slot = pg_of(world, primary).senders[static_cast<std::size_t>(standby)];
  return slot.standby != 0 && slot.alive == 0 && reaches(world, standby, primary);
}

void close_sender(World& world, int primary, int standby) {
  PgCell& pg = pg_of(world, primary);
  SenderCell& slot = pg.senders[static_cast<std::size_t>(standby)];
  if (slot.alive != 0) {
    PgCell& peer = pg_of(world, standby);
    if (receiver(peer) == ReceiverState::kStreaming && peer.receiver_peer == pg.self &&
        connected(world, primary, standby)) {
      peer.receiver_epoch = 0;
      show(world, standby, ReceiverState::kConnecting);
    }
  }
  slot = SenderCell{};
  agent_of(world, primary).dirty = 1;
  check_prove(world, primary);
}

void end_receiver(World& world, int standby) {
  if (SenderCell* slot = slot_of(world, standby)) slot->alive = 0;
  PgCell& pg = pg_of(world, standby);
  pg.receiver_peer = 0;
  pg.receiver_epoch = 0;
  pg.receiver_diverged = 0;
}

void settle_connections(World& world) {
  for (int i = 0; i < kMembers; ++i) {
    PgCell& pg = pg_of(world, i);
    if (receiver(pg) != ReceiverState::kStreaming || slot_of(world, i) != nullptr) continue;
    if (!connected(world, i, member_of(pg.receiver_peer))) continue;
    pg.receiver_peer = 0;
    pg.receiver_epoch = 0;
    pg.receiver_diverged = 0;
    show(world, i, pg.source != 0 ? ReceiverState::kConnecting : ReceiverState::kNone);
  }
}

void pass_stream_time(World& world) {
  for (int i = 0; i < kMembers; ++i) {
    PgCell& pg = pg_of(world, i);
    SenderCell* slot = slot_of(world, i);
    if (slot != nullptr) {
      const int primary = member_of(pg.receiver_peer);
      // The guardian's keepalives flow to the standby, its replies flow back.
      if (reaches(world, primary, i)) pg.last_byte = 0;
      if (reaches(world, i, primary)) slot->reply_at = 0;
    }
    if (receiver(pg) == ReceiverState::kStreaming && at_least_old(pg.last_byte, kStreamTimeout)) {
      end_receiver(world, i);
      show(world, i, pg.source != 0 ? ReceiverState::kConnecting : ReceiverState::kNone);
    }
    // An attempt that follows a refusal is shown as refused for a while only if it is refused
    // again.
    if (receiver(pg) == ReceiverState::kRefused && !connected(world, i, member_of(pg.source))) {
      show(world, i, ReceiverState::kConnecting);
    }
  }
  for (int primary = 0; primary < kMembers; ++primary) {
    for (int i = 0; i < kMembers; ++i) {
      const SenderCell& slot = pg_of(world, primary).senders[static_cast<std::size_t>(i)];
      if (slot.standby != 0 && at_least_old(slot.reply_at, kStreamTimeout)) {
        close_sender(world, primary, i);
      }
    }
  }
}

}  // namespace holdfast::sim::explore
