// Rules about the names that are answered: each zone by itself.
#include <algorithm>
#include <map>
#include <set>

#include "model/dns_values.h"
#include "model/dns_zones.h"
#include "model/rules.h"
#include "model/schema.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

constexpr const char* kNameAllowed =
    "letters, digits, hyphens and underscores between dots, at most 63 in a part and 253 in all";

void check_names(const Site& site, Findings& findings) {
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    const auto check = [&](const std::string& name, FieldPath path) {
      const auto parsed = DnsName::parse(name, at.apex);
      if (!parsed) return findings.add(std::move(path), "'" + name + "' is no name", kNameAllowed);
      if (parsed->is_within(at.apex)) return;
      findings.add(std::move(path),
                   "'" + name + "' is not within zone " + at.apex.text(),
                   "a name relative to the apex, without a dot at its end");
    };
    if (at.apex.is_root() || at.apex.is_wildcard()) {
      findings.add(at.path_to("apex"), "'" + at.zone.apex + "' is no name of a zone", kNameAllowed);
      return;
    }
    for (std::size_t i = 0; i < at.zone.records.size(); ++i) {
      check(at.zone.records[i].name, at.path_to("records", i, "name"));
    }
    for (std::size_t i = 0; i < at.zone.answers.size(); ++i) {
      check(at.zone.answers[i].name, at.path_to("answers", i, "name"));
    }
  });
}

void check_nested(const Site& site, Findings& findings) {
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    for_each_dns_zone(site.dns, [&](const DnsZoneAt& other) {
      const bool first = at.apex != other.apex || other.index < at.index;
      if (at.index == other.index || !first || !at.apex.is_within(other.apex)) return;
      findings.add(at.path_to("apex"),
                   "zone " + at.apex.text() + " lies within zone " + other.apex.text(),
                   "its names as records and answers of that zone");
    });
  });
}

void check_values(const Site& site, Findings& findings) {
  for (const DnsTarget& target : site.dns.targets) {
    for (std::size_t i = 0; i < target.addresses.size(); ++i) {
      if (is_good_value(DnsType::kA, target.addresses[i], {}) ||
          is_good_value(DnsType::kAaaa, target.addresses[i], {})) {
        continue;
      }
      findings.add({"dns", "targets", target.name, "addresses", list_step(i)},
                   "'" + target.addresses[i] + "' is no address",
                   "an IPv4 or IPv6 address");
    }
  }
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    if (!contact_name(at.zone.contact)) {
      findings.add(at.path_to("contact"),
                   "'" + at.zone.contact + "' cannot be the contact of a zone",
                   "a mail address without a dot before its @");
    }
    for (std::size_t i = 0; i < at.zone.name_servers.size(); ++i) {
      if (is_good_value(DnsType::kNs, at.zone.name_servers[i], at.apex)) continue;
      findings.add(at.path_to("name_servers", i),
                   "'" + at.zone.name_servers[i] + "' is no name",
                   kNameAllowed);
    }
    for (std::size_t i = 0; i < at.zone.records.size(); ++i) {
      const DnsRecord& record = at.zone.records[i];
      const std::string type(word_of(record.type));
      for (std::size_t j = 0; j < record.values.size(); ++j) {
        if (is_good_value(record.type, record.values[j], at.apex)) continue;
        FieldPath path = at.path_to("records", i, "values");
        path.push_back(list_step(j));
        findings.add(std::move(path), "'" + record.values[j] + "' is no value of type " + type, {});
      }
    }
  });
}

void check_ttls(const Site& site, Findings& findings) {
  const auto whole = [](Duration ttl) { return ttl % 1s == Duration{}; };
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    const DnsZone& zone = at.zone;
    if (zone.min_ttl > zone.max_ttl) {
      findings.add(at.path_to("min_ttl"),
                   "min_ttl " + duration_text(zone.min_ttl) + " is above max_ttl " +
                       duration_text(zone.max_ttl),
                   "at most " + duration_text(zone.max_ttl));
    }
    const auto check = [&](Duration ttl, FieldPath path) {
      if (ttl == DnsRecord::kUnset || whole(ttl)) return;
      findings.add(std::move(path), duration_text(ttl) + " is no TTL", "whole seconds");
    };
    check(zone.ttl, at.path_to("ttl"));
    check(zone.min_ttl, at.path_to("min_ttl"));
    check(zone.max_ttl, at.path_to("max_ttl"));
    check(zone.negative_ttl, at.path_to("negative_ttl"));
    for (std::size_t i = 0; i < zone.records.size(); ++i) {
      check(zone.records[i].ttl, at.path_to("records", i, "ttl"));
    }
    for (std::size_t i = 0; i < zone.answers.size(); ++i) {
      check(zone.answers[i].ttl, at.path_to("answers", i, "ttl"));
    }
  });
}

