// What one instance has on its disk: write-ahead log, timeline history and settings.
//
// WAL is written first and durable later (`flushed`). A drive without power-loss protection
// confirms what it has not stored: for that, the last second of confirmed changes is remembered and
// can be taken back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/prng.h"
#include "core/record/types.h"
#include "sim/postgres.h"

namespace holdfast::sim {

struct Wal {
  std::vector<WalEntry> entries;    ///< committed client writes, ascending
  std::vector<core::Fork> history;  ///< oldest first; may name timelines that `end` has not reached
  Timeline highest_known;           ///< the highest timeline of which a history file is here
  Lsn end{1};
  Lsn flushed{1};

  /// Appends a record; a client's commit if `write` is not 0. Returns its end.
  Lsn append(std::uint32_t bytes, WriteId write);
  /// Forgets everything beyond `to`.
  void cut(Lsn to);
  /// Forgets timelines that fork off at or beyond the end.
  void drop_unreached();
  /// The timeline that wrote the last byte before `lsn`.
  [[nodiscard]] Timeline timeline_at(Lsn lsn) const;
  /// Index of the first commit that ends beyond `lsn`.
  [[nodiscard]] std::size_t first_after(Lsn lsn) const;
};

/// What the agent wrote into the data directory, and what the control file says.
struct PgSettings {
  std::uint32_t life = 0;
  bool standby = true;  ///< standby.signal is there
  core::Incarnation source;
  Epoch source_epoch;
  Epoch credential;
  Epoch leads;
  core::Pair pair;    ///< id 0: the placeholder
  Timeline reserved;  ///< reserved history files up to here are lying; 0: none
};

class PgDisk {
 public:
  bool present = false;  ///< there is a data directory that could be started
  bool clean = false;    ///< shut down cleanly: the position is known without a start
  Lsn checkpoint{1};
  Wal wal;

  [[nodiscard]] const PgSettings& settings() const { return settings_; }
  /// The settings, to be changed: what they were is remembered as of `now`.
  PgSettings& change(SimTime now);
  /// WAL up to `to` is confirmed to be durable.
  void confirm(SimTime now, Lsn to);
  /// Nothing confirmed before can be taken back any more (a whole directory was synced).
  void settle();
  /// The processes end at once: what was written but not flushed survives up to a random point.
  void lose_unflushed(Prng& prng);
  /// Power fails on a drive whose fsync lies: the last of what it confirmed is gone.
  void lose_confirmed(SimTime now, Prng& prng);
  void wipe();

 private:
  struct OldSettings {
    SimTime until{};  ///< replaced at this time
    PgSettings settings;
  };
  struct Confirmed {
    SimTime at{};
    Lsn lsn;
  };
  static constexpr std::size_t kOldSettings = 8;
  static constexpr std::size_t kConfirmed = 64;

  PgSettings settings_;
  std::array<OldSettings, kOldSettings> old_{};
  std::size_t old_count_ = 0;
  std::array<Confirmed, kConfirmed> confirmed_{};
  std::size_t confirmed_count_ = 0;
  SimTime checkpoint_at_{};
};

}  // namespace holdfast::sim
