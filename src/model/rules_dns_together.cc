// Rules about what the names of one DNS zone mean for each other.
#include <map>
#include <optional>
#include <set>

#include "model/dns_values.h"
#include "model/dns_zones.h"
#include "model/rules.h"

namespace holdfast::model {
namespace {

/// One definition of the zone: a record, or an answer.
struct Entry {
  DnsName name;
  std::optional<DnsType> type;  ///< nothing for an answer
  FieldPath path;
  const DnsRecord* record = nullptr;
};

std::vector<Entry> entries_of(const DnsZoneAt& at) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < at.zone.records.size(); ++i) {
    const DnsRecord& record = at.zone.records[i];
    const auto name = DnsName::parse(record.name, at.apex);
    if (name) entries.push_back({*name, record.type, at.path_to("records", i, "name"), &record});
  }
  for (std::size_t i = 0; i < at.zone.answers.size(); ++i) {
    const auto name = DnsName::parse(at.zone.answers[i].name, at.apex);
    if (name) entries.push_back({*name, std::nullopt, at.path_to("answers", i, "name"), nullptr});
  }
  return entries;
}

bool is_address(const std::optional<DnsType>& type) {
  return !type || *type == DnsType::kA || *type == DnsType::kAaaa;
}

/// May both stand at one name?
bool agree(const Entry& a, const Entry& b) {
  const bool alias = a.type == DnsType::kCname || b.type == DnsType::kCname;
  const bool both_decide = (!a.type && is_address(b.type)) || (!b.type && is_address(a.type));
  return !alias && !both_decide && a.type != b.type;
}

void check_conflicts(const Site& site, Findings& findings) {
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    std::multimap<DnsName, Entry> seen;
    for (Entry& entry : entries_of(at)) {
      const bool apex = entry.name == at.apex;
      if (apex && (entry.type == DnsType::kNs || entry.type == DnsType::kCname)) {
        findings.add(entry.path,
                     "the apex has its SOA and NS records from the zone's own fields",
                     "`name_servers` for NS, addresses instead of CNAME");
        continue;
      }
      const auto [first, last] = seen.equal_range(entry.name);
      for (auto it = first; it != last; ++it) {
        if (agree(entry, it->second)) continue;
        findings.add(
            entry.path,
            "'" + entry.name.text() + "' is defined already by " + path_text(it->second.path),
            "one definition for each type, and nothing beside a CNAME");
        break;
      }
      seen.emplace(entry.name, std::move(entry));
    }
  });
}

void check_cuts(const Site& site, Findings& findings) {
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    const std::vector<Entry> entries = entries_of(at);
    for (const Entry& cut : entries) {
      if (cut.type != DnsType::kNs || cut.name == at.apex) continue;
      if (cut.name.is_wildcard()) {
        findings.add(cut.path, "'" + cut.name.text() + "' delegates names that are not known", {});
        continue;
      }
      for (const Entry& entry : entries) {
        const bool glue =
            entry.name != cut.name && entry.record != nullptr && is_address(entry.type);
        const bool below = entry.name.is_within(cut.name) && &entry != &cut;
        if (!below || glue) continue;
        findings.add(entry.path,
                     "'" + entry.name.text() + "' is delegated with " + cut.name.text(),
                     "addresses of its name servers only");
      }
    }
  });
}

void check_servers(const Site& site, Findings& findings) {
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    std::set<DnsName> addressed;
    for (const Entry& entry : entries_of(at)) {
      if (is_address(entry.type)) addressed.insert(entry.name);
    }
    for (std::size_t i = 0; i < at.zone.name_servers.size(); ++i) {
      const auto name = DnsName::parse(at.zone.name_servers[i], at.apex);
      if (!name || !name->is_within(at.apex) || addressed.contains(*name)) continue;
      findings.add(at.path_to("name_servers", i),
                   "name server '" + name->text() + "' has no address",
                   "a record of type A or AAAA for it");
    }
  });
}

void check_aliases(const Site& site, Findings& findings) {
  for_each_dns_zone(site.dns, [&](const DnsZoneAt& at) {
    std::map<DnsName, DnsName> aliases;
    const std::vector<Entry> entries = entries_of(at);
    for (const Entry& entry : entries) {
      if (entry.type != DnsType::kCname || entry.record->values.empty()) continue;
      const auto to = DnsName::parse(entry.record->values[0], at.apex);
      if (to) aliases.emplace(entry.name, *to);
    }
    for (const Entry& entry : entries) {
      if (entry.type != DnsType::kCname) continue;
      if (entry.record->values.size() > 1) {
        findings.add(entry.path, "'" + entry.name.text() + "' is an alias of several names", "one");
      }
      std::size_t steps = 0;
      for (auto it = aliases.find(entry.name); it != aliases.end() && steps <= kDnsAliasesMax;
           it = aliases.find(it->second)) {
        ++steps;
      }
      if (steps <= kDnsAliasesMax) continue;
      findings.add(entry.path,
                   "'" + entry.name.text() + "' is an alias that leads nowhere",
                   "a chain of at most " + std::to_string(kDnsAliasesMax) + " aliases, no loop");
    }
  });
}

constexpr Rule kRules[] = {
    {"dns.conflict",
     Gravity::kError,
     "a name has one set of records of each type, and an alias has nothing else",
     check_conflicts},
    {"dns.below-cut",
     Gravity::kError,
     "what is delegated is answered by others, and never from here",
     check_cuts},
    {"dns.name-server",
     Gravity::kError,
     "a name server inside its own zone cannot be found without an address",
     check_servers},
    {"dns.alias", Gravity::kError, "resolvers give up on loops and long chains", check_aliases},
};

}  // namespace

std::span<const Rule> dns_together_rules() { return kRules; }

}  // namespace holdfast::model
