#include "codec/dns/zone.h"

#include <algorithm>

#include "model/dns_values.h"

namespace holdfast::codec::dns {
namespace {

using model::DnsName;

std::uint32_t seconds(Duration duration) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

/// The name, and everything between it and the apex, so that those exist too (RFC 8020).
ZoneName* name_in(Zone& zone, const DnsName& name) {
  if (!name.is_within(zone.apex)) return nullptr;
  for (DnsName at = name; at != zone.apex; at = at.parent()) zone.names.try_emplace(at);
  return &zone.names[name];
}

RecordSet& set_of(ZoneName& name, std::uint16_t type, std::uint32_t ttl) {
  for (RecordSet& set : name.sets) {
    if (set.type == type) return set;
  }
  name.sets.push_back({type, ttl, {}});
  return name.sets.back();
}

void add_record(Zone& zone, const model::DnsRecord& record, Duration zone_ttl) {
  const auto owner = DnsName::parse(record.name, zone.apex);
  ZoneName* name = owner ? name_in(zone, *owner) : nullptr;
  if (name == nullptr) return;
  const Duration ttl = record.ttl == model::DnsRecord::kUnset ? zone_ttl : record.ttl;
  RecordSet& set = set_of(*name, type_number(record.type), seconds(ttl));
  for (const std::string& value : record.values) {
    if (auto data = read_rdata(record.type, value, zone.apex)) set.rdata.push_back(*data);
  }
}

void add_apex(Zone& zone, const model::DnsZone& from) {
  ZoneName& apex = zone.names[zone.apex];
  DnsName primary = zone.apex;
  RecordSet servers{kTypeNs, seconds(from.ttl), {}};
  for (const std::string& text : from.name_servers) {
    const auto name = DnsName::parse(text, zone.apex);
    if (!name) continue;
    if (servers.rdata.empty()) primary = *name;
    servers.rdata.push_back({{}, {*name}, {}});
  }
  const SoaTimes times{static_cast<std::uint32_t>(from.serial), seconds(from.negative_ttl)};
  const Rdata soa =
      soa_rdata(primary, model::contact_name(from.contact).value_or(zone.apex), times);
  zone.soa = {kTypeSoa, seconds(from.ttl), {soa}};
  zone.negative_soa = {kTypeSoa, std::min(seconds(from.ttl), times.negative_ttl), {soa}};
  apex.sets.push_back(zone.soa);
  apex.sets.push_back(servers);
}

}  // namespace

const RecordSet* ZoneName::find(std::uint16_t type) const {
  for (const RecordSet& set : sets) {
    if (set.type == type) return &set;
  }
  return nullptr;
}

Zone make_zone(const model::DnsZone& from, std::size_t first_answer) {
  Zone zone;
  zone.apex = DnsName::parse(from.apex, DnsName()).value_or(DnsName());
  add_apex(zone, from);
  for (const model::DnsRecord& record : from.records) add_record(zone, record, from.ttl);
  for (std::size_t i = 0; i < from.answers.size(); ++i) {
    const auto owner = DnsName::parse(from.answers[i].name, zone.apex);
    ZoneName* name = owner ? name_in(zone, *owner) : nullptr;
    if (name != nullptr) name->answer = first_answer + i;
  }
  return zone;
}

Found find_name(const Zone& zone, const DnsName& name) {
  if (!name.is_within(zone.apex)) return {Match::kOutside, nullptr, nullptr};
  // From the name up: the highest cut wins, and the first name that exists is the encloser.
  Found found;
  const DnsName* encloser = nullptr;
  for (DnsName at = name;; at = at.parent()) {
    const auto here = zone.names.find(at);
    if (here != zone.names.end()) {
      if (encloser == nullptr) encloser = &here->first;
      if (at == name) found = {Match::kExact, &here->first, &here->second};
      const bool cut = at != zone.apex && here->second.find(kTypeNs) != nullptr;
      if (cut) found = {Match::kDelegated, &here->first, &here->second};
    }
    if (at == zone.apex) break;
  }
  if (found.match != Match::kNone) return found;
  const auto wildcard = encloser->wildcard();
  const auto star = wildcard ? zone.names.find(*wildcard) : zone.names.end();
  if (star != zone.names.end()) return {Match::kWildcard, &star->first, &star->second};
  return found;
}

}  // namespace holdfast::codec::dns
