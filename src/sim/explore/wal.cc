#include "sim/explore/wal.h"

#include <algorithm>

namespace holdfast::sim::explore {

Byte timeline_at(const WalCell& wal, Byte lsn) {
  for (std::size_t i = wal.forks; i > 1; --i) {
    if (wal.fork[i - 1].start < lsn) return wal.fork[i - 1].timeline;
  }
  return wal.fork[0].timeline;
}

Byte newest_timeline(const WalCell& wal) {
  return wal.forks == 0 ? Byte{0} : wal.fork[wal.forks - 1U].timeline;
}

Byte append(WalCell& wal, Byte entry) {
  if (wal.size >= kWalMax) return 0;
  wal.entry[wal.size] = entry;
  ++wal.size;
  return wal_end(wal);
}

void drop_unreached(WalCell& wal) {
  while (wal.forks > 1 && wal.fork[wal.forks - 1U].start >= wal_end(wal)) {
    --wal.forks;
    wal.fork[wal.forks] = ForkCell{};
  }
}

bool add_fork(WalCell& wal, ForkCell fork) {
  if (wal.forks >= kForksKept) return false;
  wal.fork[wal.forks] = fork;
  ++wal.forks;
  wal.highest_known = std::max(wal.highest_known, fork.timeline);
  return true;
}

Byte commits_in(const WalCell& wal) {
  Byte bits = 0;
  for (std::size_t i = 0; i < wal.size; ++i) {
    if (is_commit(wal.entry[i])) bits = static_cast<Byte>(bits | commit_bit(wal.entry[i]));
  }
  return bits;
}

void cut_wal(WalCell& wal, Byte lsn) {
  while (wal_end(wal) > lsn) {
    --wal.size;
    wal.entry[wal.size] = 0;
  }
  while (wal.forks > 1 && wal.fork[wal.forks - 1U].start > wal_end(wal)) {
    --wal.forks;
    wal.fork[wal.forks] = ForkCell{};
    wal.highest_known = wal.fork[wal.forks - 1U].timeline;
  }
}

Fit fit(const WalCell& mine, const WalCell& leader) {
  const Byte own = timeline_at(mine, wal_end(mine));
  if (newest_timeline(leader) < own) return Fit::kRefused;
  for (std::size_t i = 0; i < leader.forks; ++i) {
    if (leader.fork[i].timeline != own) continue;
    const bool newest = i + 1 == leader.forks;
    return newest || wal_end(mine) <= leader.fork[i + 1].start ? Fit::kTakes : Fit::kDiverged;
  }
  return Fit::kRefused;
}

}  // namespace holdfast::sim::explore
