#include "lab/processes.h"

#include <algorithm>
#include <utility>

#include "adapters/etcd/etcd_member.h"
#include "codec/diagnostic.h"
#include "codec/units.h"
#include "lab/links.h"
#include "model/endpoints.h"
#include "model/placement.h"

namespace holdfast::lab {
namespace {

using Words = std::vector<std::string>;

const std::string kStoreDirectory = std::string(kHostDirectory) + "/etcd";
constexpr int kPriority = 5;  ///< below the network's
const std::string kTls = std::string(kHostDirectory) + "/tls/";

Words holdfast_words(const std::string& what, const std::string& host) {
  return {"holdfast", what, "--host", host, "--dir", kHostDirectory};
}

Words etcd_words(const model::Site& site, std::size_t self, bool identities) {
  std::vector<etcd::EtcdMember> all;
  for (const std::size_t member : store_hosts(site))
    all.push_back(etcd::store_member(site, site.hosts[member].name, kStoreDirectory));
  std::optional<net::TlsFiles> tls;
  if (identities) tls = {kTls + "authority.pem", kTls + "host.pem", kTls + "host.key"};
  const etcd::EtcdMember own = etcd::store_member(site, site.hosts[self].name, kStoreDirectory);
  return etcd::etcd_arguments(own, all, "holdfast", tls);
}

const codec::Node* field(const codec::Node& node, std::string_view name) {
  const codec::Node* found = node.find(name);
  return found != nullptr && found->kind == codec::Node::Kind::kScalar ? found : nullptr;
}

Result<std::vector<std::size_t>> hosts_of_row(const model::Site& site, const std::string& word) {
  using model::HostRole;
  const std::pair<const char*, HostRole> roles[] = {{"database", HostRole::kDatabase},
                                                    {"service", HostRole::kService},
                                                    {"controller", HostRole::kController},
                                                    {"clinic", HostRole::kClinic}};
  for (const auto& [name, role] : roles) {
    if (word != name) continue;
    std::vector<std::size_t> hosts;
    for (std::size_t i = 0; i < site.hosts.size(); ++i) {
      if (site.hosts[i].role == role) hosts.push_back(i);
    }
    return hosts;
  }
  return select_hosts(site, word);
}

Result<ProcessSpec> read_row(const codec::Node& row, const std::string& place) {
  const codec::Node* name = field(row, "name");
  const codec::Node* argv = row.find("argv");
  if (name == nullptr || argv == nullptr || argv->items.empty()) {
    return fail(Errc::kInvalidInput, place + ": a process needs hosts, name and a list argv");
  }
  ProcessSpec spec;
  spec.name = name->text;
  for (const codec::Node& word : argv->items) spec.argv.push_back(word.text);
  for (auto [key, words] :
       {std::pair{"prepare", &spec.prepare}, std::pair{"environment", &spec.environment}}) {
    const codec::Node* list = row.find(key);
    if (list == nullptr) continue;
    for (const codec::Node& word : list->items) words->push_back(word.text);
  }
  if (const codec::Node* user = field(row, "user")) spec.user = user->text;
  if (const codec::Node* restart = field(row, "restart")) spec.restart = restart->text == "true";
  if (const codec::Node* realtime = field(row, "realtime")) {
    spec.realtime = static_cast<int>(codec::parse_int(realtime->text).value);
  }
  return spec;
}

ProcessSpec for_host(ProcessSpec spec, const std::string& host) {
  constexpr std::string_view kHole = "{host}";
  for (Words* words : {&spec.argv, &spec.prepare}) {
    for (std::string& word : *words) {
      for (std::size_t at = word.find(kHole); at != word.npos; at = word.find(kHole, at)) {
        word.replace(at, kHole.size(), host);
        at += host.size();
      }
    }
  }
  return spec;
}

ProcessSpec process(const std::string& name, Words argv, int priority) {
  ProcessSpec spec;
  spec.name = name;
  spec.argv = std::move(argv);
  spec.realtime = priority;
  return spec;
}

}  // namespace

std::vector<std::size_t> store_hosts(const model::Site& site) {
  const std::vector<model::Index> hosts = model::controller_hosts(site);
  return {hosts.begin(), hosts.end()};
}

ProcessTable site_processes(const model::Site& site, bool identities, bool realtime) {
  const int priority = realtime ? kPriority : 0;
  ProcessTable table(site.hosts.size());
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    const model::Host& host = site.hosts[i];
    if (host.role == model::HostRole::kDatabase) {
      table[i].push_back(process("agent", holdfast_words("agent", host.name), priority));
      table[i].push_back(
          process("guardian", {"holdfast", "guardian", "--dir", kHostDirectory}, priority));
    }
    if (host.role == model::HostRole::kService) {
      const std::string config = std::string(kHostDirectory) + "/haproxy.cfg";
      ProcessSpec proxy = process("haproxy", {"haproxy", "-db", "-f", config}, priority);
      proxy.prepare = holdfast_words("router", host.name);
      proxy.prepare.insert(proxy.prepare.end(), {"--write-config", config});
      table[i].push_back(std::move(proxy));
      table[i].push_back(process("router", holdfast_words("router", host.name), priority));
    }
  }
  for (const std::size_t i : store_hosts(site)) {
    ProcessSpec store = process("etcd", etcd_words(site, i, identities), 0);
    // A member of this size needs few threads and little memory.
    store.environment = {"GOMAXPROCS=2", "GOGC=50"};
    table[i].push_back(std::move(store));
    table[i].push_back(
        process("controller", holdfast_words("controller", site.hosts[i].name), priority));
  }
  return table;
}

Result<ProcessTable> read_processes(const model::Site& site, const codec::Tree& tree) {
  if (!tree.complete || codec::has_errors(tree.diagnostics) ||
      tree.root.kind != codec::Node::Kind::kList) {
    return fail(Errc::kInvalidInput,
                tree.file + " is not a list of processes; each is {hosts, name, argv}");
  }
  ProcessTable table(site.hosts.size());
  for (const codec::Node& row : tree.root.items) {
    const std::string place = tree.file + ":" + std::to_string(row.place.line);
    Result<ProcessSpec> spec = read_row(row, place);
    if (!spec) return tl::unexpected(std::move(spec).error());
    const codec::Node* where = field(row, "hosts");
    if (where == nullptr) return fail(Errc::kInvalidInput, place + ": which hosts?");
    const Result<std::vector<std::size_t>> hosts = hosts_of_row(site, where->text);
    if (!hosts) return fail(Errc::kInvalidInput, place + ": " + hosts.error().message);
    for (const std::size_t host : *hosts) {
      for (const ProcessSpec& other : table[host]) {
        if (other.name != spec->name) continue;
        return fail(
            Errc::kInvalidInput,
            place + ": a second process \"" + spec->name + "\" on " + site.hosts[host].name);
      }
      table[host].push_back(for_host(*spec, site.hosts[host].name));
    }
  }
  return table;
}

}  // namespace holdfast::lab
