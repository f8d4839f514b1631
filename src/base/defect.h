// Deliberate defects: edits to shipped code paths that prove the simulator's checkers bite.
//
// Compiled in only under the build flag HOLDFAST_DEFECTS, which no released binary has; without it
// HF_DEFECT(x) is the constant false. With it, one defect at a time is switched on by name.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast {

/// Name, the sentence that says what is broken.
#define HF_DEFECT_LIST(X)                                                                    \
  X(kNone, "nothing is broken")                                                              \
  X(kOneSealTooFew, "promotes with one seal too few")                                        \
  X(kVacuousEvidence, "takes no answer for an answer")                                       \
  X(kOldPairForgotten, "seals only the newest recorded pair")                                \
  X(kPositionByLsnAlone, "compares positions by LSN without the timeline")                   \
  X(kZoneBeforePosition, "prefers the old primary's region over the most advanced position") \
  X(kSetChangedWithoutJoint, "replaces the recorded pair at once instead of recording both") \
  X(kMixedSetsIgnored, "changes S and W in one step although old and new may mix")           \
  X(kRetiredWithoutProof, "retires the old pair before the new one is proven")               \
  X(kProvenWithoutSenders, "takes a barrier as proof while old WAL senders still release")   \
  X(kSealByOneLook, "calls a member sealed without ending receivers and credentials")        \
  X(kSealForgottenAtRestart, "a restarted agent forgets its seal")                           \
  X(kOlderEpochAccepted, "an agent follows a record of an older epoch")                      \
  X(kLateRevisionAccepted, "an agent acts on a record revision that arrives late")           \
  X(kOpenBeforeBarrier, "lets clients in before the barrier is acknowledged")                \
  X(kOpenBeforeBarrierAtRestart, "after a crash restart clients are let in at once")         \
  X(kDivergedMayFollow, "a member beyond the fork follows without a rewind")                 \
  X(kOldPairDroppedAtPromotion, "drops the older pairs when it promotes")                    \
  X(kEmptySyncSet, "a lost standby empties the sync set without recording it")               \
  X(kSameNameCounts, "a member counts by its name, whatever disk it is on")                  \
  X(kStoreRestoredUnnoticed, "a controller trusts a store that is older than its agents")    \
  X(kPromiseForgottenAtReboot, "a rebooted candidate forgets what it promised")              \
  X(kCandidateWithoutPrimary, "a candidate is added without the primary's knowledge")        \
  X(kLeaseOnWallClock, "leases count on the wall clock")                                     \
  X(kLeaseIgnored, "a primary goes on after its leases have ended")                          \
  X(kActBeforeRecord, "promotes before the decision is recorded")                            \
  X(kTimelineReused, "promotes without the reserved timeline")                               \
  X(kOneWitness, "one controller's silence is evidence enough")                              \
  X(kNewLifeSkipped,                                                                         \
    "a host without power-loss protection keeps its incarnation after a power cut")          \
  X(kStaleStart, "starts as primary without a fresh read of the store")                      \
  X(kAckWhileSealing, "a deposed primary goes on serving")                                   \
  X(kLostStandbyKept, "a lost standby stays in the sync set")                                \
  X(kSickCountsAsAlive, "a leader that answers counts as well, whatever its service does")   \
  X(kFlappingUndamped, "automatic failovers follow each other without end")                  \
  X(kQuorumInOneRegion, "a region cluster's quorum may lie within its primary's region")     \
  X(kLeaseGrantedTwice, "a lossy takeover does not wait for the old primary's lease to end") \
  X(kGuardianUnarmed, "no guardian has a deadline: only the agent itself can fence")         \
  X(kHandoverNotAwaited, "a handover does not wait for its leader's last checkpoint")

enum class Defect : std::uint8_t {
#define HF_DEFECT_NAME(name, sentence) name,
  HF_DEFECT_LIST(HF_DEFECT_NAME)
#undef HF_DEFECT_NAME
};

#ifdef HOLDFAST_DEFECTS
/// The one that is switched on in this process. Set once, before the simulation starts.
inline Defect active_defect = Defect::kNone;
#define HF_DEFECT(name) (::holdfast::active_defect == ::holdfast::Defect::name)
#else
#define HF_DEFECT(name) false
#endif

}  // namespace holdfast
