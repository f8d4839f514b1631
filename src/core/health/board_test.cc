// The health of a site: votes, isolation, calculated checks and controls, and what no minority can
// do.
#include "core/health/board.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/prng.h"

namespace holdfast::core::health {
namespace {

/// `views` hosts that probe, and the given checks.
model::Site site_of(int views, const std::vector<model::Check>& checks) {
  model::Site site;
  site.regions = {{"east", false}};
  site.zones = {{"east-a", 0}};
  std::vector<std::string> names;
  for (int i = 0; i < views; ++i) {
    names.push_back("view-" + std::to_string(i));
    site.hosts.push_back({names.back(), 0, model::HostRole::kController});
  }
  site.checks = checks;
  for (model::Check& check : site.checks) {
    if (model::is_probed(check.kind)) check.from = names;
  }
  return site;
}

model::Check probed(const std::string& name) {
  model::Check check;
  check.name = name;
  check.target = "10.0.0.1:80";
  return check;
}

model::Check calculated(const std::string& name, const std::string& condition) {
  model::Check check;
  check.name = name;
  check.kind = model::CheckKind::kCalculated;
  check.healthy_when = condition;
  return check;
}

constexpr Verdict kGood = Verdict::kHealthy;
constexpr Verdict kBad = Verdict::kUnhealthy;

class BoardBench {
 public:
  explicit BoardBench(const model::Site& site) : plan(make_plan(site)), board(make_board(plan)) {}

  BoardStep step(const std::vector<Opinion>& opinions,
                 const std::vector<ControlSet>& controls = {}) {
    BoardStep out;
    step_board(plan, board, {now, opinions, controls}, out);
    return out;
  }
  /// Everybody's fresh view of one check; kUnknown: says nothing.
  BoardStep all_see(std::uint32_t check, const std::vector<Verdict>& views) {
    std::vector<Opinion> opinions;
    for (std::uint32_t i = 0; i < views.size(); ++i) {
      if (views[i] != Verdict::kUnknown) opinions.push_back({check, i, views[i], 0s});
    }
    return step(opinions);
  }
  [[nodiscard]] Verdict verdict(std::size_t check = 0) const {
    return board.verdicts[check].verdict;
  }
  [[nodiscard]] std::string rule(std::size_t check = 0) const {
    return board.verdicts[check].rule->id;
  }

