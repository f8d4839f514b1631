// Walks over the DNS zones of a site, for the rules about them: each zone with its apex as a name,
// and where its fields stand in the file.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "model/dns.h"
#include "model/dns_name.h"
#include "model/field_path.h"

namespace holdfast::model {

struct DnsZoneAt {
  const DnsZone& zone;
  std::size_t index = 0;
  DnsName apex;  ///< the root where the file's is no name

  [[nodiscard]] FieldPath path_to(const std::string& field) const {
    return {"dns", "zones", list_step(index), field};
  }
  [[nodiscard]] FieldPath path_to(const std::string& field, std::size_t item) const {
    FieldPath path = path_to(field);
    path.push_back(list_step(item));
    return path;
  }
  [[nodiscard]] FieldPath path_to(const std::string& field,
                                  std::size_t item,
                                  const std::string& inside) const {
    FieldPath path = path_to(field, item);
    path.push_back(inside);
    return path;
  }
};

template <class Each>
void for_each_dns_zone(const Dns& dns, const Each& each) {
  for (std::size_t i = 0; i < dns.zones.size(); ++i) {
    const auto apex = DnsName::parse(dns.zones[i].apex, DnsName());
    each(DnsZoneAt{dns.zones[i], i, apex.value_or(DnsName())});
  }
}

/// Calls `each(zone, place in the zone, answer)`.
template <class Each>
void for_each_dns_answer(const Dns& dns, const Each& each) {
  for_each_dns_zone(dns, [&](const DnsZoneAt& at) {
    for (std::size_t i = 0; i < at.zone.answers.size(); ++i) each(at, i, at.zone.answers[i]);
  });
}

}  // namespace holdfast::model
