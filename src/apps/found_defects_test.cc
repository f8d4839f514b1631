// Each of these deliberate defects breaks a promise within so many random seeds, which shows that
// the general checkers bite: nothing here knows what a defect breaks.
//
// docs/defects.md says how soon each was found; the limits here leave room, because a change of the
// core shifts which seeds show it.

#include <gtest/gtest.h>

#include <string>

#include "apps/load_site.h"
#include "base/defect.h"
#include "sim/run.h"

#ifdef HOLDFAST_DEFECTS

namespace holdfast::apps {
namespace {

constexpr const char* kOneRegion = "examples/one-region.yaml";
constexpr const char* kTwoRegions = "examples/ris-two-regions.yaml";
constexpr const char* kThreeRegions = "examples/three-regions.yaml";

struct Case {
  Defect defect;
  const char* site;
  std::uint64_t seeds;
};

void PrintTo(const Case& it, std::ostream* out) {
  constexpr const char* kNames[] = {
#define HF_NAME(name, sentence) #name,
      HF_DEFECT_LIST(HF_NAME)
#undef HF_NAME
  };
  *out << kNames[static_cast<std::size_t>(it.defect)] << " in " << it.site;
}

bool fails(const model::Site& site, std::uint64_t seed, Defect defect) {
  active_defect = defect;
  const bool ok = sim::run_seed(site, seed, {}).ok();
  active_defect = Defect::kNone;
  return !ok;
}

class FoundDefects : public testing::TestWithParam<Case> {};

TEST_P(FoundDefects, A_general_checker_finds_it_within_the_stated_seeds) {
  const Result<model::Site> site = load_site(GetParam().site);
  ASSERT_TRUE(site.has_value());
  for (std::uint64_t seed = 1; seed <= GetParam().seeds; ++seed) {
    const bool broken = fails(*site, seed, GetParam().defect);
    // What fails without the defect as well says nothing about it.
    if (broken && !fails(*site, seed, Defect::kNone)) return;
  }
  FAIL() << "not found in " << GetParam().seeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(All,
                         FoundDefects,
                         testing::Values(Case{Defect::kOneSealTooFew, kOneRegion, 30},
                                         Case{Defect::kVacuousEvidence, kTwoRegions, 30},
                                         Case{Defect::kOldPairForgotten, kOneRegion, 30},
                                         Case{Defect::kZoneBeforePosition, kTwoRegions, 30},
                                         Case{Defect::kSetChangedWithoutJoint, kTwoRegions, 30},
                                         Case{Defect::kMixedSetsIgnored, kTwoRegions, 30},
                                         Case{Defect::kRetiredWithoutProof, kOneRegion, 30},
                                         Case{Defect::kProvenWithoutSenders, kTwoRegions, 2000},
                                         Case{Defect::kSealByOneLook, kThreeRegions, 310},
                                         Case{Defect::kLateRevisionAccepted, kOneRegion, 280},
                                         Case{Defect::kOpenBeforeBarrier, kThreeRegions, 50},
                                         Case{Defect::kOpenBeforeBarrierAtRestart, kOneRegion, 270},
                                         Case{Defect::kDivergedMayFollow, kTwoRegions, 30},
                                         Case{Defect::kEmptySyncSet, kThreeRegions, 80},
                                         Case{Defect::kLeaseOnWallClock, kThreeRegions, 140},
                                         Case{Defect::kLeaseIgnored, kTwoRegions, 80},
                                         Case{Defect::kActBeforeRecord, kThreeRegions, 30},
                                         Case{Defect::kTimelineReused, kTwoRegions, 650},
                                         Case{Defect::kOneWitness, kTwoRegions, 30},
                                         Case{Defect::kHandoverNotAwaited, kTwoRegions, 400},
                                         Case{Defect::kNewLifeSkipped, kThreeRegions, 40},
                                         Case{Defect::kStaleStart, kTwoRegions, 60},
                                         Case{Defect::kAckWhileSealing, kTwoRegions, 30},
                                         Case{Defect::kLostStandbyKept, kThreeRegions, 40},
                                         Case{Defect::kSickCountsAsAlive, kTwoRegions, 1030},
                                         Case{Defect::kQuorumInOneRegion, kTwoRegions, 220},
                                         Case{Defect::kLeaseGrantedTwice, kTwoRegions, 190},
                                         Case{Defect::kGuardianUnarmed, kTwoRegions, 80}));

}  // namespace
}  // namespace holdfast::apps

#endif