  Plan plan;
  Board board;
  MonoTime now = MonoTime{} + 1000s;
};

TEST(Board, unhealthy_needs_more_than_half_of_all) {
  BoardBench bench(site_of(3, {probed("a")}));
  bench.all_see(0, {kGood, kGood, kGood});
  bench.all_see(0, {kBad, kGood, kGood});
  EXPECT_EQ(bench.verdict(), kGood);
  const BoardStep step = bench.all_see(0, {kBad, kBad, kGood});
  EXPECT_EQ(bench.verdict(), kBad);
  ASSERT_EQ(step.events.size(), 1U);
  EXPECT_EQ(step.events[0], (HealthEvent{0, bench.board.verdicts[0].rule, kGood, kBad}));
  EXPECT_EQ(bench.board.verdicts[0].history.back().unhealthy, 2);
}

TEST(Board, of_two_views_one_keeps_a_target_up) {
  BoardBench bench(site_of(2, {probed("a")}));
  bench.all_see(0, {kGood, kBad});
  EXPECT_EQ(bench.verdict(), kGood);
  bench.all_see(0, {kBad, kBad});
  EXPECT_EQ(bench.verdict(), kBad);
}

TEST(Board, a_partitioned_minority_keeps_the_last_verdict_and_says_so) {
  BoardBench bench(site_of(3, {probed("a")}));
  bench.all_see(0, {kGood, kGood, kGood});
  bench.now += 1min;  // the two others are not heard any more
  bench.all_see(0, {kBad});
  EXPECT_EQ(bench.verdict(), kGood);
  EXPECT_EQ(bench.rule(), "H350");
  EXPECT_EQ(bench.board.verdicts[0].votes[1].standing, Standing::kSilent);
}

TEST(Board, a_view_that_sees_nothing_at_all_is_not_counted) {
  BoardBench bench(site_of(3, {probed("a"), probed("b")}));
  bench.all_see(0, {kGood, kGood, kGood});
  bench.all_see(1, {kGood, kGood, kGood});
  bench.step({{0, 0, kBad, 0s}, {1, 0, kBad, 0s}, {0, 2, kBad, 0s}});
  EXPECT_EQ(bench.board.verdicts[0].votes[0].standing, Standing::kIsolated);
  EXPECT_EQ(bench.verdict(0), kGood) << "one isolated, one against one";
  EXPECT_EQ(bench.rule(0), "H399");
}

TEST(Board, a_real_outage_of_everything_isolates_nobody) {
  BoardBench bench(site_of(3, {probed("a"), probed("b")}));
  bench.all_see(0, {kBad, kBad, kBad});
  bench.all_see(1, {kBad, kBad, kBad});
  EXPECT_EQ(bench.verdict(0), kBad);
  EXPECT_EQ(bench.verdict(1), kBad);
}

TEST(Board, one_failing_target_isolates_nobody) {
  BoardBench bench(site_of(3, {probed("a")}));
  bench.all_see(0, {kBad, kGood, kGood});
  EXPECT_EQ(bench.board.verdicts[0].votes[0].standing, Standing::kCounted);
}

TEST(Board, minimum_down_holds_over_all_views) {
  model::Check check = probed("a");
  check.minimum_down = 30s;
  BoardBench bench(site_of(3, {check}));
  bench.all_see(0, {kGood, kGood, kGood});
  bench.all_see(0, {kBad, kBad, kBad});
  const MonoTime down = bench.now;
  bench.now += 29s;
  const BoardStep step = bench.all_see(0, {kGood, kGood, kGood});
  EXPECT_EQ(bench.rule(), "H330");
  EXPECT_LE(step.next_deadline, down + 30s);
  bench.now = down + 30s;
  bench.all_see(0, {kGood, kGood, kGood});
  EXPECT_EQ(bench.verdict(), kGood);
}

TEST(Board, disabled_is_as_declared_whatever_anybody_sees) {
  model::Check up = probed("up");
  up.disabled = model::CheckDisabled::kAsHealthy;
  model::Check down = probed("down");
  down.disabled = model::CheckDisabled::kAsUnhealthy;
  BoardBench bench(site_of(1, {up, down}));
  bench.step({{0, 0, kBad, 0s}, {1, 0, kGood, 0s}});
  EXPECT_EQ(bench.verdict(0), kGood);
  EXPECT_EQ(bench.verdict(1), kBad);
}

TEST(Board, history_is_bounded_and_ends_with_the_newest) {
  BoardBench bench(site_of(1, {probed("a")}));
  for (int i = 0; i < 21; ++i) bench.all_see(0, {i % 2 == 0 ? kGood : kBad});
  EXPECT_EQ(bench.board.verdicts[0].history.size(), kHistoryMax);
  EXPECT_EQ(bench.board.verdicts[0].history.back().to, kGood);
}

TEST(Board, calculated_checks_follow_in_the_same_step) {
  BoardBench bench(site_of(1,
                           {calculated("site", "two or not c"),
                            calculated("two", "2 of (a, b, c)"),
                            probed("a"),
                            probed("b"),
                            probed("c")}));
  bench.step({{2, 0, kGood, 0s}, {4, 0, kBad, 0s}});
  EXPECT_EQ(bench.verdict(0), kGood) << "c fails, so `not c` holds";
  EXPECT_EQ(bench.verdict(1), Verdict::kUnknown) << "b decides, and is unknown";
  bench.step({{3, 0, kBad, 0s}});
  EXPECT_EQ(bench.verdict(1), kBad);
}

TEST(Board, controls_are_told_and_stay) {
  model::Check control;
  control.name = "switch";
  control.kind = model::CheckKind::kControl;
  BoardBench bench(site_of(1, {control, calculated("open", "switch")}));
  bench.step({});
  EXPECT_EQ(bench.verdict(0), Verdict::kUnknown);
  bench.step({}, {{0, true}});
  EXPECT_EQ(bench.verdict(1), kGood);
  bench.now += 24h;
  bench.step({}, {{0, false}, {1, true}, {7, true}});
  EXPECT_EQ(bench.verdict(0), kBad);
  EXPECT_EQ(bench.verdict(1), kBad) << "only controls are switched";
}

TEST(Board, strange_opinions_are_passed_over) {
  BoardBench bench(site_of(1, {probed("a"), calculated("b", "a")}));
  bench.step({{9, 0, kBad, 0s}, {0, 5, kBad, 0s}, {0, 0, kBad, -1s}, {1, 0, kBad, 0s}});
  EXPECT_EQ(bench.verdict(0), Verdict::kUnknown);
  bench.step({{0, 0, kGood, 0s}});
  bench.step({{0, 0, kBad, 1s}});
  EXPECT_EQ(bench.verdict(0), kGood) << "older than what is known";
}

TEST(Board, a_cycle_stays_unknown) {
  BoardBench bench(site_of(1, {calculated("a", "b"), calculated("b", "a"), calculated("c", "x")}));
  bench.step({});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(bench.verdict(i), Verdict::kUnknown);
}

/// Fewer than half of the vantage points say what they like, everybody else is right or silent.
TEST(BoardProperties, a_minority_never_flips_anything) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Prng prng(seed);
    const int views = static_cast<int>(prng.between(1, 7));
    const int bad = static_cast<int>(prng.below(static_cast<std::uint64_t>((views + 1) / 2)));
    const Verdict truth = prng.chance(50) ? kGood : kBad;
    BoardBench bench(site_of(views, {probed("a"), probed("b"), probed("c")}));
    const std::vector<Verdict> right(static_cast<std::size_t>(views), truth);
    for (std::uint32_t check = 0; check < 3; ++check) bench.all_see(check, right);
    for (int i = 0; i < 60; ++i) {
      bench.now += prng.between(Duration{}, 3s);
      for (std::uint32_t check = 0; check < 3; ++check) {
        std::vector<Verdict> said(static_cast<std::size_t>(views), truth);
        for (int v = 0; v < views; ++v) {
          const bool lies = v < bad;
          const Verdict lie = prng.chance(50) ? kGood : kBad;
          said[static_cast<std::size_t>(v)] = lies ? lie : truth;
          if (prng.chance(40)) said[static_cast<std::size_t>(v)] = Verdict::kUnknown;
        }
        bench.all_see(check, said);
        ASSERT_EQ(bench.verdict(check), truth) << seed << " step " << i;
      }
    }
  }
}

