// For tests: random reports and records, with the extreme values that once were forgotten.
#pragma once

#include <limits>

#include "base/prng.h"
#include "codec/wire.h"

namespace holdfast::codec {

/// Draws values whose members all belong to a cluster of `members` members.
class RandomValues {
 public:
  RandomValues(std::uint64_t seed, int members) : prng_(seed), members_(members) {}

  bool flag() { return prng_.chance(50); }
  std::uint64_t number() {
    if (prng_.chance(10)) return std::numeric_limits<std::uint64_t>::max();
    return prng_.next() >> prng_.below(64);
  }
  Duration duration() {
    if (prng_.chance(10)) return Duration::max();
    if (prng_.chance(10)) return Duration::min();
    return Duration(static_cast<std::int64_t>(number()));
  }
  MonoTime moment() {
    if (prng_.chance(10)) return kNever;
    if (prng_.chance(10)) return kLongAgo;
    return MonoTime(duration());
  }
  template <class E>
  E any(E last) {
    return static_cast<E>(prng_.below(static_cast<std::uint64_t>(last) + 1));
  }
  core::Incarnation incarnation() {
    if (prng_.chance(10)) return {};
    return {static_cast<std::uint8_t>(prng_.below(static_cast<std::uint64_t>(members_))),
            static_cast<std::uint32_t>(number())};
  }
  core::MemberSet set() {
    core::MemberSet s;
    const std::uint64_t count = prng_.below(core::kMembersMax + 1);
    for (std::uint64_t i = 0; i < count; ++i) s.insert_sorted(incarnation());
    return s;
  }
  core::RecordKey key() { return {{number()}, {number()}, {number()}}; }

  core::Pair pair() {
    const int w = static_cast<int>(prng_.below(core::kMembersMax + 2));
    return {{number()}, {number()}, incarnation(), set(), w};
  }

  core::Record record() {
    core::Record r;
    r.key = key();
    r.phase = any(core::Phase::kPromoting);
    r.primary = incarnation();
    r.target = incarnation();
    r.depose = flag();
    r.lossy = flag();
    fill(r.pairs, [&] { return pair(); });
    r.pair_last = {number()};
    r.candidates = set();
    r.candidates_pending = set();
    fill(r.lineage, [&] { return core::Fork{{number()}, {number()}, {number()}}; });
    fill(r.set_aside, [&] {
      return core::SetAside{{{number()}, {number()}, {number()}}, {number()}};
    });
    r.timeline_last = {number()};
    if (flag()) r.handover = core::Handover{incarnation()};
    r.halted = flag();
    r.cause = any(core::Cause::kStoreRecovered);
    r.changed_at = WallTime(duration());
    fill(r.failovers, [&] { return WallTime(duration()); });
    r.returns = static_cast<std::uint8_t>(number());
    r.same_cause = static_cast<std::uint8_t>(number());
    return r;
  }

  core::MemberReport report() {
    core::MemberReport r;
    r.self = incarnation();
    r.boot = {number()};
    r.agent_started = moment();
    r.heartbeat = number();
    r.record = key();
    r.state = any(core::PgState::kRebuilding);
    for (bool* it : {&r.open,
                     &r.restarting,
                     &r.fenced,
                     &r.regressed,
                     &r.able_to_seal,
                     &r.sick,
                     &r.drained,
                     &r.sealed_final,
                     &r.reboot_hold}) {
      *it = flag();
    }
    r.sealed = {number()};
    r.position = {{number()}, {number()}};
    r.replay_lag = duration();
    r.following = {number()};
    r.wal = any(core::WalSeen::kRefused);
    r.wal_silence = duration();
    r.timeline = {number()};
    r.leads = {number()};
    r.proven = {number()};
    r.barrier = {number()};
    r.promise_left = duration();
    r.proof_age = duration();
    fill(r.senders, [&] {
      return core::SenderReport{incarnation(), {number()}, duration(), duration(), duration()};
    });
    return r;
  }

 private:
  template <class List, class Draw>
  void fill(List& list, Draw draw) {
    const std::uint64_t count = prng_.below(List::capacity() + 1);
    for (std::uint64_t i = 0; i < count; ++i) list.push_back(draw());
  }

  Prng prng_;
  int members_;
};

}  // namespace holdfast::codec
