// Rules about timing: intervals that have to fit into each other.
#include "model/rules.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

/// What a lease must have left after drift and one lost renewal: a busy host may pause that long.
constexpr Duration kPause = 100ms;

Duration whole_ms(Duration duration) {
  return std::chrono::floor<std::chrono::milliseconds>(duration);
}

FieldPath timing_path(const Cluster& cluster, const char* field) {
  return {"clusters", cluster.name, "timing", field};
}

std::string compare(const char* name, Duration value, const char* than, Duration bound) {
  return std::string(name) + ' ' + duration_text(value) + than + duration_text(bound);
}

void check_detection(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    const Timing& timing = cluster.timing;
    if (timing.detection >= 3 * timing.heartbeat) continue;
    findings.add(
        timing_path(cluster, "detection"),
        compare(
            "detection", timing.detection, " is less than three heartbeats of ", timing.heartbeat),
        "at least " + duration_text(3 * timing.heartbeat) + ", or a shorter heartbeat");
  }
}

void check_renewal(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    const Timing& timing = cluster.timing;
    if (3 * timing.lease_renewal <= timing.lease) continue;
    findings.add(
        timing_path(cluster, "lease_renewal"),
        compare(
            "lease_renewal", timing.lease_renewal, " is more than a third of lease ", timing.lease),
        "at most " + duration_text(whole_ms(timing.lease / 3)) + ", or a longer lease");
  }
}

void check_drift(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    const Timing& timing = cluster.timing;
    if (3 * timing.lease_renewal > timing.lease) continue;
    const double lease = static_cast<double>(timing.lease.count());
    const Duration drift(static_cast<std::int64_t>(lease * timing.clock_drift_percent / 50.0));
    const Duration left = timing.lease - drift - 2 * timing.lease_renewal;
    if (left >= kPause) continue;
    findings.add(timing_path(cluster, "lease"),
                 "lease " + duration_text(timing.lease) + " has " +
                     (left > Duration{} ? duration_text(left) : std::string("nothing")) +
                     " left after the drift of two clocks (" + duration_text(drift) +
                     ") and one lost renewal",
                 "a longer lease, a shorter lease_renewal or a smaller clock_drift");
  }
}

void check_sick(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    const Timing& timing = cluster.timing;
    if (timing.sick >= timing.detection) continue;
    findings.add(timing_path(cluster, "sick"),
                 compare("sick", timing.sick, " is less than detection ", timing.detection),
                 "at least " + duration_text(timing.detection));
  }
}

void check_crash_restart(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.members.size() < 2 || cluster.durability == Durability::kNone) continue;
    const Timing& timing = cluster.timing;
    if (timing.crash_restart <= timing.detection + kTakeover) continue;
    findings.add(timing_path(cluster, "crash_restart"),
                 compare("crash_restart",
                         timing.crash_restart,
                         " is longer than a failover, about ",
                         timing.detection + kTakeover),
                 "at most " + duration_text(timing.detection + kTakeover));
  }
}

constexpr Rule kRules[] = {
    {"timing.detection",
     Gravity::kError,
     "one lost or late heartbeat must not look like a loss",
     check_detection},
    {"timing.lease-renewal",
     Gravity::kError,
     "one lost renewal must not end a lease",
     check_renewal},
    {"timing.lease-drift",
     Gravity::kError,
     "a lease has to end by its holder's clock before it ends by anybody else's",
     check_drift},
    {"timing.sick",
     Gravity::kWarning,
     "a primary that answers slowly deserves more patience than one that is silent",
     check_sick},
    {"timing.crash-restart",
     Gravity::kWarning,
     "waiting for a recovery in place that takes longer than a failover makes the outage longer",
     check_crash_restart},
};

}  // namespace

std::span<const Rule> timing_rules() { return kRules; }

}  // namespace holdfast::model
