// Forecasts of the example shapes, as a person who knows the site would give them.
#include "core/readiness/readiness.h"

#include <gtest/gtest.h>

#include <string>

#include "core/durability/shape.h"
#include "core/readiness/healthy.h"
#include "core/testing/sites.h"

namespace holdfast::core {
namespace {

using model::Durability;

constexpr MonoTime kNow = MonoTime{} + 24h;
constexpr WallTime kWall = WallTime{} + 24h;
constexpr int kRegistry = 0;
constexpr int kOrders = 1;

struct World {
  model::Site site = testing::ris_site();
  int cluster = kRegistry;
  ClusterPolicy policy;
  ControllerState state;

  explicit World(int which) : cluster(which) { settle(); }

  /// Takes the policy from the site again; every member healthy.
  void settle() {
    policy = make_policy(site, site.clusters[static_cast<std::size_t>(cluster)]);
    state = healthy_state(policy, healthy_record(policy), kNow);
  }
  [[nodiscard]] ClusterView view() const {
    return {static_cast<model::Index>(cluster), &policy, &state};
  }
  [[nodiscard]] Forecast ask(Loss::Kind kind, model::Index index = model::kNoIndex) const {
    const ClusterView one = view();
    return forecast({site, {&one, 1}, kNow, kWall}, one, {kind, index});
  }
  [[nodiscard]] Forecast ask_host(const std::string& name) const {
    return ask(Loss::Kind::kHost, *site.find_host(name));
  }
  [[nodiscard]] Forecast ask_region(const std::string& name) const {
    return ask(Loss::Kind::kRegion, *site.find_region(name));
  }
  /// These members have been gone for long, and the record has long been changed accordingly.
  void without(std::initializer_list<int> gone) {
    Record record = *state.record;
    MemberSet usable;
    for (int i = 0; i < policy.count(); ++i) {
      const bool here = std::find(gone.begin(), gone.end(), i) == gone.end();
      const Incarnation who = state.members[static_cast<std::size_t>(i)].report.self;
      if (here && who != record.primary) usable.insert_sorted(who);
    }
    const Shape shape = sync_shape(policy, record.primary, usable);
    record.pairs[0].s = shape.s;
    record.pairs[0].w = shape.w;
    state = healthy_state(policy, std::make_shared<const Record>(record), kNow);
    for (const int member : gone) state.members[static_cast<std::size_t>(member)].heard = kLongAgo;
  }
};

std::string fired(const Forecast& it) {
  std::string text;
  for (const Rule* rule : it.fired) text += (text.empty() ? "" : " ") + std::string(rule->id);
  return text;
}

std::string blocked(const Forecast& it) {
  return it.blocked_by == nullptr ? "" : it.blocked_by->id;
}

TEST(Forecast, registry_losing_east_moves_west_and_loses_nothing) {
  const Forecast it = World(kRegistry).ask_region("east");
  EXPECT_EQ(it.outcome, Outcome::kMoves);
  EXPECT_EQ(it.target, 2);
  EXPECT_EQ(it.loses, 0s);
  EXPECT_FALSE(it.lossy);
  EXPECT_TRUE(it.automatic);
  EXPECT_EQ(fired(it).substr(0, 9), "C210 C430");
  EXPECT_EQ(it.after.protects, Durability::kZone);  // two zones of the west are left
  EXPECT_EQ(it.after.exposure, Duration::max());    // of what was promised: the region
  EXPECT_GE(it.phases.detect, 400ms);
  EXPECT_LE(it.phases.total(), 800ms);
}

TEST(Forecast, registry_losing_its_primary_stays_in_the_region) {
  const Forecast it = World(kRegistry).ask_host("db-east-a");
  EXPECT_EQ(it.outcome, Outcome::kMoves);
  EXPECT_EQ(it.target, 1);
  EXPECT_EQ(it.after.protects, Durability::kRegion);
  EXPECT_EQ(it.loses, 0s);
}

TEST(Forecast, registry_losing_one_standby_goes_on_unnoticed) {
  for (const char* host : {"db-east-b", "db-west-a", "db-west-b"}) {
    const Forecast it = World(kRegistry).ask_host(host);
    EXPECT_EQ(it.outcome, Outcome::kGoesOn) << host;
    EXPECT_EQ(it.target, 0) << host;
    EXPECT_EQ(it.phases.total(), 0s) << host;
    EXPECT_EQ(it.after.protects, Durability::kRegion) << host;
  }
}

TEST(Forecast, registry_losing_west_pauses_until_the_set_has_shrunk) {
  const Forecast it = World(kRegistry).ask_region("west");
  EXPECT_EQ(it.outcome, Outcome::kPauses);
  EXPECT_EQ(it.target, 0);
  EXPECT_EQ(it.after.protects, Durability::kZone);
  EXPECT_GE(it.phases.total(), 400ms);
  EXPECT_LE(it.phases.total(), 700ms);
}

TEST(Forecast, blocking_registry_losing_west_stops_and_says_so) {
  World world(kRegistry);
  world.site.clusters[0].on_lost_standbys = model::OnLostStandbys::kBlock;
  world.settle();
  const Forecast it = world.ask_region("west");
  EXPECT_EQ(it.outcome, Outcome::kStops);
  EXPECT_EQ(it.target, -1);
  EXPECT_EQ(blocked(it), "R120");
  EXPECT_EQ(it.loses, 0s);
}

TEST(Forecast, blocking_registry_losing_east_leads_from_the_west_but_waits) {
  World world(kRegistry);
  world.site.clusters[0].on_lost_standbys = model::OnLostStandbys::kBlock;
  world.settle();
  const Forecast it = world.ask_region("east");
  EXPECT_EQ(it.outcome, Outcome::kStops);
  EXPECT_EQ(blocked(it), "R120");
}

TEST(Forecast, unprotected_cluster_losing_its_primary_is_blocked_with_the_sentence) {
  World world(kRegistry);
  world.without({1, 2, 3});
  EXPECT_EQ(posture_of(world.policy, world.state).protects, Durability::kNone);
  EXPECT_EQ(posture_of(world.policy, world.state).exposure, Duration::max());
  const Forecast it = world.ask_host("db-east-a");
  EXPECT_EQ(it.outcome, Outcome::kStops);
  EXPECT_EQ(blocked(it), "C340");
  EXPECT_FALSE(it.lossy);
}

TEST(Forecast, degraded_cluster_whose_last_standby_is_near_still_moves) {
  World world(kRegistry);
  world.without({2, 3});
  EXPECT_EQ(posture_of(world.policy, world.state).protects, Durability::kZone);
  const Forecast it = world.ask_host("db-east-a");
  EXPECT_EQ(it.outcome, Outcome::kMoves);
  EXPECT_EQ(it.target, 1);
}

TEST(Forecast, degraded_cluster_losing_the_near_one_of_its_last_two_pauses_only) {
  World world(kRegistry);
  world.without({3});
  const Forecast it = world.ask_host("db-east-b");
  EXPECT_EQ(it.outcome, Outcome::kPauses);
  EXPECT_EQ(it.after.protects, Durability::kRegion);
}

TEST(Forecast, orders_losing_east_takes_over_lossily_after_the_lease) {
  const World world(kOrders);
  const Forecast it = world.ask_region("east");
  EXPECT_EQ(it.outcome, Outcome::kMoves);
  EXPECT_EQ(it.target, 3);
  EXPECT_TRUE(it.lossy);
  EXPECT_TRUE(it.automatic);
  EXPECT_EQ(fired(it).substr(0, 9), "C250 C440");
  EXPECT_GT(it.loses, 0s);
  EXPECT_LT(it.loses, 5min);
  EXPECT_GE(it.phases.detect + it.phases.decide + it.phases.seal, 1500ms);
  EXPECT_LE(it.phases.total(), 3s);
  EXPECT_EQ(it.after.protects, Durability::kNone);
  ASSERT_EQ(it.classes.size(), 1U);
  EXPECT_EQ(world.site.data_classes[it.classes[0].data_class].name, "orders");
  EXPECT_EQ(it.classes[0].loses, it.loses);
  EXPECT_TRUE(it.classes[0].within_rpo);
  EXPECT_TRUE(it.classes[0].within_rto);
}

TEST(Forecast, measured_exposure_is_what_a_lossy_takeover_loses) {
  World world(kOrders);
  world.state.exposure = 90s;
  EXPECT_EQ(world.ask_region("east").loses, 90s);
}

TEST(Forecast, exposure_beyond_the_objective_asks_a_person_and_says_what_follows) {
  World world(kOrders);
  world.state.exposure = 6min;
  const Forecast it = world.ask_region("east");
  EXPECT_FALSE(it.automatic);
  EXPECT_EQ(blocked(it), "C260");
  EXPECT_EQ(it.outcome, Outcome::kMoves);  // once a person has said yes
  EXPECT_EQ(it.target, 3);
  EXPECT_FALSE(it.classes[0].within_rpo);
  EXPECT_FALSE(it.classes[0].within_rto);  // nobody knows how long the person takes
}

TEST(Forecast, region_that_asks_for_approval_asks_a_person) {
  World world(kRegistry);
  world.site.failover.region = model::FailoverMode::kApprove;
  world.settle();
  const Forecast it = world.ask_region("east");
  EXPECT_FALSE(it.automatic);
  EXPECT_EQ(blocked(it), "C240");
  EXPECT_EQ(it.target, 2);
  EXPECT_TRUE(world.ask_host("db-east-a").automatic);
}

TEST(Forecast, orders_losing_its_primary_stays_in_the_region) {
  const Forecast it = World(kOrders).ask_host("db-east-a");
  EXPECT_EQ(it.outcome, Outcome::kMoves);
  EXPECT_EQ(it.target, 1);
  EXPECT_FALSE(it.lossy);
  EXPECT_EQ(it.loses, 0s);
}

TEST(Forecast, orders_losing_its_candidate_goes_on) {
  const Forecast it = World(kOrders).ask_region("west");
  EXPECT_EQ(it.outcome, Outcome::kGoesOn);
}

TEST(Forecast, crash_with_a_short_recovery_restarts_in_place) {
  const Forecast it = World(kRegistry).ask(Loss::Kind::kProcess, 0);
  EXPECT_EQ(it.outcome, Outcome::kPauses);
  EXPECT_EQ(it.target, 0);
  EXPECT_EQ(fired(it), "A340");
}

TEST(Forecast, crash_with_a_long_recovery_moves) {
  World world(kRegistry);
  Latencies latencies;
  latencies.recovery = 30s;
  const ClusterView view = world.view();
  const Forecast it =
      forecast({world.site, {&view, 1}, kNow, kWall, latencies}, view, {Loss::Kind::kProcess, 0});
  EXPECT_EQ(it.outcome, Outcome::kMoves);
  EXPECT_EQ(it.target, 1);
  EXPECT_LT(it.phases.detect, 100ms);  // its own agent says so at once
}

TEST(Forecast, lost_store_or_controllers_stop_nothing_that_runs) {
  for (const int cluster : {kRegistry, kOrders}) {
    const World world(cluster);
    const Forecast store = world.ask(Loss::Kind::kStore);
    EXPECT_EQ(store.outcome, Outcome::kGoesOn);
    EXPECT_EQ(blocked(store), "R100");
    const Forecast controllers = world.ask(Loss::Kind::kControllers);
    EXPECT_EQ(controllers.outcome, Outcome::kGoesOn);
    EXPECT_EQ(blocked(controllers), "R110");
  }
}

TEST(Forecast, unprotected_primary_lives_on_store_reads_alone) {
  World world(kRegistry);
  world.without({1, 2, 3});
  const Forecast it = world.ask(Loss::Kind::kStore);
  EXPECT_EQ(it.outcome, Outcome::kStops);
  EXPECT_EQ(blocked(it), "A140");
}

TEST(Forecast, losing_everything_says_that_nobody_is_left) {
  World world(kRegistry);
  for (model::Zone& zone : world.site.zones) zone.region = 0;
  world.settle();
  const Forecast it = world.ask_region("east");
  EXPECT_EQ(it.outcome, Outcome::kStops);
  EXPECT_EQ(blocked(it), "R130");
  EXPECT_EQ(it.loses, Duration::max());
  EXPECT_FALSE(it.classes[0].within_rpo);
}

TEST(Forecast, latencies_move_the_prediction) {
  const World world(kRegistry);
  const ClusterView view = world.view();
  Latencies slow;
  slow.promote = 520ms;
  const Loss loss{Loss::Kind::kRegion, 0};
  const Forecast quick = forecast({world.site, {&view, 1}, kNow, kWall}, view, loss);
  const Forecast late = forecast({world.site, {&view, 1}, kNow, kWall, slow}, view, loss);
  EXPECT_EQ(late.phases.promote - quick.phases.promote, 500ms);
}

TEST(Forecast, the_state_it_looks_at_is_left_alone) {
  const World world(kRegistry);
  const RecordPtr before = world.state.record;
  EXPECT_EQ(world.ask_region("east").target, 2);
  EXPECT_EQ(world.state.record, before);
  EXPECT_FALSE(world.state.writing);
}

TEST(ForecastAll, covers_every_loss_of_every_cluster_and_repeats_itself) {
  const World registry(kRegistry);
  const World orders(kOrders);
  const ClusterView views[] = {registry.view(), orders.view()};
  const ReadinessInput input{registry.site, views, kNow, kWall};
  const std::vector<Forecast> all = forecast_all(input);
  // Process, four hosts, four zones, two regions, the store, the controllers: for each cluster.
  EXPECT_EQ(all.size(), 2U * 13U);
  const std::vector<Forecast> again = forecast_all(input);
  ASSERT_EQ(again.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].phases.total(), again[i].phases.total());
    EXPECT_EQ(fired(all[i]), fired(again[i]));
  }
}

