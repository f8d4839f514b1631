// Acknowledged writes and writes that were read are in the history of every later leader.
//
// Two promises that are kept by the same comparison. What a recorded lossy takeover loses is set
// apart and given to whoever judges losses.
#pragma once

#include <vector>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

/// What one lossy takeover lost.
struct Loss {
  SimTime time{};
  int cluster = 0;
  Epoch epoch;
  std::uint32_t writes = 0;
  SimTime first_acked = kNever;
  SimTime last_acked = kLongAgo;
};

class AcknowledgedSurvives : public Checker {
 public:
  explicit AcknowledgedSurvives(Bench& bench);

  [[nodiscard]] const char* name() const override { return "acknowledged-survives"; }
  [[nodiscard]] const char* sentence() const override {
    return "A write that was acknowledged, or that a client has read, is in the history of every "
           "later leader, unless a recorded lossy takeover lost it.";
  }
  [[nodiscard]] const std::vector<Loss>& losses() const { return losses_; }

  void on_write_done(SimTime, MemberRef, Epoch, WriteId, ClientResult, bool cancelled) override;
  void on_read(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn) override;
  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;
  void on_end(SimTime) override;

 private:
  /// How far a member's WAL has been looked through for reads.
  struct Cursor {
    core::Incarnation by;
    Epoch epoch;
    std::size_t next = 0;
    Lsn lsn;
  };

  void owe(WriteId write);
  void compare(SimTime now, MemberRef leader, Epoch epoch);
  void judge_missing(SimTime now, MemberRef leader, WriteId write, Loss* loss);

  std::vector<std::vector<WriteId>> owed_;  ///< per cluster
  std::vector<Epoch> compared_;        ///< per cluster: the last epoch whose leader was compared
  std::vector<Cursor> cursors_;        ///< per cluster and member
  std::vector<std::uint32_t> stamps_;  ///< per write: the comparison in which it was last found
  std::uint32_t stamp_ = 0;
  std::vector<Loss> losses_;
};

}  // namespace holdfast::sim
