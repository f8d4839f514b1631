// Rules about objectives: an RPO or RTO that no mechanism of the site can meet.
#include <algorithm>

#include "model/rules.h"
#include "model/schema.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

std::size_t data_regions(const Site& site) {
  return static_cast<std::size_t>(
      std::count_if(site.regions.begin(), site.regions.end(), [](const Region& region) {
        return !region.witness;
      }));
}

const Cluster* cluster_of(const Site& site, const DataClass& data_class) {
  const bool kept = data_class.kept == Kept::kCluster && data_class.cluster != kNoIndex;
  return kept ? &site.clusters[data_class.cluster] : nullptr;
}

/// With one region of data an objective can only speak of what is lost inside it.
bool rpo_zero_holds(const Site& site, Durability durability) {
  if (durability == Durability::kRegion) return true;
  return durability == Durability::kZone && data_regions(site) == 1;
}

void check_rpo_zero(const Site& site, Findings& findings) {
  for (const DataClass& data_class : site.data_classes) {
    const Cluster* cluster = cluster_of(site, data_class);
    if (cluster == nullptr || data_class.rpo != Duration{}) continue;
    if (rpo_zero_holds(site, cluster->durability)) continue;
    const bool one_region = data_regions(site) == 1;
    findings.add({"data_classes", data_class.name, "rpo"},
                 "RPO 0 of '" + data_class.name + "' is out of reach in cluster '" + cluster->name +
                     "' of durability " + std::string(word_of(cluster->durability)),
                 std::string("a cluster of durability ") + (one_region ? "zone" : "region") +
                     ", or an RPO above 0");
  }
}

bool spans_regions(const Site& site, const Cluster& cluster) {
  Index first = kNoIndex;
  for (const Member& member : cluster.members) {
    const Index region = site.region_of_host(member.host);
    if (region == kNoIndex) continue;
    if (first == kNoIndex) first = region;
    if (region != first) return true;
  }
  return false;
}

void check_rpo_region(const Site& site, Findings& findings) {
  if (data_regions(site) < 2) return;
  for (const DataClass& data_class : site.data_classes) {
    const Cluster* cluster = cluster_of(site, data_class);
    if (cluster == nullptr || data_class.rpo == Duration{}) continue;
    if (cluster->durability == Durability::kRegion || spans_regions(site, *cluster)) continue;
    findings.add({"data_classes", data_class.name, "rpo"},
                 "RPO " + duration_text(data_class.rpo) + " of '" + data_class.name +
                     "' does not survive the loss of the only region of cluster '" + cluster->name +
                     "'",
                 "an asynchronous member in another region, or durability region");
  }
}

Duration with_drift(Duration duration, double percent) {
  const double micros = static_cast<double>(duration.count()) * (1.0 + 2.0 * percent / 100.0);
  return Duration(static_cast<std::int64_t>(micros));
}

struct Outage {
  Duration length{};
  std::string arithmetic;
};

/// How long the slowest automatic failover takes by the cluster's own timing.
Outage longest_outage(const Cluster& cluster) {
  const Timing& timing = cluster.timing;
  Outage outage{std::max(timing.detection, timing.sick) + kTakeover,
                timing.detection > timing.sick ? "detection " : "sick "};
  outage.arithmetic += duration_text(std::max(timing.detection, timing.sick));
  if (cluster.lossy_takeover) {
    // A successor with loss waits, besides, until the lease is over by any clock.
    const Duration lease = with_drift(timing.lease, timing.clock_drift_percent);
    outage.length += lease;
    outage.arithmetic += " + lease with drift " + duration_text(lease);
  }
  outage.arithmetic += " + takeover " + duration_text(kTakeover);
  return outage;
}

void check_rto(const Site& site, Findings& findings) {
  for (const DataClass& data_class : site.data_classes) {
    const Cluster* cluster = cluster_of(site, data_class);
    if (cluster == nullptr) continue;
    const Outage outage = longest_outage(*cluster);
    if (data_class.rto >= outage.length) continue;
    findings.add({"data_classes", data_class.name, "rto"},
                 "RTO " + duration_text(data_class.rto) + " of '" + data_class.name +
                     "' is shorter than a failover of cluster '" + cluster->name +
                     "': " + outage.arithmetic,
                 "at least " + duration_text(outage.length) + ", or a faster timing");
  }
}

constexpr Rule kRules[] = {
    {"rpo.zero",
     Gravity::kError,
     "RPO 0 means that the largest loss the site can survive loses no acknowledged write",
     check_rpo_zero},
    {"rpo.region",
     Gravity::kWarning,
     "with its region a cluster loses all that no other region has, unless backups are kept "
     "elsewhere",
     check_rpo_region},
    {"rto.too-short",
     Gravity::kError,
     "an outage lasts at least until it is noticed, the old primary is stopped and a new one "
     "serves",
     check_rto},
};

}  // namespace

std::span<const Rule> objective_rules() { return kRules; }

}  // namespace holdfast::model
