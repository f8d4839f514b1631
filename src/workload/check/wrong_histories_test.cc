// Histories known to be wrong, each with what must be found, and histories that look wrong and are
// not. A judge that is silent on the first or speaks on the second is worth nothing.
#include <gtest/gtest.h>

#include <ostream>

#include "workload/check/story_for_test.h"

namespace holdfast::workload {
namespace {

struct Case {
  const char* name;
  const char* story;
  const char* found = "";
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.story; }

class Wrong : public testing::TestWithParam<Case> {};
class Right : public testing::TestWithParam<Case> {};

ClusterVerdict verdict_of(const Case& each) {
  const Story story = tell(each.story);
  return judge(story.history, story.state, {});
}

TEST_P(Wrong, History_is_found_out) {
  const ClusterVerdict verdict = verdict_of(GetParam());
  EXPECT_FALSE(verdict.fine());
  EXPECT_EQ(findings_of(verdict), GetParam().found);
}

TEST_P(Right, History_is_accepted) {
  const ClusterVerdict verdict = verdict_of(GetParam());
  EXPECT_TRUE(verdict.fine());
  EXPECT_EQ(findings_of(verdict), "") << (verdict.findings.empty() ? "" : verdict.findings[0].text);
}

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

constexpr Case kWrong[] = {
    {"AcknowledgedAndGone", "w1@0-9 w2@10-19 | 1 | a=1", "lost"},
    {"FirstOfTwoGone", "w1@0-9 w2@10-19 | 2 | a=2", "lost"},
    {"AllGone", "w1@0-9 w2@10-19 | | ", "lost"},
    {"GoneOnAnotherKey", "w1@0-9 b:w2@1-8 | 1 | a=1", "lost"},
    {"GoneAfterItWasRead", "w1@0-9 r1@10-12 | | ", "lost undone"},
    {"RefusedAndThere", "w1@0-9 w2!@10-19 | 1 2 | a=2", "phantom"},
    {"RefusedAndOverwritten", "w1!@0-9 w2@10-19 | 1 2 | a=2", "phantom"},
    {"RefusedAndReadAndGone", "w1@0-9 w2!@10-19 r2@20-25 | 1 | a=1", "undone"},
    {"UnknownReadAndGone", "w1@0-9 w2?@10-19 r2@20-25 | 1 | a=1", "undone"},
    {"UnknownReadTwiceAndGone", "w1?@0-9 r1@5-8 r1@20-25 | | ", "undone"},
    {"ReadOfWhatNobodyWrote", "w1@0-9 r3@10-12 | 1 | a=1", "unwritten"},
    {"EndWithWhatNobodyWrote", "w1@0-9 | 1 | a=3", "unwritten"},
    {"ReadOfAnotherRunThatIsNotLogged", "w1@10-19 r901@0-5 | 1 | a=1", "unwritten"},
    {"LoggedAndInNoHistory", "w1@0-9 | 1 4 | a=1", "unrecorded"},
    {"StaleRead", "w1@0-9 w2@10-19 r1@20-25 | 1 2 | a=2", "order"},
    {"StaleReadOfNothing", "w1@0-9 r-@10-12 | 1 | a=1", "order"},
    {"StaleReadAfterFreshRead", "w1@0-9 w2@10-40 r2@15-18 r1@20-25 | 1 2 | a=2", "order"},
    {"TwoReadersDisagree", "w1@0-99 w2@0-99 r1@10-12 r2@20-22 r1@30-32 | 1 2 | a=2", "order"},
    {"ReadBeforeItsWrite", "r1@0-5 w1@10-19 | 1 | a=1", "order"},
    {"ReadBeforeItsUnknownWrite", "r1@0-5 w1?@10-19 | 1 | a=1", "order"},
    {"LaterWriteNotInForce", "w1@0-9 w2@10-19 | 1 2 | a=1", "order"},
    {"LoggedAndNotInRegister", "w1@0-9 | 1 | ", "order"},
    {"RegisterAndNotLogged", "w1@0-9 w2?@10-19 | 1 | a=2", "undone"},
    {"OldValueComesBack", "w1@0-9 w2@10-19 r2@20-21 r1@22-23 r2@24-25 | 1 2 | a=2", "order"},
    {"UnknownTakesEffectTwice", "w1?@0-9 w2@20-29 r1@15-16 r2@30-31 r1@40-41 | 1 2 | a=1", "order"},
    {"ValueOnTheWrongKey", "w1@0-9 b:r1@10-12 | 1 | a=1", "order"},
    {"RaceWithTwoOutcomes", "w1@0-20 w2@0-20 r1@21-22 r2@23-24 | 1 2 | a=2", "order"},
    {"FirstValueComesBack", "w1@0-9 r1@10-11 r-@12-13 r1@14-15 | 1 | a=1", "order"},
    {"EarlierRunComesBack", "r901@0-1 w1@2-9 r901@10-11 | 1 901 | a=1", "order"},
    {"VanishedRow", "r901@0-1 r-@2-3 | 901 | a=901", "order"},
    {"LostAndOutOfOrder", "w1@0-9 b:w2@0-9 w3@10-19 r1@20-21 | 1 3 | a=3", "lost order"},
    {"LossyButRefusedAndThere", "lossy w1@0-9 w2!@10-19 | 1 2 | a=2", "phantom"},
    {"LossyButStale", "lossy w1@0-9 w2@10-19 r1@20-25 | 1 2 | a=2", "order"},
    {"LossyButTorn", "lossy w1@0-9 w2@10-19 | 1 | a=2", "undone"},
    {"CutOffButLost", "cut w1@0-9 | 4 | a=4", "lost"},
    {"CutOffAndUndone", "cut w1@0-9 r4@10-12 | 1 | a=1", "undone"},
    {"CutOffButStale", "cut w1@0-9 r4@10-12 r1@13-15 | 1 4 | a=4", "order"},
};

constexpr Case kRight[] = {
    {"Nothing", " | | "},
    {"OneWrite", "w1@0-9 | 1 | a=1"},
    {"UnknownAndThere", "w1?@0-9 | 1 | a=1"},
    {"UnknownAndGone", "w1@0-9 w2?@10-19 | 1 | a=1"},
    {"RefusedAndGone", "w1@0-9 w2!@10-19 | 1 | a=1"},
    {"UnknownAppearsLate", "w1@0-9 w2?@10-19 r1@500-501 r2@900-901 | 1 2 | a=2"},
    {"UnknownAppearsAfterTheLastRead", "w1@0-9 w2?@10-19 r1@500-501 | 1 2 | a=2"},
    {"UnknownOverwritesALaterWrite", "w1?@0-9 w2@10-19 r2@20-21 r1@22-23 | 1 2 | a=1"},
    {"UnknownHiddenByALaterWrite", "w1?@0-9 w2@10-19 r2@20-21 | 1 2 | a=2"},
    {"ManyUnknown",
     "w1?@0-9 w2?@1-9 w3?@2-9 w4?@3-9 w5?@4-9 w6@20-29 r3@30-31 r1@40-41 r5@50-51"
     " | 1 2 3 4 5 6 | a=5"},
    {"OverlappingWritesEitherOrder", "w1@0-20 w2@5-15 | 1 2 | a=1"},
    {"OverlappingWritesReadInBetween", "w1@0-20 w2@5-15 r2@6-7 r1@16-17 | 1 2 | a=1"},
    {"ReadDuringWriteOld", "w1@0-9 w2@10-30 r1@11-12 r2@13-14 | 1 2 | a=2"},
    {"ReadDuringWriteBothWays", "w1@0-9 w2@10-30 r2@11-29 r1@11-29 | 1 2 | a=2"},
    {"ReadSpansTwoWrites", "w1@0-9 w2@10-19 r1@5-30 | 1 2 | a=2"},
    {"TouchingIsConcurrent", "w1@0-10 r-@10-12 | 1 | a=1"},
    {"TouchingReads", "w1@0-9 w2@10-20 r2@12-15 r1@15-18 | 1 2 | a=2"},
    {"ReadOfNothingBefore", "r-@0-5 w1@6-9 | 1 | a=1"},
    {"ReadOfNothingDuring", "w1@0-9 r-@1-8 r1@2-10 | 1 | a=1"},
    {"ReadOfUnknownDuring", "w1?@0-9 r1@1-8 | 1 | a=1"},
    {"KeysDoNotMix", "w1@0-9 b:w2@10-19 r1@20-21 b:r2@22-23 | 1 2 | a=1 b=2"},
    {"EarlierRun", "r901@0-1 w1@2-9 r1@10-11 | 1 901 | a=1"},
    {"EarlierRunUntouched", "r901@0-1 | 901 | a=901"},
    {"EarlierRunUnread", "w1@2-9 b:r901@10-11 | 1 901 902 | a=1 b=901"},
    {"LateTransactionOfAnEarlierRun", "r901@0-1 w1@2-9 r902@10-11 | 1 901 902 | a=902"},
    {"OtherRunsInTheLog", "w1@0-9 | 1 901 902 903 | a=1"},
    {"LossyLosesTheEnd", "lossy w1@0-9 w2@10-19 w3@20-29 | 1 | a=1"},
    {"LossyLosesWhatWasRead", "lossy w1@0-9 w2@10-19 r2@20-21 w3@50-59 r3@60-61 | 1 3 | a=3"},
    {"LossyGoesBack", "lossy w1@0-9 w2@10-19 r2@20-21 r1@50-51 | 1 | a=1"},
    {"CutOffAndUnrecorded", "cut w1@0-9 | 1 4 | a=4"},
    {"CutOffAndReadOfUnrecorded", "cut w1@0-9 r4@10-12 | 1 4 | a=4"},
    {"ChainOfConcurrency", "w1@0-10 w2@9-20 w3@19-30 w4@29-40 r3@31-32 r4@33-41 | 1 2 3 4 | a=4"},
    {"ReadsInAnyOrderOfOneValue", "w1@0-9 r1@10-50 r1@20-30 r1@25-60 w2@55-70 | 1 2 | a=2"},
};

INSTANTIATE_TEST_SUITE_P(Histories, Wrong, testing::ValuesIn(kWrong), name_of);
INSTANTIATE_TEST_SUITE_P(Histories, Right, testing::ValuesIn(kRight), name_of);

}  // namespace
}  // namespace holdfast::workload