TEST(Posture, weakest_recorded_pair_counts) {
  World world(kRegistry);
  EXPECT_EQ(posture_of(world.policy, world.state).protects, Durability::kRegion);
  EXPECT_EQ(posture_of(world.policy, world.state).exposure, 0s);
  Record record = *world.state.record;
  record.pairs.push_back(record.pairs[0]);
  record.pairs[1].w = 1;
  world.state.record = std::make_shared<const Record>(record);
  EXPECT_EQ(posture_of(world.policy, world.state).protects, Durability::kZone);
}

TEST(Posture, lossy_cluster_shows_its_measured_lag) {
  World world(kOrders);
  world.state.exposure = 800ms;
  EXPECT_EQ(posture_of(world.policy, world.state).protects, Durability::kZone);
  EXPECT_EQ(posture_of(world.policy, world.state).exposure, 800ms);
}

TEST(LossText, names_what_is_lost) {
  const model::Site site = testing::ris_site();
  EXPECT_EQ(loss_text(site, {Loss::Kind::kHost, 0}), "host db-east-a");
  EXPECT_EQ(loss_text(site, {Loss::Kind::kProcess, 0}), "PostgreSQL on db-east-a");
  EXPECT_EQ(loss_text(site, {Loss::Kind::kRegion, 1}), "region west");
  EXPECT_EQ(loss_text(site, {Loss::Kind::kStore, 0}), "the store");
}

}  // namespace
}  // namespace holdfast::core
