// Every client write and what became of it: the clients' own book, against which the site is
// judged.
//
// Write ids are given here, one after the other from 1, so that a write's entry is found by index.
#pragma once

#include <vector>

#include "sim/observer.h"

namespace holdfast::sim {

struct WriteFate {
  SimTime sent{};
  SimTime logged_at = kNever;
  SimTime acked_at = kNever;  ///< when the leader released it
  Lsn lsn;
  Epoch epoch;  ///< of the leader that logged it
  core::Incarnation by;
  std::int16_t cluster = 0;
  std::int16_t data_class = 0;
  std::int16_t client = 0;  ///< which of the clients' hosts sent it
  bool cancelled = false;   ///< released because its wait was cancelled
  bool told_acked = false;  ///< what reached the client
  bool told_rejected = false;
  bool told_unknown = false;
  bool seen = false;  ///< another client has read it
  bool owed = false;  ///< acknowledged or seen: later leaders must hold it
  bool lost = false;  ///< a lossy takeover lost it

  [[nodiscard]] bool logged() const { return logged_at != kNever; }
  [[nodiscard]] bool acked() const { return acked_at != kNever; }
};

class Ledger : public Observer {
 public:
  /// The next write's id.
  WriteId open(SimTime now, int cluster, int data_class, int client);
  void told(WriteId write, ClientResult result);

  [[nodiscard]] const WriteFate& fate(WriteId write) const { return fates_[index(write)]; }
  [[nodiscard]] WriteFate& fate(WriteId write) { return fates_[index(write)]; }
  [[nodiscard]] bool knows(WriteId write) const { return write != 0 && write <= fates_.size(); }
  [[nodiscard]] std::size_t size() const { return fates_.size(); }

  void on_write_logged(
      SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, WriteId) override;
  void on_write_done(SimTime, MemberRef, Epoch, WriteId, ClientResult, bool cancelled) override;

 private:
  [[nodiscard]] std::size_t index(WriteId write) const;

  std::vector<WriteFate> fates_;
};

}  // namespace holdfast::sim
