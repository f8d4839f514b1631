// One vantage point's part of a site.
#include "core/health/narrow.h"

#include <gtest/gtest.h>

#include "core/health/board.h"

namespace holdfast::core::health {
namespace {

model::Check check_of(const std::string& name, const std::string& condition = {}) {
  model::Check check;
  check.name = name;
  check.kind = condition.empty() ? model::CheckKind::kTcp : model::CheckKind::kCalculated;
  check.healthy_when = condition;
  return check;
}

model::Site site() {
  model::Site site;
  site.regions = {{"east", false}, {"west", false}};
  site.zones = {{"east-a", 0}, {"west-a", 1}};
  site.hosts = {{"svc-east-a", 0, model::HostRole::kService},
                {"svc-west-a", 1, model::HostRole::kService}};
  site.checks = {check_of("a"), check_of("b"), check_of("both", "a and b"), check_of("c")};
  site.checks[3].from = {"svc-west-a"};
  return site;
}

std::string names(const model::Site& narrowed) {
  std::string text;
  for (const model::Check& check : narrowed.checks) {
    text += check.name + (check.from.empty() ? "" : "@" + check.from[0]) + ' ';
  }
  return text;
}

TEST(Narrow, a_host_probes_what_it_has_a_vote_on) {
  EXPECT_EQ(names(*narrow(site(), "svc-east-a", "")), "a@svc-east-a b@svc-east-a both ");
  EXPECT_EQ(names(*narrow(site(), "svc-west-a", "c")), "c@svc-west-a ");
}

TEST(Narrow, from_here_everything_is_probed_by_one_vote) {
  const auto narrowed = narrow(site(), "", "");
  EXPECT_EQ(names(*narrowed), "a@here b@here both c@here ");
  EXPECT_EQ(make_plan(*narrowed).vantages, std::vector<std::string>{narrowed_to("")});
}

TEST(Narrow, one_check_brings_what_it_follows_from) {
  EXPECT_EQ(names(*narrow(site(), "", "both")), "a@here b@here both ");
}

TEST(Narrow, unknown_names_are_refused) {
  EXPECT_EQ(narrow(site(), "nowhere", "").error().code, Errc::kNotFound);
  EXPECT_EQ(narrow(site(), "", "nothing").error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace holdfast::core::health
