// Each of these deliberate defects is found, which shows that the explorer's checks bite.

#include <gtest/gtest.h>

#include "base/defect.h"
#include "sim/explore/explore.h"

#ifdef HOLDFAST_DEFECTS

namespace holdfast::sim::explore {
namespace {

struct Case {
  Defect defect;
  int faults;
  int delays;
  bool lying_disks = false;
};

class ExploreDefects : public testing::TestWithParam<Case> {
 protected:
  void TearDown() override { active_defect = Defect::kNone; }
};

TEST_P(ExploreDefects, Is_found) {
  active_defect = GetParam().defect;
  ExploreOptions options;
  options.faults = GetParam().faults;
  options.delays = GetParam().delays;
  options.power_loss_protection = !GetParam().lying_disks;
  options.choice.lying_disks = GetParam().lying_disks;
  options.mend = false;
  options.max_states = 10'000'000;
  EXPECT_NE(explore(options).violation, Violation::kNone);
}

INSTANTIATE_TEST_SUITE_P(All,
                         ExploreDefects,
                         testing::Values(Case{Defect::kOneSealTooFew, 1, 1},
                                         Case{Defect::kOldPairForgotten, 2, 0},
                                         Case{Defect::kPositionByLsnAlone, 2, 0},
                                         Case{Defect::kZoneBeforePosition, 1, 1},
                                         Case{Defect::kSetChangedWithoutJoint, 1, 1},
                                         Case{Defect::kRetiredWithoutProof, 1, 1},
                                         Case{Defect::kProvenWithoutSenders, 1, 1},
                                         Case{Defect::kSealByOneLook, 2, 0},
                                         Case{Defect::kOlderEpochAccepted, 2, 0},
                                         Case{Defect::kLateRevisionAccepted, 2, 0},
                                         Case{Defect::kOpenBeforeBarrier, 2, 0},
                                         Case{Defect::kOpenBeforeBarrierAtRestart, 2, 0},
                                         Case{Defect::kDivergedMayFollow, 2, 0},
                                         Case{Defect::kOldPairDroppedAtPromotion, 1, 1},
                                         Case{Defect::kLeaseIgnored, 1, 0},
                                         Case{Defect::kTimelineReused, 2, 0},
                                         Case{Defect::kNewLifeSkipped, 1, 1, true},
                                         Case{Defect::kStaleStart, 2, 0},
                                         Case{Defect::kAckWhileSealing, 2, 0}));

}  // namespace
}  // namespace holdfast::sim::explore

#endif
