// Evidence about a leader: what several witnesses say, and whether sealing could finish.
//
// Never one witness, never an empty one. A controller's own silence counts only over time it was
// awake.
#pragma once

#include "core/controller/controller.h"
#include "core/failover/seals.h"

namespace holdfast::core {

enum class Verdict : std::uint8_t {
  kAlive,
  kUnknown,   ///< silent here, but the witnesses do not agree or do not suffice
  kIsolated,  ///< silent here, while standbys still receive its WAL
  kCrashed,   ///< its agent says that PostgreSQL is gone
  kGone,      ///< its host answers with another incarnation: this one will never return
  kSilent,    ///< no heartbeat, and enough witnesses received nothing from it
  kSick,      ///< its agent lives; its probes fail, it hears no standby, or it stays closed
};

struct Evidence {
  Verdict verdict = Verdict::kAlive;
  bool can_seal = false;  ///< the members heard and able would satisfy every recorded pair
  bool candidates_agree =
      false;  ///< lossy: every heard candidate also received nothing, and one is heard
  bool cut_off =
      false;  ///< they agree, but the store does not answer this controller, or only just again
  Incarnation likely;      ///< who would be chosen among those heard
  Duration silence{};      ///< of the leader's agent, as this controller counts it
  MonoTime next = kNever;  ///< when the answer may change by time alone
};

[[nodiscard]] Evidence weigh(const ClusterPolicy& policy,
                             const ControllerState& state,
                             MonoTime now);

/// How long the leader has had no answer from any member of its newest set, by its own last word.
[[nodiscard]] Duration unanswered_for(const ControllerState& state);

/// True if the last report of this member is recent enough to act on.
[[nodiscard]] bool is_fresh(const ClusterPolicy& policy,
                            const ControllerState& state,
                            int member,
                            MonoTime now);

/// Members sealed for the record's epoch, with final positions, heard recently.
[[nodiscard]] SealedMembers sealed_members(const ClusterPolicy& policy,
                                           const ControllerState& state,
                                           MonoTime now);

/// Members that could be sealed for a next epoch: heard recently, able, their positions a lower
/// bound.
[[nodiscard]] SealedMembers sealable_members(const ClusterPolicy& policy,
                                             const ControllerState& state,
                                             MonoTime now);

}  // namespace holdfast::core
