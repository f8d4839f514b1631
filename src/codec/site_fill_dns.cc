// The `dns` section of a site.
#include "codec/site_fill.h"
#include "codec/site_read.h"

namespace holdfast::codec {
namespace {

model::DnsRecord fill_record(const Node& node) {
  model::DnsRecord record;
  read(node, "name", record.name);
  read_choice(node, "type", record.type);
  read(node, "values", record.values);
  read(node, "ttl", record.ttl);
  return record;
}

std::vector<model::DnsChoice> fill_choices(const Node& node, const SiteNames& names) {
  std::vector<model::DnsChoice> choices;
  for (const Node& item : items_at(node, "targets")) {
    model::DnsChoice choice;
    if (item.kind == Node::Kind::kScalar) {
      choice.target = names.dns_targets.find(item.text).value_or(model::kNoIndex);
    } else {
      read_reference(item, "target", names.dns_targets, choice.target);
      read(item, "weight", choice.weight);
    }
    choices.push_back(choice);
  }
  return choices;
}

model::DnsAnswer fill_answer(const Node& node, const SiteNames& names) {
  model::DnsAnswer answer;
  read(node, "name", answer.name);
  read_choice(node, "policy", answer.policy);
  if (node.find("targets") != nullptr) answer.groups.push_back({{}, fill_choices(node, names)});
  for (const Node& item : items_at(node, "groups")) {
    model::DnsGroup group;
    read(item, "name", group.name);
    group.targets = fill_choices(item, names);
    answer.groups.push_back(std::move(group));
  }
  read_choice(node, "failback", answer.failback);
  read(node, "evaluate_health", answer.evaluate_health);
  read(node, "minimum_down", answer.minimum_down);
  read(node, "addresses_max", answer.addresses_max);
  read(node, "ttl", answer.ttl);
  return answer;
}

model::DnsZone fill_zone(const Node& node, const SiteNames& names) {
  model::DnsZone zone;
  read(node, "apex", zone.apex);
  read(node, "contact", zone.contact);
  read(node, "name_servers", zone.name_servers);
  read(node, "serial", zone.serial);
  read(node, "ttl", zone.ttl);
  read(node, "min_ttl", zone.min_ttl);
  read(node, "max_ttl", zone.max_ttl);
  read(node, "negative_ttl", zone.negative_ttl);
  for (const Node& item : items_at(node, "records")) zone.records.push_back(fill_record(item));
  for (const Node& item : items_at(node, "answers")) {
    zone.answers.push_back(fill_answer(item, names));
  }
  return zone;
}

}  // namespace

model::Dns fill_dns(const Node& node, const SiteNames& names) {
  model::Dns dns;
  for (const Entry& entry : entries_at(node, "targets")) {
    model::DnsTarget target{.name = entry.key, .addresses = {}};
    read(entry.value, "addresses", target.addresses);
    dns.targets.push_back(std::move(target));
  }
  for (const Node& item : items_at(node, "zones")) dns.zones.push_back(fill_zone(item, names));
  return dns;
}

}  // namespace holdfast::codec
