#include "model/schema.h"

#include <array>

#include "model/schema_checks.h"
#include "model/schema_dns.h"

namespace holdfast::model {
namespace {

using enum FieldType;

constexpr std::array kDurabilityChoices = {
    Choice{"none", "nothing is waited for: the loss of the primary may lose acknowledged writes"},
    Choice{"zone", "an acknowledged write survives the loss of any one zone"},
    Choice{"region", "an acknowledged write survives the loss of any one region"},
};

constexpr std::array kOnLostStandbysChoices = {
    Choice{"degrade", "go on with less protection; the exposure is timed, alarmed and kept"},
    Choice{"block", "let writes wait until the durability is in reach again"},
};

constexpr std::array kFailoverModeChoices = {
    Choice{"automatic", "Holdfast decides and acts"},
    Choice{"approve", "Holdfast prepares, a person decides"},
};

constexpr std::array kHostRoleChoices = {
    Choice{"database", "runs PostgreSQL members"},
    Choice{"service", "runs HAProxy, RIS instances and a controller"},
    Choice{"clinic", "runs clients only, and may stand outside all zones"},
    Choice{"controller", "runs a controller and a store member only, as in a witness region"},
};

constexpr std::array kRegionFields = {
    Field{.name = "zones",
          .type = kNames,
          .description = "Zones of the region by their short names; `a` in region `east` becomes "
                         "zone `east-a`.",
          .required = true,
          .range = {"1", "16"}},
    Field{.name = "witness",
          .type = kBool,
          .description = "Whether the region holds no data and only breaks ties in the store.",
          .default_text = "false"},
};

constexpr ObjectSchema kRegion{
    .name = "region",
    .description = "A place that can be lost as a whole, divided into zones that fail one by one.",
    .fields = kRegionFields};

constexpr std::array kHostFields = {
    Field{.name = "zone",
          .type = kReference,
          .description = "Zone in which the host stands; only a clinic may stand outside all.",
          .default_text = "outside all zones",
          .target = Target::kZone},
    Field{.name = "role",
          .type = kEnum,
          .description = "What the host is for.",
          .default_text = "database",
          .choices = kHostRoleChoices},
    Field{.name = "power_loss_protection",
          .type = kBool,
          .description = "Whether writes that fsync has confirmed survive a power cut on this "
                         "host's disks.",
          .default_text = "true"},
};

constexpr ObjectSchema kHost{
    .name = "host", .description = "One machine with one agent on it.", .fields = kHostFields};

constexpr std::array kMemberFields = {
    Field{.name = "host",
          .type = kReference,
          .description = "Database host on which the member runs.",
          .required = true,
          .target = Target::kHost},
    Field{.name = "asynchronous",
          .type = kBool,
          .description = "Whether the member stays out of every sync set, so that no write waits "
                         "for it; it is a candidate for lossy takeover.",
          .default_text = "false"},
    Field{.name = "may_lead",
          .type = kBool,
          .description = "Whether the member may become primary.",
          .default_text = "true"},
};

constexpr ObjectSchema kMember{
    .name = "member",
    .description =
        "One PostgreSQL instance of a cluster; a lone host name stands for a member "
        "with the defaults.",
    .fields = kMemberFields,
    .shorthand = "host"};

constexpr std::array kTimingFields = {
    Field{.name = "heartbeat",
          .type = kDuration,
          .description = "Time between two heartbeats of an agent to every controller.",
          .default_text = "50ms",
          .range = {"10ms", "10s"}},
    Field{.name = "detection",
          .type = kDuration,
          .description = "Silence that counts as evidence against a primary.",
          .default_text = "250ms",
          .range = {"30ms", "5min"}},
    Field{.name = "sick",
          .type = kDuration,
          .description = "How long probes of a primary may fail before it counts as sick.",
          .default_text = "2s",
          .range = {"100ms", "10min"}},
    Field{.name = "lease",
          .type = kDuration,
          .description = "Length of the leases of lossy takeover, and the bound on stale reads "
                         "from a primary that is cut off.",
          .default_text = "2s",
          .range = {"100ms", "10min"}},
    Field{.name = "lease_renewal",
          .type = kDuration,
          .description = "Time between two renewals of a lease.",
          .default_text = "500ms",
          .range = {"10ms", "3min"}},
    Field{.name = "crash_restart",
          .type = kDuration,
          .description = "Longest predicted recovery for which a crashed primary restarts in "
                         "place instead of failing over.",
          .default_text = "250ms",
          .range = {"0", "10min"}},
    Field{.name = "failover_window",
          .type = kDuration,
          .description = "Span in which a cluster has at most one automatic failover.",
          .default_text = "1min",
          .range = {"1s", "1d"}},
    Field{.name = "clock_drift",
          .type = kPercent,
          .description = "How far the interval clocks of two hosts may run apart.",
          .default_text = "0.1%",
          .range = {"0%", "20%"}},
};

constexpr ObjectSchema kTiming{
    .name = "timing section",
    .description = "How fast a cluster's failures are noticed and acted upon.",
    .fields = kTimingFields};

constexpr std::array kClusterFields = {
    Field{.name = "durability",
          .type = kEnum,
          .description = "What an acknowledged write survives.",
          .required = true,
          .choices = kDurabilityChoices},
    Field{.name = "on_lost_standbys",
          .type = kEnum,
          .description = "What happens when lost standbys leave the durability out of reach.",
          .default_text = "degrade",
          .choices = kOnLostStandbysChoices},
    Field{.name = "lossy_takeover",
          .type = kBool,
          .description = "Whether an asynchronous member may take over although acknowledged "
                         "writes may be lost, within the RPO.",
          .default_text = "false"},
    Field{.name = "members",
          .type = kList,
          .description = "The members in order of preference as primary.",
          .required = true,
          .range = {"1", ""},
          .object = &kMember},
    Field{.name = "timing",
          .type = kObject,
          .description = "Detection and leases, where the defaults do not fit.",
          .default_text = "the defaults below",
          .object = &kTiming},
};

constexpr ObjectSchema kCluster{
    .name = "cluster",
    .description = "PostgreSQL instances that hold the same data, at most one of them primary.",
    .fields = kClusterFields};

constexpr std::array kDataClassFields = {
    Field{.name = "rto",
          .type = kDuration,
          .description = "Longest outage that is acceptable.",
          .required = true,
          .range = {"1ms", "30d"}},
    Field{.name = "rpo",
          .type = kDuration,
          .description = "Longest span of acknowledged writes that may be lost.",
          .required = true,
          .range = {"0", "30d"}},
    Field{.name = "cluster",
          .type = kReference,
          .description = "Cluster that keeps the class.",
          .target = Target::kCluster},
    Field{.name = "table",
          .type = kString,
          .description = "Multi-active table that keeps the class, written in every region."},
    Field{.name = "archive",
          .type = kString,
          .description = "Replicated archive that keeps the class, such as a DICOM archive."},
};

constexpr std::array<std::string_view, 3> kKeptKeys = {"cluster", "table", "archive"};

constexpr ObjectSchema kDataClass{
    .name = "data class",
    .description = "A kind of clinical data with its own objectives, kept in exactly one place.",
    .fields = kDataClassFields,
    .exactly_one_of = kKeptKeys};

constexpr std::array kFailoverFields = {
    Field{.name = "zone",
          .type = kEnum,
          .description = "Who decides a failover to another zone of the same region.",
          .default_text = "automatic",
          .choices = kFailoverModeChoices},
    Field{.name = "region",
          .type = kEnum,
          .description = "Who decides a failover to another region.",
          .default_text = "approve",
          .choices = kFailoverModeChoices},
    Field{.name = "max_concurrent",
          .type = kInt,
          .description = "How many automatic failovers may be under way at once over the site, "
                         "correlated losses counting once.",
          .default_text = "4",
          .range = {"1", "64"}},
};

constexpr ObjectSchema kFailover{.name = "failover section",
                                 .description = "Who decides which failovers, and how many.",
                                 .fields = kFailoverFields};

constexpr std::array kSiteFields = {
    Field{.name = "application",
          .type = kString,
          .description = "What the site runs, for reports and screens.",
          .required = true,
          .range = {"1", "100"}},
    Field{.name = "home_region",
          .type = kReference,
          .description = "Region that leads when there is a choice.",
          .default_text = "the first region that holds data",
          .target = Target::kRegion},
    Field{.name = "regions",
          .type = kMap,
          .description = "Regions by name.",
          .required = true,
          .range = {"1", "16"},
          .object = &kRegion},
    Field{.name = "hosts",
          .type = kMap,
          .description = "Hosts by name.",
          .required = true,
          .range = {"1", ""},
          .object = &kHost},
    Field{.name = "clusters",
          .type = kMap,
          .description = "Clusters by name.",
          .required = true,
          .range = {"1", ""},
          .object = &kCluster},
    Field{.name = "data_classes",
          .type = kMap,
          .description = "Data classes by name.",
          .default_text = "none",
          .object = &kDataClass},
    Field{.name = "failover",
          .type = kObject,
          .description = "Who decides failovers that leave a scope.",
          .default_text = "the defaults below",
          .object = &kFailover},
    Field{.name = "checks",
          .type = kMap,
          .description = "Health checks by name.",
          .default_text = "none",
          .object = &kCheckSchema},
    Field{.name = "dns",
          .type = kObject,
          .description = "The names that clients resolve, and where each leads.",
          .default_text = "no names are answered",
          .object = &kDnsSection},
};

constexpr ObjectSchema kSite{.name = "site",
                             .description = "The whole file: one application over its regions.",
                             .fields = kSiteFields};

constexpr std::array kObjects = {&kSite,
                                 &kRegion,
                                 &kHost,
                                 &kCluster,
                                 &kMember,
                                 &kTiming,
                                 &kDataClass,
                                 &kFailover,
                                 &kCheckSchema,
                                 &kDnsSection,
                                 &kDnsTarget,
                                 &kDnsZone,
                                 &kDnsRecord,
                                 &kDnsAnswer,
                                 &kDnsGroup,
                                 &kDnsChoice};

}  // namespace

const Field* ObjectSchema::find(std::string_view field) const {
  for (const Field& candidate : fields) {
    if (candidate.name == field) return &candidate;
  }
  return nullptr;
}

const ObjectSchema& site_schema() { return kSite; }

std::span<const ObjectSchema* const> object_schemas() { return kObjects; }

std::span<const Choice> choices_of(Durability) { return kDurabilityChoices; }
std::span<const Choice> choices_of(OnLostStandbys) { return kOnLostStandbysChoices; }
std::span<const Choice> choices_of(FailoverMode) { return kFailoverModeChoices; }
std::span<const Choice> choices_of(HostRole) { return kHostRoleChoices; }

std::span<const Choice> choices_of(DnsType) { return kDnsTypeChoices; }
std::span<const Choice> choices_of(DnsPolicy) { return kDnsPolicyChoices; }
std::span<const Choice> choices_of(Failback) { return kFailbackChoices; }

std::string_view target_word(Target target) {
  switch (target) {
    case Target::kRegion: return "region";
    case Target::kZone: return "zone";
    case Target::kHost: return "host";
    case Target::kCluster: return "cluster";
    case Target::kDnsTarget: return "DNS target";
  }
  return "";
}

}  // namespace holdfast::model
