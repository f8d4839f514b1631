// Coverage marks: situations that the simulator must have brought about, or its silence proves
// little.
//
// A mark is one relaxed increment in a fixed array, cheap enough for any path and without effect on
// what the code decides. Marks count over the process; take a snapshot to tell one run from
// another.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace holdfast {

/// Name as printed, the sentence that says what has happened.
#define HF_PROBE_LIST(X)                                                                    \
  X(kRestartInPlace, "a crashed leader came back in place")                                 \
  X(kReturned, "a living leader took the next epoch back")                                  \
  X(kFailover, "a member was promoted after a failover")                                    \
  X(kSwitchover, "a planned switchover was carried out")                                    \
  X(kTargetLost, "the member that was being promoted was lost")                             \
  X(kSealedTwice, "an epoch ended while its successor was still being sealed or promoted")  \
  X(kJointAtSealing, "sealing began while more than one pair was recorded")                 \
  X(kThreePairs, "three or more pairs were recorded at once")                               \
  X(kLossyTakeover, "a candidate took over lossily")                                        \
  X(kLossyLost, "a lossy takeover lost acknowledged writes")                                \
  X(kRegionChanged, "the leader moved to another region")                                   \
  X(kUnprotected, "writes went on without any other member")                                \
  X(kSetShrunk, "a sync set shrank")                                                        \
  X(kSetGrew, "a sync set grew")                                                            \
  X(kHalted, "automatic failover was halted")                                               \
  X(kResumed, "an operator resumed a halted cluster")                                       \
  X(kHandoverAbandoned, "a handover was abandoned")                                         \
  X(kStoreRecovered, "a lost store was recovered")                                          \
  X(kLateAck, "a deposed leader acknowledged what its successor holds")                     \
  X(kStaleRead, "a deposed leader served a read within the lease")                          \
  X(kUnknownSurvived, "a write whose client was told nothing was found in a later history") \
  X(kUnacknowledgedDropped, "a write that was never acknowledged vanished with its leader") \
  X(kCancelledLost, "a cancelled wait's write vanished")                                    \
  X(kFenced, "a leader fenced itself or was fenced by its guardian")                        \
  X(kRewound, "a diverged member was rewound")                                              \
  X(kRebuilt, "a member was rebuilt")                                                       \
  X(kNewLife, "a member that could not vouch for its disk became a new incarnation")        \
  X(kRetried, "a timeline was reserved and never begun")                                    \
  X(kWriteRejected, "a client was sent away")                                               \
  X(kWriteUnknown, "a client's connection broke with its write in doubt")

enum class Probe : std::uint8_t {
#define HF_PROBE_NAME(name, sentence) name,
  HF_PROBE_LIST(HF_PROBE_NAME)
#undef HF_PROBE_NAME
      kCount
};

inline constexpr std::size_t kProbes = static_cast<std::size_t>(Probe::kCount);

inline std::array<std::atomic<std::uint32_t>, kProbes> probe_counts{};

inline constexpr std::array<const char*, kProbes> kProbeNames = {
#define HF_PROBE_TEXT(name, sentence) #name,
    HF_PROBE_LIST(HF_PROBE_TEXT)
#undef HF_PROBE_TEXT
};

inline constexpr std::array<const char*, kProbes> kProbeSentences = {
#define HF_PROBE_TEXT(name, sentence) sentence,
    HF_PROBE_LIST(HF_PROBE_TEXT)
#undef HF_PROBE_TEXT
};

using ProbeCounts = std::array<std::uint32_t, kProbes>;

/// The counts so far in this process.
inline ProbeCounts probe_snapshot() {
  ProbeCounts counts{};
  for (std::size_t i = 0; i < kProbes; ++i) {
    counts[i] = probe_counts[i].load(std::memory_order_relaxed);
  }
  return counts;
}

}  // namespace holdfast

#define HF_PROBE(name)                                                                   \
  ::holdfast::probe_counts[static_cast<std::size_t>(::holdfast::Probe::name)].fetch_add( \
      1, std::memory_order_relaxed)