/// How many declared vantage points have a fresh view of this kind, counted without the rules.
int fresh_views(const BoardBench& bench, Verdict verdict) {
  int count = 0;
  for (const Vote& vote : bench.board.verdicts[0].votes) {
    const bool fresh = since(vote.heard, bench.now) <= bench.plan.checks[0].consensus.fresh_for;
    count += fresh && vote.verdict == verdict ? 1 : 0;
  }
  return count;
}

/// What is decided for news only is what deciding everything anew would give.
TEST(BoardProperties, deciding_what_is_new_is_deciding_everything) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Prng prng(seed);
    model::Check held = probed("a");
    held.minimum_down = 5s;
    const auto site =
        site_of(3, {held, probed("b"), probed("c"), calculated("d", "2 of (a, b, c)")});
    BoardBench bench(site);
    BoardBench whole(site);
    for (int i = 0; i < 100; ++i) {
      bench.now = whole.now += prng.between(Duration{}, 4s);
      std::vector<Opinion> said(prng.below(4));
      for (Opinion& opinion : said) {
        opinion = {static_cast<std::uint32_t>(prng.below(3)),
                   static_cast<std::uint32_t>(prng.below(3)),
                   prng.chance(40) ? kGood : kBad,
                   0s};
      }
      whole.board.deadlines.assign(4, kLongAgo);
      ASSERT_EQ(bench.step(said).events, whole.step(said).events) << seed;
      ASSERT_EQ(bench.board, whole.board) << seed;
    }
  }
}

/// Any opinions at all: the same board from the same steps, no turn without as many fresh views as
/// the rule asks for, and nothing comes back sooner than its minimum time down.
TEST(BoardProperties, determinism_and_minimum_down_hold_for_any_opinions) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Prng prng(seed);
    model::Check check = probed("a");
    check.minimum_down = prng.between(Duration{}, 20s);
    const int views = static_cast<int>(prng.between(1, 5));
    BoardBench bench(site_of(views, {check, probed("b"), calculated("c", "a and b")}));
    BoardBench twin = bench;
    MonoTime fell = kLongAgo;
    Verdict last = Verdict::kUnknown;
    for (int i = 0; i < 150; ++i) {
      const Duration pause = prng.between(Duration{}, 2s);
      bench.now += pause;
      twin.now += pause;
      std::vector<Opinion> said(prng.below(3));
      for (Opinion& opinion : said) {
        opinion = {static_cast<std::uint32_t>(prng.below(2)),
                   static_cast<std::uint32_t>(prng.below(5)),
                   prng.chance(50) ? kGood : kBad,
                   prng.between(Duration{}, 1s)};
      }
      bench.step(said);
      twin.step(said);
      ASSERT_EQ(bench.board, twin.board);
      const Verdict before = std::exchange(last, bench.verdict(0));
      if (last == before) continue;
      ASSERT_GE(2 * fresh_views(bench, last), views + (last == kBad ? 1 : 0)) << seed;
      if (last == kGood && fell != kLongAgo) {
        ASSERT_GE(bench.now - fell, check.minimum_down) << seed;
      }
      if (last == kBad && before == kGood) fell = bench.now;
    }
  }
}

}  // namespace
}  // namespace holdfast::core::health
