// For tests: a zone with one of everything.
#pragma once

#include <string>

#include "model/dns.h"

namespace holdfast::codec::dns::testing {

/// Targets 0 to 4: four with an IPv4 address each (10.0.1.1 to 10.0.1.4), the last with IPv6 too.
inline model::Dns example_dns() {
  using model::DnsType;
  model::Dns dns;
  for (int i = 1; i <= 4; ++i) {
    dns.targets.push_back({"t" + std::to_string(i), {"10.0.1." + std::to_string(i)}});
  }
  dns.targets[3].addresses.push_back("2001:db8::14");
  model::DnsZone zone;
  zone.apex = "ris.example";
  zone.contact = "hostmaster@ris.example";
  zone.name_servers = {"ns1", "ns.elsewhere."};
  zone.serial = 7;
  zone.records = {
      {"ns1", DnsType::kA, {"10.0.0.1"}},
      {"ns1", DnsType::kAaaa, {"2001:db8::1"}},
      {"text", DnsType::kTxt, {"two words"}, 60s},
      {"_http._tcp", DnsType::kSrv, {"10 5 443 www"}},
      {"alias", DnsType::kCname, {"alias2"}},
      {"alias2", DnsType::kCname, {"ns1"}},
      {"away", DnsType::kCname, {"www.elsewhere."}},
      {"dangling", DnsType::kCname, {"gone"}},
      {"followed", DnsType::kCname, {"one"}},
      {"*.wild", DnsType::kA, {"10.0.0.9"}},
      {"there.wild", DnsType::kTxt, {"here"}},
      {"*.wildalias", DnsType::kCname, {"ns1"}},
      {"lab", DnsType::kNs, {"ns.lab", "ns.elsewhere."}},
      {"ns.lab", DnsType::kA, {"10.0.0.8"}},
      {"big", DnsType::kTxt, {std::string(300, 'x'), std::string(300, 'y')}},
  };
  const auto choices = [](std::initializer_list<model::DnsChoice> some) {
    return std::vector<model::DnsChoice>(some);
  };
  model::DnsAnswer one{.name = "one", .groups = {{"", choices({{0}})}}};
  one.policy = model::DnsPolicy::kMultivalue;
  model::DnsAnswer failover{
      .name = "www",
      .policy = model::DnsPolicy::kFailover,
      .groups = {{"east", choices({{0}, {1}})}, {"west", choices({{2}, {3}})}}};
  model::DnsAnswer weighted{.name = "weighted",
                            .policy = model::DnsPolicy::kWeighted,
                            .groups = {{"", choices({{0, 3}, {1, 1}, {2, 0}})}}};
  zone.answers = {one, failover, weighted};
  dns.zones = {zone};
  return dns;
}

}  // namespace holdfast::codec::dns::testing
