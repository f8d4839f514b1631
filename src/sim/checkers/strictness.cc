#include "sim/checkers/strictness.h"

#include "sim/fault_aim.h"

namespace holdfast::sim {
namespace {

/// Longer than any answer is under way: the sender's timeout, and a bit.
constexpr Duration kUnderWay = 3s;

bool takes_disk(const Fault& fault, const core::MemberPolicy& member) {
  if (!strikes(fault, member)) return false;
  if (fault.kind == FaultKind::kHostReplaced) return true;
  const bool power = fault.kind == FaultKind::kHostPower || fault.kind == FaultKind::kZonePower ||
                     fault.kind == FaultKind::kRegionPower;
  return power && !member.power_loss_protection;
}

}  // namespace

RecordAsStrict::RecordAsStrict(Bench& bench)
    : Checker(bench), wiped_(static_cast<std::size_t>(bench.truth.clusters())) {
  for (auto& cluster : wiped_) cluster.fill(kLongAgo);
}

void RecordAsStrict::on_fault(SimTime now, const Fault& fault, bool) {
  for (int cluster = 0; cluster < bench_.truth.clusters(); ++cluster) {
    const core::ClusterPolicy& policy = bench_.truth.policy(cluster);
    for (std::size_t i = 0; i < policy.members.size(); ++i) {
      if (!takes_disk(fault, policy.members[i])) continue;
      wiped_[static_cast<std::size_t>(cluster)][i] = now;
    }
  }
}

bool RecordAsStrict::satisfies(
    SimTime now, int cluster, const core::Pair& pair, WriteId write, Lsn lsn) const {
  int count = 0;
  for (const core::Incarnation& who : pair.s) {
    const MemberRef member{cluster, who.member};
    const SimTime wiped = wiped_[static_cast<std::size_t>(cluster)][who.member];
    const bool just_wiped = since(wiped, now) < kUnderWay;
    if (just_wiped || holds(bench_.truth.wal(member), write, lsn, bench_.truth.flushed(member))) {
      ++count;
    }
  }
  return count >= pair.w;
}

void RecordAsStrict::on_write_done(
    SimTime now, MemberRef member, Epoch, WriteId write, ClientResult result, bool cancelled) {
  if (result != ClientResult::kAcked || cancelled || !bench_.ledger.knows(write)) return;
  const core::RecordPtr& record = bench_.chronicle.cluster(member.cluster).record;
  if (record == nullptr) return;
  const Lsn lsn = bench_.ledger.fate(write).lsn;
  for (const core::Pair& pair : record->pairs) {
    if (satisfies(now, member.cluster, pair, write, lsn)) return;
  }
  std::string pairs;
  for (const core::Pair& pair : record->pairs) {
    pairs += " [pair " + std::to_string(pair.id.value) + " of epoch " +
             std::to_string(pair.epoch.value) + ": " + std::to_string(pair.w) + " of {";
    for (const core::Incarnation& who : pair.s) {
      const MemberRef ref{member.cluster, who.member};
      const bool there = holds(bench_.truth.wal(ref), write, lsn, bench_.truth.flushed(ref));
      pairs += ' ' + std::to_string(who.member) + (there ? "+" : "-");
    }
    pairs += " }]";
  }
  violate(now,
          "write " + std::to_string(write) + " at LSN " + std::to_string(lsn.value) +
              " is acknowledged by " + text_of(member) +
              " but satisfies no recorded pair:" + pairs);
}

}  // namespace holdfast::sim
