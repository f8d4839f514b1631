#include "sim/explore/judge.h"

#include <algorithm>

#include "sim/explore/units.h"
#include "sim/explore/wal.h"

namespace holdfast::sim::explore {
namespace {

bool is_held_by(const World& world, core::Incarnation who, Byte bit) {
  const PgCell& pg = world.member[who.member].pg;
  return pg.self == to_who(who) && (commits_in(pg.wal) & bit) != 0;
}

bool satisfies_a_pair(const World& world, const core::Record& record, Byte bit) {
  return std::any_of(record.pairs.begin(), record.pairs.end(), [&](const core::Pair& pair) {
    const auto holders = std::count_if(pair.s.begin(), pair.s.end(), [&](core::Incarnation who) {
      return is_held_by(world, who, bit);
    });
    return holders >= pair.w;
  });
}

bool serves_stale(const World& world) {
  if (!at_least_old(world.open_since, kLeaseEnded)) return false;
  return std::any_of(world.member.begin(), world.member.end(), [&](const MemberCell& it) {
    return it.pg.open != 0 && it.pg.leads < world.open_epoch;
  });
}

/// Its agent has acted on what it knows when nothing waits and nothing is under way.
bool serves_deposed(const MemberCell& member, const Tables& tables) {
  const AgentCell& agent = member.agent;
  const bool acted =
      agent.alive != 0 && agent.started != 0 && agent.fifo_size == 0 && agent.command == 0;
  if (member.pg.open == 0 || !acted) return false;
  const core::Record& known = *tables.record(agent.known);
  return known.key.epoch.value > member.pg.leads && known.phase != core::Phase::kSealing &&
         to_who(known.leader()) != member.pg.self;
}

}  // namespace

Violation judge(const World& world, const Tables& tables) {
  if (world.violation != Violation::kNone) return world.violation;
  if (serves_stale(world)) return Violation::kServesStale;
  for (const MemberCell& it : world.member) {
    if (serves_deposed(it, tables)) return Violation::kServesDeposed;
  }
  if (world.acked == 0) return Violation::kNone;
  const core::Record& record = *tables.record(world.store);
  for (Byte id = 1; id <= kCommitsMax; ++id) {
    if ((world.acked & commit_bit(id)) == 0) continue;
    if (!satisfies_a_pair(world, record, commit_bit(id))) return Violation::kLost;
  }
  return Violation::kNone;
}

const char* violation_name(Violation violation) {
  switch (violation) {
    case Violation::kNone: return "none";
    case Violation::kLost: return "an acknowledged commit satisfies no recorded pair";
    case Violation::kForkedAck:
      return "a commit was acknowledged by a history that lacks an acknowledged one";
    case Violation::kOpenedWithout:
      return "clients were let in where a commit is missing that no later epoch acknowledged";
    case Violation::kServesDeposed:
      return "a leader stays open though its own agent knows that another one leads";
    case Violation::kStartsStale:
      return "a start as primary is ordered more than a lease after its epoch ended";
    case Violation::kServesStale:
      return "a leader is open more than a lease after a later epoch's leader was opened";
    case Violation::kTwoLeaders: return "two incarnations led one epoch";
    case Violation::kTimelineTwice: return "a timeline was begun twice";
    case Violation::kStuck: return "everything is mended, and still nothing is acknowledged";
  }
  return "unknown";
}

}  // namespace holdfast::sim::explore
