// Incidents in which somebody is cut off and somebody draws the wrong conclusion.

#include "model/sites_for_test.h"
#include "sim/incidents/chapters_for_test.h"
#include "sim/incidents/plans_for_test.h"

namespace holdfast::sim {
namespace {

using enum FaultKind;
using model::Site;

/// `orders` without synchronous standbys: only leases stand between its primary and a successor.
Site leases_only() {
  Site site = model::two_regions();
  site.clusters[1].durability = model::Durability::kNone;
  return site;
}

/// `registry` stays in its region: the split is about `orders` alone.
Site one_ticket() {
  Site site = model::two_regions();
  site.clusters[0].durability = model::Durability::kZone;
  return site;
}

FaultPlan github(const Site& site) {
  return PlanBook(site, 55s).at(5s, 43s).region(kCutRegion, "east").done();
}

FaultPlan cloudflare(const Site& site) {
  PlanBook book(site, 30s);
  book.at(5s, 20s);
  for (const char* region : {"east", "west", "witness"}) {
    book.to_controller(kCut, "db-east-a", region);
  }
  return book.controllers(kCut, "east", "west").done();
}

FaultPlan isolated(const Site& site) {
  return PlanBook(site, 195s).at(5s, 185s).zone(kCutZone, "east-a").done();
}

FaultPlan repaired_card(const Site& site) {
  return PlanBook(site, 30s).at(5s, 20s).host(kCutHost, "db-east-a").done();
}

/// The candidate of `orders` stops hearing its leader first, then the regions lose each other;
/// last, nobody is left to say that the leader lives, although its lease in the store has just
/// begun.
FaultPlan double_grant(const Site& site) {
  return PlanBook(site, 30s)
      .at(5s, 8s)
      .hosts(kCut, "db-east-a", "db-west-a")
      .at(6500ms, 6s)
      .regions(kCutRegionPair, "east", "west")
      .at(8s, 5s)
      .region(kFreezeController, "east")
      .region(kFreezeController, "witness")
      .done();
}

FaultPlan silent_secondary(const Site& site) {
  return PlanBook(site, 30s).at(5s, 20s).region(kCutRegion, "west").done();
}

/// What the controller of the east has in its inbox when it goes on is of an epoch that is over.
FaultPlan returning_half(const Site& site) {
  return PlanBook(site, 40s)
      .at(4900ms, 23s)
      .region(kFreezeController, "east")
      .at(5s, 20s)
      .host(kHostPower, "db-east-b")
      .at(8s, 18s)
      .region(kCutRegion, "east")
      .done();
}

const Incident kIncidents[] = {
    {"github-2018",
     "A partition of 43 seconds that became a day",
     "GitHub, October 2018 (post-incident analysis on github.blog)",
     "43 s without the link to the primary site were enough to promote across the continent; both "
     "sites had writes that the other lacked, and service was degraded for 24 hours.",
     "registry goes on in the other region and loses nothing; orders waits for the leases of the "
     "old primary to end, so no write is acknowledged on both sides.",
     model::two_regions,
     github,
     {1s, 3s, 2, 2, 80, "C440"},
     Defect::kLeaseIgnored},
    {"cloudflare-2020",
     "A switch that was half dead",
     "Cloudflare, 2 November 2020",
     "Members of the store saw different halves of the network and could not agree on a leader; a "
     "database primary that was well was replaced, and rebuilding its replicas took hours.",
     "The primary is heard by no controller, but its standbys still receive its WAL: it is "
     "isolated, not lost. Nothing happens at all.",
     model::two_regions,
     cloudflare,
     {200ms, 200ms, 0, 0, 0, "C280"},
     Defect::kOneWitness},
    {"cloudnativepg-11280",
     "An isolated primary that went on committing for 185 seconds",
     "CloudNativePG issue 11280 and pull request 11518",
     "The isolated primary noticed, but waited politely for its sessions to end; those went on "
     "committing for 185 s beside the new primary.",
     "Without acknowledgements and leases the primary is stopped at once, sessions and all, before "
     "anybody else may lead.",
     leases_only,
     isolated,
     {1500ms, 3s, 2, 2, 80, "C440"},
     Defect::kLeaseIgnored},
    {"patroni-2676",
     "An old leader that came back after its network card was repaired",
     "Patroni issue 2676",
     "The deposed leader was reachable again and won over its successor.",
     "It finds a newer epoch, stops, is rewound and follows.",
     model::two_regions,
     repaired_card,
     {1500ms, 1500ms, 2, 2, 0, "C430"},
     Defect::kAckWhileSealing},
    {"booth-68",
     "A grant given twice around a reconnect",
     "booth issue 68",
     "Two sites held the same ticket after the network had come back, and both wrote.",
     "A lossy takeover takes the store's lease in the same transaction that finds the old one "
     "gone, "
     "so the second grant waits for the end of the first.",
     one_ticket,
     double_grant,
     {200ms, 1s, 1, 1, 400, "C440"},
     Defect::kLeaseGrantedTwice},
    {"k8gb-dns",
     "A secondary that took silence for permission",
     "k8gb documentation on split brain",
     "A secondary that loses the DNS through which it sees the others activates itself.",
     "The region that is cut off may think what it likes: without a majority of the store nothing "
     "is recorded, and nothing unrecorded is acted upon. The other side goes on.",
     model::two_regions,
     silent_secondary,
     {2s, 200ms, 0, 0, 0, nullptr},
     Defect::kActBeforeRecord},
    {"orchestrator-159",
     "A returning half that revoked the good half's addresses",
     "orchestrator pull request 159",
     "The half that had been away acted on what it had known before and took the addresses from "
     "the "
     "half that was serving.",
     "Its orders carry their epoch and revision; an agent that has seen newer ones ignores them.",
     model::two_regions,
     returning_half,
     {1s, 3s, 2, 2, 80, "C440", Probe::kRestartInPlace, 1},
     Defect::kOlderEpochAccepted},
};

}  // namespace

std::span<const Incident> cut_off_incidents() { return kIncidents; }

}  // namespace holdfast::sim
