// The fields of the site file's `dns` section; part of the tables of schema.cc.
#pragma once

#include <array>

#include "model/schema.h"

namespace holdfast::model {

inline constexpr std::array kDnsTypeChoices = {
    Choice{"A", "IPv4 addresses"},
    Choice{"AAAA", "IPv6 addresses"},
    Choice{"CNAME", "another name; nothing else may stand beside it"},
    Choice{"NS", "name servers that answer for everything from this name on down"},
    Choice{"TXT", "texts"},
    Choice{"SRV", "services, each as `priority weight port name`"},
};

inline constexpr std::array kDnsPolicyChoices = {
    Choice{"simple", "all addresses of all targets, whatever their health"},
    Choice{"failover", "the usable targets of one group, the first that has any"},
    Choice{"multivalue", "some of the usable targets, others in each message"},
    Choice{"weighted", "one usable target in each message, as often as its weight asks for"},
};

inline constexpr std::array kFailbackChoices = {
    Choice{"asked", "a group that is well again waits until somebody asks for it"},
    Choice{"automatic", "a group that is well again is answered again"},
};

inline constexpr std::array kDnsTargetFields = {
    Field{.name = "addresses",
          .type = FieldType::kTexts,
          .description = "IPv4 and IPv6 addresses of the target.",
          .required = true,
          .range = {"1", "16"}},
};

inline constexpr ObjectSchema kDnsTarget{
    .name = "DNS target",
    .description = "Something that clients are sent to; its health is known under its name.",
    .fields = kDnsTargetFields};

inline constexpr std::array kDnsRecordFields = {
    Field{.name = "name",
          .type = FieldType::kString,
          .description =
              "Name of the record, relative to the apex; `@` is the apex itself, and `*` "
              "as its first part stands for every name that is not there.",
          .required = true,
          .range = {"1", "254"}},
    Field{.name = "type",
          .type = FieldType::kEnum,
          .description = "Type of the record.",
          .required = true,
          .choices = kDnsTypeChoices},
    Field{.name = "values",
          .type = FieldType::kTexts,
          .description =
              "What the record says, as in a zone file; names without a dot at their end "
              "are relative to the apex.",
          .required = true,
          .range = {"1", "64"}},
    Field{.name = "ttl",
          .type = FieldType::kDuration,
          .description = "How long resolvers may keep the record.",
          .default_text = "the `ttl` of the zone",
          .range = {"0", "7d"}},
};

inline constexpr ObjectSchema kDnsRecord{.name = "DNS record",
                                         .description = "A record that never changes.",
                                         .fields = kDnsRecordFields};

inline constexpr std::array kDnsChoiceFields = {
    Field{.name = "target",
          .type = FieldType::kReference,
          .description = "Target that may be answered.",
          .required = true,
          .target = Target::kDnsTarget},
    Field{.name = "weight",
          .type = FieldType::kInt,
          .description = "Share of a weighted name's answers that lead here; 0: only when all "
                         "usable targets have 0.",
          .default_text = "1",
          .range = {"0", "1000"}},
};

inline constexpr ObjectSchema kDnsChoice{
    .name = "DNS choice",
    .description =
        "One of the targets that a name may lead to; a lone target's name stands for a "
        "choice with the defaults.",
    .fields = kDnsChoiceFields,
    .shorthand = "target"};

inline constexpr std::array kDnsGroupFields = {
    Field{.name = "name",
          .type = FieldType::kString,
          .description = "What people call the group, such as the region its targets stand in.",
          .required = true,
          .range = {"1", "40"}},
    Field{.name = "targets",
          .type = FieldType::kList,
          .description = "Targets that are answered together.",
          .required = true,
          .range = {"1", "64"},
          .object = &kDnsChoice},
};

inline constexpr ObjectSchema kDnsGroup{
    .name = "DNS group",
    .description = "Targets among which a failover name does not choose.",
    .fields = kDnsGroupFields};

inline constexpr std::array kDnsAnswerFields = {
    Field{.name = "name",
          .type = FieldType::kString,
          .description = "Name that is answered, relative to the apex; `@` is the apex itself.",
          .required = true,
          .range = {"1", "254"}},
    Field{.name = "policy",
          .type = FieldType::kEnum,
          .description = "How the addresses are chosen.",
          .default_text = "simple",
          .choices = kDnsPolicyChoices},
    Field{.name = "targets",
          .type = FieldType::kList,
          .description = "Targets of a name without groups.",
          .default_text = "the `groups` have them",
          .range = {"1", "64"},
          .object = &kDnsChoice},
    Field{.name = "groups",
          .type = FieldType::kList,
          .description = "Groups of a failover name in order of preference.",
          .default_text = "one group, of the `targets`",
          .range = {"1", "16"},
          .object = &kDnsGroup},
    Field{.name = "failback",
          .type = FieldType::kEnum,
          .description = "When a more preferred group is answered again.",
          .default_text = "asked",
          .choices = kFailbackChoices},
    Field{.name = "evaluate_health",
          .type = FieldType::kBool,
          .description = "Whether the health of the targets is looked at.",
          .default_text = "true"},
    Field{.name = "minimum_down",
          .type = FieldType::kDuration,
          .description = "How long a target that failed stays out at least, so that one that comes "
                         "and goes does not take clients along.",
          .default_text = "10s",
          .range = {"0", "1d"}},
    Field{.name = "addresses_max",
          .type = FieldType::kInt,
          .description = "Addresses of one family in one message.",
          .default_text = "8",
          .range = {"1", "32"}},
    Field{.name = "ttl",
          .type = FieldType::kDuration,
          .description = "How long resolvers may keep the answer.",
          .default_text = "from how soon the answer could change, within the zone's bounds",
          .range = {"0", "1d"}},
};

inline constexpr ObjectSchema kDnsAnswer{
    .name = "DNS answer",
    .description = "A name whose addresses follow its targets and their health.",
    .fields = kDnsAnswerFields};

inline constexpr std::array kDnsZoneFields = {
    Field{.name = "apex",
          .type = FieldType::kString,
          .description = "Name of the zone, without a dot at its end.",
          .required = true,
          .range = {"1", "253"}},
    Field{.name = "contact",
          .type = FieldType::kString,
          .description = "Mail address of those who run the zone.",
          .required = true,
          .range = {"3", "200"}},
    Field{.name = "name_servers",
          .type = FieldType::kTexts,
          .description = "Names of the zone's responders; those inside the zone need addresses.",
          .required = true,
          .range = {"1", "16"}},
    Field{.name = "serial",
          .type = FieldType::kInt,
          .description = "Serial number of the SOA record; nothing depends on it.",
          .default_text = "1",
          .range = {"0", "2147483647"}},
    Field{.name = "ttl",
          .type = FieldType::kDuration,
          .description = "How long resolvers may keep records that never change.",
          .default_text = "5min",
          .range = {"0", "7d"}},
    Field{.name = "min_ttl",
          .type = FieldType::kDuration,
          .description = "Least TTL of answers that follow targets.",
          .default_text = "1s",
          .range = {"0", "1d"}},
    Field{.name = "max_ttl",
          .type = FieldType::kDuration,
          .description = "Largest TTL of answers that follow targets.",
          .default_text = "1min",
          .range = {"0", "1d"}},
    Field{.name = "negative_ttl",
          .type = FieldType::kDuration,
          .description = "How long resolvers may remember that something does not exist.",
          .default_text = "5s",
          .range = {"0", "1d"}},
    Field{.name = "records",
          .type = FieldType::kList,
          .description = "Records that never change.",
          .default_text = "none besides those of the apex",
          .object = &kDnsRecord},
    Field{.name = "answers",
          .type = FieldType::kList,
          .description = "Names that follow targets.",
          .default_text = "no such names",
          .object = &kDnsAnswer},
};

inline constexpr ObjectSchema kDnsZone{
    .name = "DNS zone",
    .description = "A domain that the site's responders answer for.",
    .fields = kDnsZoneFields};

inline constexpr std::array kDnsFields = {
    Field{.name = "targets",
          .type = FieldType::kMap,
          .description = "Targets by name.",
          .default_text = "no targets",
          .object = &kDnsTarget},
    Field{.name = "zones",
          .type = FieldType::kList,
          .description = "Zones that are answered for.",
          .required = true,
          .range = {"1", "1000"},
          .object = &kDnsZone},
};

inline constexpr ObjectSchema kDnsSection{
    .name = "DNS section",
    .description = "The names that clients resolve, and where each leads.",
    .fields = kDnsFields};

}  // namespace holdfast::model
