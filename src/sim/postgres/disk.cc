#include "sim/postgres/disk.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

constexpr Duration kCheckpointInterval = 30s;
constexpr Duration kDriveCache = 1s;  ///< how old a confirmed change can be and still be lost
constexpr Duration kSampling = 16ms;

}  // namespace

Lsn Wal::append(std::uint32_t bytes, WriteId write) {
  end.value += bytes;
  if (write != 0) entries.push_back({end, write});
  return end;
}

void Wal::cut(Lsn to) {
  entries.resize(first_after(to));
  end = std::min(end, to);
  flushed = std::min(flushed, to);
}

Timeline Wal::timeline_at(Lsn lsn) const {
  for (std::size_t i = history.size(); i > 1; --i) {
    if (history[i - 1].start < lsn) return history[i - 1].timeline;
  }
  return history.empty() ? Timeline{} : history.front().timeline;
}

std::size_t Wal::first_after(Lsn lsn) const {
  if (entries.empty() || entries.back().end <= lsn) return entries.size();
  const auto beyond = [](Lsn x, const WalEntry& entry) { return x < entry.end; };
  const auto found = std::upper_bound(entries.begin(), entries.end(), lsn, beyond);
  return static_cast<std::size_t>(found - entries.begin());
}

void Wal::drop_unreached() {
  while (history.size() > 1 && history.back().start >= end) history.pop_back();
}

PgSettings& PgDisk::change(SimTime now) {
  if (old_count_ == kOldSettings) {
    std::move(old_.begin() + 1, old_.end(), old_.begin());
    --old_count_;
  }
  old_[old_count_++] = {now, settings_};
  return settings_;
}

void PgDisk::confirm(SimTime now, Lsn to) {
  wal.flushed = std::max(wal.flushed, to);
  if (now - checkpoint_at_ >= kCheckpointInterval) {
    checkpoint = wal.flushed;
    checkpoint_at_ = now;
  }
  if (confirmed_count_ > 0) {
    const Confirmed& last = confirmed_[(confirmed_count_ - 1) % kConfirmed];
    if (now - last.at < kSampling) return;
  }
  confirmed_[confirmed_count_++ % kConfirmed] = {now, wal.flushed};
}

void PgDisk::settle() {
  old_count_ = 0;
  confirmed_count_ = 0;
}

void PgDisk::lose_unflushed(Prng& prng) {
  clean = false;
  if (wal.end <= wal.flushed) return;
  wal.cut(Lsn{wal.flushed.value + prng.below(wal.end.value - wal.flushed.value + 1)});
}

void PgDisk::lose_confirmed(SimTime now, Prng& prng) {
  clean = false;
  const SimTime settings_of = now - prng.between(Duration(0), kDriveCache);
  for (std::size_t i = 0; i < old_count_; ++i) {
    if (old_[i].until <= settings_of) continue;
    settings_ = old_[i].settings;
    break;
  }
  // The oldest sample that is younger than the chosen moment: everything confirmed after it is
  // gone.
  const SimTime wal_of = now - prng.between(Duration(0), kDriveCache);
  Lsn kept = wal.flushed;
  for (std::size_t back = 1; back <= std::min(confirmed_count_, kConfirmed); ++back) {
    const Confirmed& sample = confirmed_[(confirmed_count_ - back) % kConfirmed];
    if (sample.at <= wal_of) break;
    kept = std::min(kept, sample.lsn);
  }
  wal.cut(kept);
  while (wal.history.size() > 1 && wal.history.back().start > wal.end) {
    wal.history.pop_back();
    wal.highest_known = wal.history.back().timeline;
    settings_.standby = true;
  }
  settle();
}

void PgDisk::wipe() { *this = PgDisk{}; }

}  // namespace holdfast::sim