void check_groups(const Site& site, Findings& findings) {
  for_each_dns_answer(site.dns, [&](const DnsZoneAt& at, std::size_t i, const DnsAnswer& answer) {
    const bool grouped = std::any_of(answer.groups.begin(),
                                     answer.groups.end(),
                                     [](const DnsGroup& group) { return !group.name.empty(); });
    const bool loose = std::any_of(answer.groups.begin(),
                                   answer.groups.end(),
                                   [](const DnsGroup& group) { return group.name.empty(); });
    const bool failover = answer.policy == DnsPolicy::kFailover;
    if (failover ? grouped && !loose : loose && !grouped) return;
    findings.add(at.path_to("answers", i),
                 "'" + answer.name + "' has " +
                     (answer.groups.empty() ? "nothing to lead to"
                      : failover            ? "targets outside of groups"
                                            : "groups, which its policy does not choose among"),
                 failover ? "`groups` for policy failover" : "`targets` for every other policy");
  });
}

void check_targets(const Site& site, Findings& findings) {
  for_each_dns_answer(site.dns, [&](const DnsZoneAt& at, std::size_t i, const DnsAnswer& answer) {
    std::set<Index> seen;
    for (const DnsGroup& group : answer.groups) {
      for (const DnsChoice& choice : group.targets) {
        if (choice.target == kNoIndex || seen.insert(choice.target).second) continue;
        findings.add(at.path_to("answers", i),
                     "'" + answer.name + "' names target '" + site.dns.targets[choice.target].name +
                         "' twice",
                     "each target once; `weight` for more of it");
      }
    }
  });
}

/// Which families a target has: bit 0 IPv4, bit 1 IPv6.
int families_of(const DnsTarget& target) {
  int families = 0;
  for (const std::string& address : target.addresses) {
    families |= is_good_value(DnsType::kAaaa, address, {}) ? 2 : 1;
  }
  return families;
}

void check_families(const Site& site, Findings& findings) {
  for_each_dns_answer(site.dns, [&](const DnsZoneAt& at, std::size_t i, const DnsAnswer& answer) {
    std::set<int> families;
    for (const DnsGroup& group : answer.groups) {
      for (const DnsChoice& choice : group.targets) {
        if (choice.target != kNoIndex)
          families.insert(families_of(site.dns.targets[choice.target]));
      }
    }
    if (families.size() < 2) return;
    findings.add(at.path_to("answers", i),
                 "the targets of '" + answer.name + "' have addresses of different families",
                 "the same families for all of them");
  });
}

void check_unused(const Site& site, Findings& findings) {
  std::set<Index> used;
  for_each_dns_answer(site.dns, [&](const DnsZoneAt&, std::size_t, const DnsAnswer& answer) {
    for (const DnsGroup& group : answer.groups) {
      for (const DnsChoice& choice : group.targets) used.insert(choice.target);
    }
  });
  for (Index i = 0; i < site.dns.targets.size(); ++i) {
    if (used.contains(i)) continue;
    const std::string& name = site.dns.targets[i].name;
    findings.add({"dns", "targets", name}, "no name leads to target '" + name + "'");
  }
}

constexpr Rule kRules[] = {
    {"dns.name",
     Gravity::kError,
     "a name that is malformed, or that another zone holds, can never be asked for here",
     check_names},
    {"dns.zone-nested",
     Gravity::kError,
     "the outer zone would have to delegate the inner one to itself",
     check_nested},
    {"dns.value",
     Gravity::kError,
     "what is not of its type has no form in a message",
     check_values},
    {"dns.ttl", Gravity::kError, "a TTL counts whole seconds, between bounds", check_ttls},
    {"dns.groups",
     Gravity::kError,
     "failover is a choice among groups; the other policies choose among targets",
     check_groups},
    {"dns.target-twice",
     Gravity::kError,
     "a target in two places would be well in one and down in the other",
     check_targets},
    {"dns.families",
     Gravity::kWarning,
     "clients of one family lose the name while only targets of the other are answered",
     check_families},
    {"dns.target-unused",
     Gravity::kWarning,
     "a target that nothing leads to is checked for nothing, or forgotten",
     check_unused},
};

}  // namespace

std::span<const Rule> dns_rules() { return kRules; }

}  // namespace holdfast::model
