// What a modelled WAL holds, and which timeline wrote it.
#pragma once

#include <cstddef>

#include "sim/explore/world.h"

namespace holdfast::sim::explore {

/// Entries: 1..8 are client commits; the end of a recovery and barriers are told apart by their
/// high bits.
inline constexpr int kCommitsMax = 8;
inline constexpr Byte kRecoveryEntry = 0x80;
inline constexpr Byte kOtherEntry = 0xa0;
inline constexpr Byte kBarrierEntry = 0xc0;

inline bool is_commit(Byte entry) { return entry >= 1 && entry <= kCommitsMax; }
inline Byte commit_bit(Byte entry) { return static_cast<Byte>(1U << (entry - 1)); }

/// The end of the WAL as an LSN. An empty WAL ends at 1: 0 means unknown.
inline Byte wal_end(const WalCell& wal) { return static_cast<Byte>(wal.size + 1); }

/// The timeline that wrote the last record before `lsn`.
Byte timeline_at(const WalCell& wal, Byte lsn);
/// The newest timeline of the history, reached or not.
Byte newest_timeline(const WalCell& wal);
/// Appends a record and returns its end; 0 if there is no room.
Byte append(WalCell& wal, Byte entry);
/// Forgets timelines that fork off at or beyond the end.
void drop_unreached(WalCell& wal);
/// False if there is no room.
bool add_fork(WalCell& wal, ForkCell fork);
/// The client commits it holds, a bit each.
Byte commits_in(const WalCell& wal);
/// Forgets everything beyond `lsn`, and the timelines that begin there.
void cut_wal(WalCell& wal, Byte lsn);

/// What PostgreSQL makes of a leader's history, by timeline numbers alone.
enum class Fit { kTakes, kDiverged, kRefused };
Fit fit(const WalCell& mine, const WalCell& leader);

}  // namespace holdfast::sim::explore
