// What happened to each cluster, as the store and the members showed it: epochs, leaders, faults.
//
// Kept once for all checkers. It only takes notes and judges nothing.
#pragma once

#include <vector>

#include "core/policy.h"
#include "sim/fault.h"
#include "sim/observer.h"

namespace holdfast::sim {

/// One leadership, from the moment its epoch was recorded.
struct EpochNote {
  Epoch epoch;
  SimTime begun{};           ///< the record first had this epoch
  SimTime decided = kNever;  ///< the record named a leader
  SimTime opened = kNever;   ///< that leader first let clients in
  core::Incarnation leader;
  Timeline timeline;
  core::Cause cause = core::Cause::kNone;
  bool lossy = false;
  bool in_place = false;  ///< the former leader goes on
  Duration exposure{};    ///< lossy: as last reported when the takeover was recorded
  bool exposure_known = false;
  bool person_decided = false;  ///< lossy: an operator had given a command by then
};

struct FaultNote {
  Fault fault;
  SimTime began{};
  SimTime healed = kNever;
};

struct ClusterNotes {
  core::RecordPtr record;         ///< what the store holds
  SimTime asked{};                ///< when a controller asked for it
  std::vector<EpochNote> epochs;  ///< ascending
  Epoch opened;                   ///< the highest epoch whose leader has let clients in
  MemberRef opened_by;
  SimTime opened_at = kNever;  ///< when that epoch first opened
  int open_member = -1;        ///< the leader of the highest opened epoch, while it is open
  /// When it was without an open leader: from the close of one to the next opening (kNever: not
  /// yet).
  struct Closure {
    SimTime from{};
    SimTime until = kNever;
  };
  std::vector<Closure> closures{Closure{}};  ///< oldest first; the first begins at time 0
  Duration exposure{};                       ///< the longest that was reported of late
  SimTime exposure_at = kLongAgo;
  bool exposure_known = false;
  SimTime operator_at = kLongAgo;  ///< last operator's command

  [[nodiscard]] const EpochNote* find(Epoch epoch) const;
  /// The closure in which `when` lies, or null: a leader was open then.
  [[nodiscard]] const Closure* closure_at(SimTime when) const;
};

class Chronicle : public Observer {
 public:
  explicit Chronicle(int clusters) : clusters_(static_cast<std::size_t>(clusters)) {}

  [[nodiscard]] const ClusterNotes& cluster(int index) const {
    return clusters_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] int clusters() const { return static_cast<int>(clusters_.size()); }
  [[nodiscard]] const std::vector<FaultNote>& faults() const { return faults_; }
  [[nodiscard]] SimTime last_heal() const { return last_heal_; }
  [[nodiscard]] bool all_healed() const;

  void on_proposal(SimTime asked, int cluster) override;
  void on_record(SimTime,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;
  void on_leading(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, bool) override;
  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;
  void on_fault(SimTime, const Fault&, bool begins) override;
  void on_exposure(SimTime, int cluster, Duration) override;

 private:
  std::vector<ClusterNotes> clusters_;
  std::vector<FaultNote> faults_;
  SimTime last_heal_{};
};

}  // namespace holdfast::sim
