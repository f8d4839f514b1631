// Every incident of the library ends well, over a handful of seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "sim/incidents/incident_for_test.h"

namespace holdfast::sim {
namespace {

constexpr std::uint64_t kSeeds = 6;  ///< half of them with the site's own timing

std::string name_for_test(const Incident& incident) {
  std::string name = incident.id;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

class IncidentsSim : public testing::TestWithParam<Incident> {};

TEST_P(IncidentsSim, Ends_well) {
  const Incident& incident = GetParam();
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::vector<std::string> said = complaints(incident, rerun(incident, seed));
    if (said.empty()) continue;
    ADD_FAILURE() << incident.title << ", seed " << seed << '\n'
                  << "should be: " << incident.here << '\n'
                  << joined(said) << story_text(incident.site(), rerun(incident, seed, true));
    return;
  }
}

INSTANTIATE_TEST_SUITE_P(All,
                         IncidentsSim,
                         testing::ValuesIn(incidents().begin(), incidents().end()),
                         [](const auto& it) { return name_for_test(it.param); });

TEST(IncidentsLibrary, Is_told_in_the_docs_with_every_guard) {
  std::ifstream file("docs/incidents.md");
  std::string page;
  for (std::string line; std::getline(file, line);) page += line + '\n';
  ASSERT_FALSE(page.empty());
  for (const Incident& incident : incidents()) {
    const std::string id = incident.id;
    EXPECT_NE(page.find("| " + id + ": "), std::string::npos) << id;
    const std::string guard = "| " + id + " | `" + name_of(incident.guard) + "` |";
    EXPECT_NE(page.find(guard), std::string::npos) << id;
  }
}

TEST(IncidentsLibrary, Names_each_incident_once) {
  std::set<std::string> ids;
  for (const Incident& incident : incidents()) {
    EXPECT_TRUE(ids.insert(incident.id).second) << incident.id;
    EXPECT_NE(incident.guard, Defect::kNone) << incident.id;
  }
}

}  // namespace
}  // namespace holdfast::sim
