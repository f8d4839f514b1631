#include "core/readiness/rehearsed_member.h"

#include <algorithm>

namespace holdfast::core {
namespace {

/// Connecting, authenticating and starting replication take a round trip each.
constexpr int kLoginRoundTrips = 3;

bool streams_from(const RehearsedMember& standby, const RehearsedMember& leader) {
  return standby.up && standby.pg.state == PgState::kStandby &&
         standby.pg.receiver == ReceiverState::kStreaming && standby.pg.source == leader.who() &&
         standby.pg.receiver_epoch == leader.pg.leads;
}

/// The slowest of the W quickest standbys, or nothing if fewer than W stream.
std::optional<Duration> quorum_round_trip(const RehearsedMembers& members,
                                          const RehearsedMember& leader,
                                          const Pair& pair,
                                          const Latencies& latencies) {
  if (pair.w > pair.s.count()) return std::nullopt;
  InlineVec<Duration, kMembersMax> trips;
  for (const RehearsedMember& it : members) {
    if (pair.s.contains(it.who()) && streams_from(it, leader))
      trips.push_back(round_trip(latencies, it.region, leader.region));
  }
  if (trips.count() < pair.w) return std::nullopt;
  std::sort(trips.begin(), trips.end());
  return pair.w == 0 ? Duration::zero() : trips[static_cast<std::size_t>(pair.w - 1)];
}

void detach(PgObservation& pg) {
  pg.source = Incarnation{};
  pg.source_epoch = Epoch{};
  pg.credential = Epoch{};
  pg.receiver = ReceiverState::kNone;
  pg.receiver_epoch = Epoch{};
  pg.position_final = true;
}

void attend_receiver(RehearsedMember& member,
                     const RehearsedMembers& members,
                     const Latencies& latencies,
                     MonoTime now) {
  PgObservation& pg = member.pg;
  if (pg.state != PgState::kStandby || !pg.source.is_set()) return;
  const RehearsedMember& leader = members[pg.source.member];
  const bool answers = leader.who() == pg.source && leader.leads(pg.source_epoch);
  if (pg.receiver == ReceiverState::kStreaming) {
    if (answers) {
      pg.last_byte_at = now;
    } else if (leader.up) {  // a host that is gone says nothing
      pg.receiver = ReceiverState::kRefused;
      pg.receiver_since = now;
      member.changed = true;
    }
    return;
  }
  if (!answers) {
    member.connect_at = kNever;
  } else if (member.connect_at == kNever) {
    member.connect_at =
        now + kLoginRoundTrips * round_trip(latencies, member.region, leader.region);
  } else if (now >= member.connect_at) {
    member.connect_at = kNever;
    pg.receiver = ReceiverState::kStreaming;
    pg.receiver_epoch = pg.source_epoch;
    pg.received_timeline = leader.pg.timeline;
    pg.timeline = leader.pg.timeline;
    pg.last_byte_at = now;
    pg.receiver_since = now;
    member.changed = true;
  }
}

void attend_senders(RehearsedMember& leader, const RehearsedMembers& members, MonoTime now) {
  if (leader.pg.state != PgState::kPrimary) return;
  leader.pg.flushed = leader.pg.flushed.next();  // clients and the guardian keep WAL flowing
  for (const RehearsedMember& it : members) {
    const auto sender = std::find_if(leader.pg.senders.begin(),
                                     leader.pg.senders.end(),
                                     [&](const Sender& s) { return s.standby == it.who(); });
    if (!streams_from(it, leader)) {
      const bool closed = it.up && it.agent.self != leader.agent.self;
      if (closed && sender != leader.pg.senders.end())
        leader.pg.senders.erase_at(static_cast<std::size_t>(sender - leader.pg.senders.begin()));
    } else if (sender != leader.pg.senders.end()) {
      sender->reply_at = now;
      sender->flushed = leader.pg.flushed;
    } else {
      leader.pg.senders.push_back({it.who(), leader.pg.flushed, now, now});
      leader.changed = true;
    }
  }
}

void lead(RehearsedMember& member, const PgCommand& command) {
  PgObservation& pg = member.pg;
  detach(pg);
  pg.state = PgState::kPrimary;
  pg.leads = command.epoch;
  pg.open = false;
  pg.recovery_end = pg.flushed;
  pg.barrier = Lsn{};
  pg.proven = PairId{};
  pg.senders.clear();
}

void finish(RehearsedMember& member, const PgCommand& command, MonoTime now) {
  PgObservation& pg = member.pg;
  switch (command.verb) {
    case PgVerb::kNewLife: pg.life = command.life; break;
    case PgVerb::kStartStandby:
      pg.state = PgState::kStandby;
      detach(pg);
      break;
    case PgVerb::kStartPrimary:
      lead(member, command);
      member.sync = command.pair;
      pg.sync_pair = command.pair.id;
      break;
    case PgVerb::kStopFast:
    case PgVerb::kStopImmediate:
      pg.state = PgState::kStopped;
      pg.open = false;
      pg.senders.clear();
      break;
    case PgVerb::kSeal: detach(pg); break;
    case PgVerb::kFollow:
      pg.source = command.peer;
      pg.source_epoch = command.epoch;
      pg.credential = command.epoch;
      pg.receiver = ReceiverState::kConnecting;
      pg.receiver_since = now;
      pg.position_final = false;
      break;
    case PgVerb::kPromote:
      lead(member, command);
      pg.timeline = command.timeline;
      pg.sync_pair = PairId{};
      member.sync = Pair{};
      break;
    case PgVerb::kAdopt: pg.leads = command.epoch; break;
    case PgVerb::kSetSync:
      member.sync = command.pair;
      pg.sync_pair = command.pair.id;
      break;
    case PgVerb::kProve:
      pg.proven = command.pair.id;
      pg.barrier = pg.flushed;
      break;
    case PgVerb::kOpen: pg.open = true; break;
    case PgVerb::kClose: pg.open = false; break;
    case PgVerb::kDrain:
      pg.open = false;
      pg.drained = true;
      break;
    case PgVerb::kRewind:
    case PgVerb::kRebuild: break;
  }
}

Duration time_of(PgVerb verb, const Latencies& latencies) {
  switch (verb) {
    case PgVerb::kStartStandby:
    case PgVerb::kStartPrimary: return latencies.recovery;
    case PgVerb::kSeal: return latencies.seal;
    case PgVerb::kPromote: return latencies.promote;
    case PgVerb::kNewLife:
    case PgVerb::kStopFast:
    case PgVerb::kStopImmediate:
    case PgVerb::kFollow:
    case PgVerb::kAdopt:
    case PgVerb::kSetSync:
    case PgVerb::kProve:
    case PgVerb::kOpen:
    case PgVerb::kClose:
    case PgVerb::kDrain: return latencies.apply;
    case PgVerb::kRewind:
    case PgVerb::kRebuild: return Duration::max();  // longer than any forecast looks
  }
  return latencies.apply;
}

void attend_command(RehearsedMember& member,
                    const RehearsedMembers& members,
                    const Latencies& latencies,
                    MonoTime now) {
  if (!member.running) return;
  const PgCommand command = *member.running;
  if (command.verb == PgVerb::kProve && member.done_at == kNever) {
    const auto trip = quorum_round_trip(members, member, command.pair, latencies);
    if (trip) member.done_at = now + *trip + latencies.apply;
  }
  if (member.done_at > now) return;
  member.running.reset();
  member.done_at = kNever;
  member.pg.busy = false;
  member.changed = true;
  finish(member, command, now);
}

void take_stream(PgObservation& pg,
                 const Record& record,
                 const MemberReport& report,
                 MonoTime now) {
  if (report.following != record.key.epoch || !record.leader().is_set()) {
    pg.receiver = ReceiverState::kNone;
    pg.position_final = report.sealed_final;
    return;
  }
  pg.source = record.leader();
  pg.source_epoch = record.key.epoch;
  pg.credential = record.key.epoch;
  pg.receiver = ReceiverState::kStreaming;
  pg.receiver_epoch = record.key.epoch;
  pg.received_timeline = report.timeline;
  pg.last_byte_at = now - report.wal_silence;
  pg.receiver_since = now;
}

}  // namespace

Duration round_trip(const Latencies& latencies, std::uint16_t a, std::uint16_t b) {
  return a == b ? latencies.same_region_rtt : latencies.cross_region_rtt;
}

RehearsedMember rehearse_member(const ClusterPolicy& policy,
                                const Record& record,
                                const MemberReport& report,
                                int member,
                                MonoTime now) {
  RehearsedMember it;
  it.region = policy.members[static_cast<std::size_t>(member)].region;
  it.agent.self = member;
  it.up = report.self.is_set() &&
          (report.state == PgState::kStandby || report.state == PgState::kPrimary);
  it.pg.state = report.state;
  it.pg.life = report.self.life;
  it.pg.timeline = report.position.timeline;
  it.pg.flushed = report.position.lsn;
  if (report.state == PgState::kStandby) take_stream(it.pg, record, report, now);
  if (report.state == PgState::kPrimary) {
    it.pg.leads = report.leads;
    it.pg.open = report.open;
    it.pg.proven = report.proven;
    it.pg.barrier = report.barrier;
    for (const Pair& pair : record.pairs) {
      if (pair.id == report.proven) it.sync = pair;
    }
    it.pg.sync_pair = it.sync.id;
  }
  AgentStarted started;
  started.boot = report.boot.is_set() ? report.boot : BootId{1};
  started.booted_at = report.reboot_hold ? now : now - 24h;
  started.disk.record = std::make_shared<const Record>(record);
  started.disk.sealed = report.sealed;
  started.disk.boot = started.boot;
  if (report.promise_left > Duration::zero())
    started.disk.promise = {
        record.key.epoch, record.leader(), now + report.promise_left, started.boot};
  AgentStep ignored;
  step_agent(policy, it.agent, {now, it.pg, 1, started}, ignored);
  it.due = now;
  return it;
}

void rehearse_command(RehearsedMember& member,
                      const PgCommand& command,
                      const Latencies& latencies,
                      MonoTime now) {
  const bool stops = command.verb == PgVerb::kStopImmediate || command.verb == PgVerb::kStopFast;
  if (member.running && (!stops || member.running->verb == command.verb)) return;
  const Duration time = time_of(command.verb, latencies);
  member.running = command;
  member.pg.busy = true;
  member.done_at = time == Duration::max() || command.verb == PgVerb::kProve ? kNever : now + time;
  if (command.verb == PgVerb::kPromote) member.pg.state = PgState::kPromoting;
  const bool starts =
      command.verb == PgVerb::kStartStandby || command.verb == PgVerb::kStartPrimary;
  if (starts) member.pg.state = PgState::kStarting;
}

void rehearse_progress(RehearsedMembers& members, const Latencies& latencies, MonoTime now) {
  for (RehearsedMember& it : members) {
    if (it.up) attend_receiver(it, members, latencies, now);
  }
  for (RehearsedMember& it : members) {
    if (it.up) attend_senders(it, members, now);
  }
  for (RehearsedMember& it : members) {
    if (it.up) attend_command(it, members, latencies, now);
  }
}

void rehearse_crash(RehearsedMember& member, const Latencies& latencies) {
  member.running.reset();
  member.done_at = kNever;
  member.pg.busy = false;
  member.pg.state = PgState::kCrashed;
  member.pg.open = false;
  member.pg.senders.clear();
  member.pg.recovery_estimate = latencies.recovery;
  member.changed = true;
}

bool serves_clients(const RehearsedMembers& members, const RehearsedMember& member) {
  if (!member.up || member.pg.state != PgState::kPrimary || !member.pg.open) return false;
  return quorum_round_trip(members, member, member.sync, Latencies{}).has_value();
}

}  // namespace holdfast::core
