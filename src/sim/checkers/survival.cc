#include "sim/checkers/survival.h"

#include <algorithm>

#include "base/probe.h"

namespace holdfast::sim {
namespace {

std::string story_of(WriteId write, const WriteFate& fate, bool seen) {
  return "write " + std::to_string(write) +
         (seen ? " (read by a client)" : " (acknowledged at " + text_of(fate.acked_at) + ")") +
         ", logged in epoch " + std::to_string(fate.epoch.value) + " at LSN " +
         std::to_string(fate.lsn.value) + " by member " + std::to_string(fate.by.member);
}

}  // namespace

AcknowledgedSurvives::AcknowledgedSurvives(Bench& bench)
    : Checker(bench),
      owed_(static_cast<std::size_t>(bench.truth.clusters())),
      compared_(owed_.size()),
      cursors_(owed_.size() * core::kMembersMax) {}

void AcknowledgedSurvives::owe(WriteId write) {
  WriteFate& fate = bench_.ledger.fate(write);
  if (fate.owed || fate.lost) return;
  fate.owed = true;
  owed_[static_cast<std::size_t>(fate.cluster)].push_back(write);
}

void AcknowledgedSurvives::on_write_done(
    SimTime, MemberRef, Epoch, WriteId write, ClientResult result, bool cancelled) {
  if (result != ClientResult::kAcked || cancelled || !bench_.ledger.knows(write)) return;
  owe(write);
}

void AcknowledgedSurvives::on_read(
    SimTime, MemberRef member, core::Incarnation by, Epoch epoch, Timeline, Lsn lsn) {
  const std::vector<WalEntry>& wal = bench_.truth.wal(member);
  Cursor& cursor =
      cursors_[static_cast<std::size_t>(member.cluster * core::kMembersMax + member.member)];
  const bool valid = cursor.by == by && cursor.epoch == epoch && cursor.next <= wal.size() &&
                     (cursor.next == 0 || wal[cursor.next - 1].end == cursor.lsn);
  if (!valid) cursor = Cursor{by, epoch, 0, Lsn{}};
  while (cursor.next < wal.size() && wal[cursor.next].end <= lsn) {
    const WriteId write = wal[cursor.next].write;
    cursor.lsn = wal[cursor.next].end;
    ++cursor.next;
    if (!bench_.ledger.knows(write)) continue;
    WriteFate& fate = bench_.ledger.fate(write);
    // What a cancelled wait made visible is exposed until a later epoch has shown it again.
    if (fate.cancelled && fate.epoch == epoch) continue;
    fate.seen = true;
    owe(write);
  }
}

void AcknowledgedSurvives::on_open(
    SimTime now, MemberRef member, core::Incarnation, Epoch epoch, bool open) {
  // An older leader that opens late is another checker's business.
  if (open && epoch >= compared_[static_cast<std::size_t>(member.cluster)]) {
    compare(now, member, epoch);
  }
}

void AcknowledgedSurvives::judge_missing(SimTime now, MemberRef leader, WriteId write, Loss* loss) {
  WriteFate& fate = bench_.ledger.fate(write);
  const bool acknowledged = fate.acked() && !fate.cancelled;
  fate.owed = false;
  fate.lost = true;
  if (loss != nullptr) {
    loss->writes += 1;
    const SimTime since = acknowledged ? fate.acked_at : fate.logged_at;
    loss->first_acked = std::min(loss->first_acked, since);
    loss->last_acked = std::max(loss->last_acked, since);
    return;
  }
  violate(now,
          story_of(write, fate, !acknowledged) + " is not in the history of the leader, " +
              text_of(leader));
}

void AcknowledgedSurvives::compare(SimTime now, MemberRef leader, Epoch epoch) {
  const auto cluster = static_cast<std::size_t>(leader.cluster);
  stamps_.resize(bench_.ledger.size() + 1, 0);
  ++stamp_;
  for (const WalEntry& entry : bench_.truth.wal(leader)) {
    if (entry.write < stamps_.size()) stamps_[entry.write] = stamp_;
  }
  bool lossy = false;
  for (const EpochNote& note : bench_.chronicle.cluster(leader.cluster).epochs) {
    lossy = lossy || (note.lossy && note.epoch > compared_[cluster] && note.epoch <= epoch);
  }
  compared_[cluster] = epoch;
  Loss loss{now, leader.cluster, epoch, 0, kNever, kLongAgo};
  std::vector<WriteId>& owed = owed_[cluster];
  const auto missing = [&](WriteId write) {
    if (stamps_[write] == stamp_) return false;
    judge_missing(now, leader, write, lossy ? &loss : nullptr);
    return true;
  };
  owed.erase(std::remove_if(owed.begin(), owed.end(), missing), owed.end());
  if (loss.writes == 0) return;
  HF_PROBE(kLossyLost);
  losses_.push_back(loss);
}

void AcknowledgedSurvives::on_end(SimTime now) {
  for (int i = 0; i < bench_.truth.clusters(); ++i) {
    const ClusterNotes& notes = bench_.chronicle.cluster(i);
    if (notes.open_member < 0) continue;
    compare(now, {i, notes.open_member}, notes.opened);
  }
}

}  // namespace holdfast::sim
