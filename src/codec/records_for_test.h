// For tests: random records and disks that use every field, within every bound.
#pragma once

#include <limits>
#include <memory>

#include "base/prng.h"
#include "core/agent/agent.h"
#include "model/site.h"

namespace holdfast::codec {

class RandomRecords {
 public:
  RandomRecords(const model::Cluster& cluster, std::uint64_t seed)
      : members_(cluster.members.size()), prng_(seed) {}

  core::Incarnation incarnation() {
    return {static_cast<std::uint8_t>(prng_.below(members_)),
            static_cast<std::uint32_t>(1 + prng_.below(0xffffffffU))};
  }

  core::MemberSet set() {
    core::MemberSet it;
    for (std::uint64_t i = prng_.below(core::kMembersMax + 1); i > 0; --i) {
      it.insert_sorted(incarnation());
    }
    return it;
  }

  core::RecordPtr record() {
    core::Record it;
    it.key = {StoreId{number()}, Epoch{number()}, Revision{number()}};
    it.phase = static_cast<core::Phase>(prng_.below(3));
    if (prng_.chance(80)) it.primary = incarnation();
    if (prng_.chance(50)) it.target = incarnation();
    it.depose = prng_.chance(50);
    it.lossy = prng_.chance(50);
    for (std::uint64_t i = prng_.below(core::kPairsMax + 1); i > 0; --i) {
      const int w = static_cast<int>(prng_.below(core::kMembersMax + 1));
      it.pairs.push_back({PairId{number()}, Epoch{number()}, incarnation(), set(), w});
    }
    it.pair_last = PairId{number()};
    it.candidates = set();
    it.candidates_pending = set();
    for (std::uint64_t i = prng_.below(core::kForksMax + 1); i > 0; --i) {
      it.lineage.push_back({Timeline{number()}, Lsn{number()}, Epoch{number()}});
    }
    it.timeline_last = Timeline{number()};
    if (prng_.chance(30)) it.handover = core::Handover{incarnation()};
    it.halted = prng_.chance(50);
    it.cause = static_cast<core::Cause>(prng_.below(10));
    it.changed_at = wall();
    for (std::uint64_t i = prng_.below(core::kFailoversRemembered + 1); i > 0; --i) {
      it.failovers.push_back(wall());
    }
    it.returns = static_cast<std::uint8_t>(prng_.below(256));
    it.same_cause = static_cast<std::uint8_t>(prng_.below(256));
    return std::make_shared<const core::Record>(it);
  }

  core::AgentDisk disk() {
    core::AgentDisk it;
    if (prng_.chance(80)) it.record = record();
    it.sealed = Epoch{number()};
    it.promise = {Epoch{number()}, incarnation(), MonoTime(Duration(signed_number())), {number()}};
    if (prng_.chance(30)) it.promise = {};
    if (prng_.chance(10)) it.promise.until = kNever;
    it.boot = BootId{number()};
    return it;
  }

 private:
  /// Small, large and extreme ones alike.
  std::uint64_t number() {
    if (prng_.chance(10)) return std::numeric_limits<std::uint64_t>::max();
    return prng_.next() >> prng_.below(64);
  }
  std::int64_t signed_number() { return static_cast<std::int64_t>(number()); }
  WallTime wall() { return WallTime(Duration(signed_number())); }

  std::size_t members_;
  Prng prng_;
};

}  // namespace holdfast::codec
