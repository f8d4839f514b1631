#include "lab/application.h"

#include <algorithm>
#include <utility>

#include "lab/addresses.h"
#include "model/endpoints.h"

namespace holdfast::lab {
namespace {

using Words = std::vector<std::string>;

ProcessSpec process(const std::string& name, Words argv) {
  ProcessSpec spec;
  spec.name = name;
  spec.argv = std::move(argv);
  return spec;
}

/// Its HAProxy leads to instances, when it is started and whenever the router writes its file.
void lead_to_instances(std::vector<ProcessSpec>& host) {
  for (ProcessSpec& it : host) {
    for (Words* words : {&it.argv, &it.prepare}) {
      if (words->size() > 1 && (*words)[1] == "router") words->emplace_back("--application");
    }
  }
}

}  // namespace

std::string resolver_config(const model::Site& site, const std::vector<std::uint32_t>& addresses) {
  std::string text =
      "server:\n"
      "  interface: 127.0.0.1\n"
      "  username: \"\"\n"
      "  chroot: \"\"\n"
      "  pidfile: \"\"\n"
      "  use-syslog: no\n"
      "  module-config: \"iterator\"\n"
      "  infra-host-ttl: 10\n"
      "  infra-keep-probing: yes\n"
      "  unknown-server-time-limit: 100\n"
      "remote-control:\n"
      "  control-enable: no\n";
  for (const model::DnsZone& zone : site.dns.zones) {
    text += "stub-zone:\n  name: \"" + zone.apex + "\"\n";
    for (std::size_t i = 0; i < site.hosts.size(); ++i) {
      if (site.hosts[i].role == model::HostRole::kService)
        text += "  stub-addr: " + address_text(addresses[i]) + "\n";
    }
  }
  return text;
}

Result<void> add_application(const model::Site& site,
                             const std::vector<std::uint32_t>& addresses,
                             ProcessTable& table) {
  if (site.dns.zones.empty()) {
    return fail(Errc::kInvalidInput,
                "the site has no `dns` section: nothing leads clients to the application");
  }
  const std::string dir = kHostDirectory;
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    const model::Host& host = site.hosts[i];
    if (host.role == model::HostRole::kService) {
      lead_to_instances(table[i]);
      table[i].push_back(process("instance",
                                 {"holdfast",
                                  "serve",
                                  "--host",
                                  host.name,
                                  "--dir",
                                  dir,
                                  "--port",
                                  std::to_string(model::kInstancePort)}));
      table[i].push_back(process("dns",
                                 {"holdfast",
                                  "dns",
                                  "serve",
                                  dir + "/site.yaml",
                                  "--listen",
                                  "0.0.0.0:53",
                                  "--probe",
                                  "--from",
                                  host.name,
                                  "--report",
                                  "0"}));
    }
    if (host.role == model::HostRole::kClinic) {
      const std::string file = dir + "/unbound.conf";
      ProcessSpec resolver = process("resolver", {"unbound", "-d", "-c", file});
      // The shell gets the text as an argument: nothing in it is read as a command.
      resolver.prepare = {
          "sh", "-c", "printf %s \"$1\" > \"$2\"", "sh", resolver_config(site, addresses), file};
      table[i].push_back(std::move(resolver));
    }
  }
  return {};
}

}  // namespace holdfast::lab
