// The site: regions, zones, hosts, clusters, data classes and policies, as plain values.
//
// Made by codec/site_file from the one YAML file that describes a site; checked by model/validate.
// Order is the order of the file; references are indices into these vectors, resolved once at load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/checks.h"
#include "model/dns.h"
#include "model/index.h"

namespace holdfast::model {

inline constexpr std::size_t kMembersPerClusterMax = 8;

/// What an acknowledged write survives: the loss of nothing more, of any one zone, of any one
/// region.
enum class Durability { kNone, kZone, kRegion };

/// What a cluster does when lost standbys leave its durability out of reach: go on, or make writes
/// wait.
enum class OnLostStandbys { kDegrade, kBlock };

/// Who decides a failover that leaves a scope.
enum class FailoverMode { kAutomatic, kApprove };

struct Region {
  std::string name;
  bool witness = false;  ///< has no data; breaks ties in the store

  friend bool operator==(const Region&, const Region&) = default;
};

struct Zone {
  std::string name;  ///< e.g. "east-a"; unique in the site
  Index region = kNoIndex;

  friend bool operator==(const Zone&, const Zone&) = default;
};

enum class HostRole { kDatabase, kService, kClinic, kController };

struct Host {
  std::string name;
  Index zone = kNoIndex;  ///< kNoIndex for a host outside all zones (a clinic)
  HostRole role = HostRole::kDatabase;
  bool power_loss_protection =
      true;  ///< false: a power cut can lose writes that fsync had confirmed

  friend bool operator==(const Host&, const Host&) = default;
};

struct Timing {
  Duration heartbeat = 50ms;   ///< agent to controllers
  Duration detection = 250ms;  ///< T: silence that counts as evidence
  Duration sick = 2s;          ///< T2: failing probes that count as sick
  Duration lease = 2s;         ///< leases of lossy takeover and the bound on stale reads
  Duration lease_renewal = 500ms;
  Duration crash_restart =
      250ms;  ///< longest predicted recovery for which a crash restarts in place
  Duration failover_window = 60s;    ///< at most one automatic failover per cluster in it
  double clock_drift_percent = 0.1;  ///< how far two hosts' interval clocks may differ

  friend bool operator==(const Timing&, const Timing&) = default;
};

struct Member {
  Index host = kNoIndex;
  bool asynchronous = false;  ///< never in a sync set; a candidate for lossy takeover
  bool may_lead = true;

  friend bool operator==(const Member&, const Member&) = default;
};

struct Cluster {
  std::string name;
  Durability durability = Durability::kNone;
  OnLostStandbys on_lost_standbys = OnLostStandbys::kDegrade;
  bool lossy_takeover = false;  ///< a failover that may lose acknowledged writes, within the RPO
  std::vector<Member> members;  ///< in order of preference as primary
  Timing timing;

  friend bool operator==(const Cluster&, const Cluster&) = default;
};

/// Where a data class is kept. Only `cluster` is decided by the core so far.
enum class Kept { kCluster, kTable, kArchive };

struct DataClass {
  std::string name;
  Duration rto{};
  Duration rpo{};
  Kept kept = Kept::kCluster;
  Index cluster = kNoIndex;  ///< when kept in a cluster
  std::string place;         ///< the table's or archive's name otherwise

  friend bool operator==(const DataClass&, const DataClass&) = default;
};

struct FailoverPolicy {
  FailoverMode zone = FailoverMode::kAutomatic;
  FailoverMode region = FailoverMode::kApprove;
  int max_concurrent =
      4;  ///< automatic failovers under way at once over the site, correlated losses count once

  friend bool operator==(const FailoverPolicy&, const FailoverPolicy&) = default;
};

struct Site {
  std::string application;
  std::vector<Region> regions;
  std::vector<Zone> zones;
  std::vector<Host> hosts;
  std::vector<Cluster> clusters;
  std::vector<DataClass> data_classes;
  FailoverPolicy failover;
  std::vector<Check> checks;
  Dns dns;
  Index home_region = kNoIndex;  ///< preferred region

  [[nodiscard]] Index region_of_zone(Index zone) const;
  /// kNoIndex for a host outside all zones.
  [[nodiscard]] Index region_of_host(Index host) const;
  [[nodiscard]] std::optional<Index> find_region(const std::string& name) const;
  [[nodiscard]] std::optional<Index> find_zone(const std::string& name) const;
  [[nodiscard]] std::optional<Index> find_host(const std::string& name) const;
  [[nodiscard]] std::optional<Index> find_cluster(const std::string& name) const;
  [[nodiscard]] std::optional<Index> find_check(const std::string& name) const;

  friend bool operator==(const Site&, const Site&) = default;
};

}  // namespace holdfast::model
