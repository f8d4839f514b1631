// Without the guard that it names, no incident of the library ends well.

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/incidents/incident_for_test.h"

#ifdef HOLDFAST_DEFECTS

namespace holdfast::sim {
namespace {

constexpr std::uint64_t kFoundWithin = 6;  ///< so many seeds

class IncidentsDefects : public testing::TestWithParam<Incident> {
 protected:
  void TearDown() override { active_defect = Defect::kNone; }
};

TEST_P(IncidentsDefects, Ends_badly_without_its_guard) {
  const Incident& incident = GetParam();
  active_defect = incident.guard;
  bool found = false;
  for (std::uint64_t seed = 1; seed <= kFoundWithin && !found; ++seed) {
    found = !complaints(incident, rerun(incident, seed)).empty();
  }
  EXPECT_TRUE(found) << incident.title << " ends well with " << name_of(incident.guard);
}

std::string name_for_test(const testing::TestParamInfo<Incident>& it) {
  std::string name = it.param.id;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All,
                         IncidentsDefects,
                         testing::ValuesIn(incidents().begin(), incidents().end()),
                         name_for_test);

}  // namespace
}  // namespace holdfast::sim

#endif
