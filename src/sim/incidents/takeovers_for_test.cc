// Incidents in which somebody has to take over, and cannot, or must not.

#include "model/sites_for_test.h"
#include "sim/incidents/chapters_for_test.h"
#include "sim/incidents/plans_for_test.h"

namespace holdfast::sim {
namespace {

using enum FaultKind;
using model::Site;

constexpr int kRegistry = 0;
constexpr int kOrders = 1;

constexpr std::int64_t us(Duration duration) { return duration.count(); }

/// `orders` in one region only: it may wait, but never lose.
Site never_lossy() {
  Site site = model::two_regions();
  site.clusters[kOrders].lossy_takeover = false;
  site.clusters[kOrders].members.resize(3);
  return site;
}

FaultPlan two_faults(const Site& site) {
  return PlanBook(site, 45s)
      .at(5s, 35s)
      .host(kHostPower, "db-east-b")
      .at(9s, 30s)
      .host(kHostPower, "db-east-a")
      .done();
}

FaultPlan slow(const Site& site) {
  return PlanBook(site, 40s)
      .at(5s, 30s)
      .instance(kSlowPostgres, "db-east-a", kRegistry, us(3s))
      .done();
}

/// Both standbys of `orders` away for a while, and the primary gone just after they are back.
FaultPlan lost_bookkeeping(const Site& site) {
  return PlanBook(site, 30s)
      .at(5s, 5s)
      .host(kCutHost, "db-east-b")
      .host(kCutHost, "db-east-c")
      .at(10700ms, 10s)
      .host(kHostPower, "db-east-a")
      .done();
}

/// The agent of one standby hangs and leaves the set, while that standby alone is quick enough to
/// acknowledge; the leader dies before the change is proven.
FaultPlan died_in_a_change(const Site& site) {
  return PlanBook(site, 30s)
      .at(5s, 8s)
      .host(kFreezeAgent, "db-east-c")
      .at(6s, 8s)
      .host(kSlowDisk, "db-east-b", us(120ms))
      .at(7030ms, 1s)
      .host(kHostPower, "db-east-b")
      .at(7030ms, 20s)
      .host(kHostPower, "db-east-a")
      .done();
}

FaultPlan dead_site(const Site& site) {
  return PlanBook(site, 50s).at(5s, 40s).region(kRegionPower, "east").done();
}

FaultPlan poison(const Site& site) {
  return PlanBook(site, 40s)
      .at(5s, 25s)
      .cluster(kPoison, kRegistry)
      .at(6s)
      .instance(kKillPostgres, "db-east-a", kRegistry)
      .done();
}

FaultPlan frozen_agent(const Site& site) {
  return PlanBook(site, 40s)
      .at(5s, 30s)
      .host(kFreezeAgent, "db-east-a")
      .at(5500ms, 25s)
      .zone(kCutZone, "east-a")
      .done();
}

const Incident kIncidents[] = {
    {"gocardless-2017",
     "Two faults and no promotable member",
     "GoCardless, 2017 (post-mortem)",
     "The synchronous replica had crashed, too; the cluster manager's constraints left nobody to "
     "promote, and people needed 1 h 50 min.",
     "A lost standby leaves the sync set at once, so that the next fault finds members that can be "
     "sealed.",
     never_lossy,
     two_faults,
     {1500ms, 1500ms, 2, 2, 0, "C430"},
     Defect::kLostStandbyKept},
    {"datadog-2026",
     "Slow, but not dead",
     "Datadog, game day of 2026",
     "Latency, not loss: lag grew until no candidate was safe.",
     "Probes that fail for two seconds depose a leader that still answers; its standbys hold "
     "everything, because they had to.",
     model::two_regions,
     slow,
     {3s, 200ms, 1, 1, 0, "C220"},
     Defect::kSickCountsAsAlive},
    {"cloudnativepg-8790",
     "Bookkeeping of the sync set lost in 47 % of runs",
     "CloudNativePG issue 8790 (Jepsen runs)",
     "With durability preferred over nothing, the primary had gone on alone while the record still "
     "named its standbys as safe successors: one of them was promoted without the last writes.",
     "What the primary may acknowledge alone is recorded first; then nobody but that primary can "
     "succeed it, and writes wait until it is back.",
     never_lossy,
     lost_bookkeeping,
     {1500ms, 11s, 1, 1, 0, "C270"},
     Defect::kSetChangedWithoutJoint},
    {"patroni-3662",
     "A leader that died in the middle of a sync change",
     "Patroni issue 3662",
     "The two places in which the sync set is kept disagreed when the leader died, and stayed so: "
     "nobody was allowed to lead any more.",
     "Old set and new one are both recorded until the new one is proven; the successor needs seals "
     "of both.",
     never_lossy,
     died_in_a_change,
     {1500ms, 9s, 2, 2, 0, "C430"},
     Defect::kOldPairForgotten},
    {"ramen-533",
     "A recovery that needed data on the dead site",
     "Ramen issue 533",
     "Failover was blocked because the metadata that it needed lay in a bucket on the dead site.",
     "Store, decisions and every acknowledged write of registry exist outside the lost region.",
     model::two_regions,
     dead_site,
     {1s, 3s, 2, 2, 80, "C430"},
     Defect::kQuorumInOneRegion},
    {"poison-query",
     "A query that kills every new primary",
     "no single report: a known pattern",
     "Each successor is sent the same query and dies of it, until none is left.",
     "One automatic failover in a window; then the primary restarts in place, and members are not "
     "worn out one after the other.",
     model::two_regions,
     poison,
     {30s, 200ms, 1, 1, 0, "C240"},
     Defect::kFlappingUndamped},
    {"patroni-3453",
     "A frozen agent whose PostgreSQL went on committing",
     "Patroni pull request 3453",
     "The agent that should have demoted PostgreSQL did not run; PostgreSQL did.",
     "The guardian, a process of its own, stops PostgreSQL at the deadline that the agent gave it "
     "last.",
     model::two_regions,
     frozen_agent,
     {1500ms, 1500ms, 2, 2, 0, "C430"},
     Defect::kGuardianUnarmed},
};

}  // namespace

std::span<const Incident> takeover_incidents() { return kIncidents; }

}  // namespace holdfast::sim
